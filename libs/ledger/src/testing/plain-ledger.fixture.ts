/**
 * The same ledger as anybody would write it first: maps and sets, one intent after the other, no pages, no deltas, no
 * windows as bits. The state machine is held against it; nothing is shared but the types and the limits.
 */
import { sha256, toBase64, utf8 } from '#canonical';
import type { Intent } from '../intent/intent.js';
import { ledgerLimits } from '../limits.js';
import { auctionKey } from '../state/auction.js';

interface PlainDelegate {
  readonly ops: readonly string[];
  readonly perCall: bigint;
  readonly perDay: bigint;
  readonly untilMs: number;
  readonly allow: readonly string[] | null;
  readonly since: number;
  readonly nonces: Nonces;
  spent: { day: number; amount: bigint };
}

interface PlainAccount {
  owner: string;
  status: string;
  rollover: string;
  available: bigint;
  pending: bigint;
  incoming: bigint;
  readonly held: Map<string, { to: string; amount: bigint; closer: string; untilMs: number }>;
  readonly delegates: Map<string, PlainDelegate>;
  readonly ownNonces: Nonces;
  readonly issuerNonces: Nonces;
  recent: { id: string; answer: string }[];
}

/** All nonces ever used, and the highest: what a window of 64 must agree with. */
class Nonces {
  readonly #used = new Set<number>();
  #high = 63;

  use(nonce: number): string | null {
    if (nonce < this.#high - 63) return 'NONCE_TOO_OLD';
    if (this.#used.has(nonce)) return 'REPLAYED';
    if (nonce > this.#high + ledgerLimits.nonceStepMax) return 'NONCE_TOO_FAR';
    this.#used.add(nonce);
    this.#high = Math.max(this.#high, nonce);
    return null;
  }
}

export class PlainLedger {
  readonly accounts = new Map<string, PlainAccount>();
  supply = 0n;
  version = 1;
  #settles = 0;

  constructor(
    private readonly terms: {
      ledger: string;
      asset: string;
      issuer: string;
      supplyMax: bigint;
      room: number;
    },
  ) {}

  found(id: string, owner: string, rollover: string, available: bigint): PlainAccount {
    const account: PlainAccount = {
      ...{ owner, status: 'active', rollover, available, pending: 0n, incoming: 0n },
      ...{ held: new Map(), delegates: new Map(), ownNonces: new Nonces(), issuerNonces: new Nonces() },
      recent: [],
    };
    this.accounts.set(id, account);
    this.supply += available;
    return account;
  }

  /** The reason, or `applied` and what was transferred. */
  decide(intent: Intent, nowMs: number): string {
    if (intent.ledger !== this.terms.ledger) return 'LEDGER_WRONG';
    if (intent.asset !== this.terms.asset) return 'ASSET_WRONG';
    const account = this.accounts.get(intent.account);
    const earlier = account?.recent.find(({ id }) => id === intent.intentId);
    if (earlier !== undefined) return earlier.answer;
    if (intent.epoch !== 1) return 'EPOCH_WRONG';
    if (intent.seen > this.version) return 'STALE_PAGE';
    if (intent.notAfterMs <= nowMs) return 'EXPIRED';
    if (account === undefined) return this.#open(intent);
    const answer = this.#authorised(intent, account, nowMs);
    if (!answer.final) return answer.text;
    account.recent.push({ id: intent.intentId, answer: answer.text });
    account.recent = account.recent.slice(-ledgerLimits.recentMax);
    return answer.text;
  }

  endBatch(): void {
    for (const account of this.accounts.values()) {
      account.pending += account.incoming;
      account.incoming = 0n;
      if (account.status !== 'active' || account.rollover !== 'auto') continue;
      account.available += account.pending;
      account.pending = 0n;
    }
    this.version += 1;
    this.#settles = 0;
  }

  reservedOf({ held }: PlainAccount): bigint {
    return [...held.values()].reduce((sum, { amount }) => sum + amount, 0n);
  }

  #open(intent: Intent): string {
    if (intent.op !== 'open') return 'ACCOUNT_UNKNOWN';
    if (intent.signer !== this.terms.issuer) return 'NOT_ISSUER';
    const nonces = new Nonces();
    const unused = nonces.use(intent.nonce);
    if (unused !== null) return unused;
    if (this.accounts.size >= this.terms.room) return 'LIMIT_REACHED';
    const account = this.found(intent.account, intent.owner, intent.rollover, 0n);
    account.issuerNonces.use(intent.nonce);
    account.recent.push({ id: intent.intentId, answer: 'applied 0' });
    return 'applied 0';
  }

  #authorised(intent: Intent, account: PlainAccount, nowMs: number): { text: string; final: boolean } {
    const early = (text: string) => ({ text, final: false });
    const final = (text: string) => ({ text, final: true });
    const { signer } = intent;
    if (['open', 'deposit', 'withdraw', 'freeze', 'unfreeze'].includes(intent.op)) {
      if (signer !== this.terms.issuer) return early('NOT_ISSUER');
      const nonce = account.issuerNonces.use(intent.nonce);
      return nonce === null ? final(this.#byIssuer(intent, account)) : early(nonce);
    }
    if (intent.op === 'commit' || intent.op === 'release') {
      const held = account.held.get(intent.reservation);
      if (held === undefined) return early('RESERVATION_UNKNOWN');
      const ended = held.untilMs <= nowMs;
      if (intent.op === 'commit' && ended) return early('EXPIRED');
      const back = intent.op === 'release' && ended && signer === account.owner;
      return back || signer === held.closer ? final(this.#close(intent, account, held)) : early('NOT_CLOSER');
    }
    if (signer === account.owner) {
      const nonce = account.ownNonces.use(intent.nonce);
      return nonce === null ? final(this.#byOwner(intent, account, nowMs)) : early(nonce);
    }
    const delegate = account.delegates.get(signer);
    if (delegate === undefined || (intent.op !== 'transfer' && intent.op !== 'reserve'))
      return early('NOT_OWNER');
    const nonce = delegate.nonces.use(intent.nonce);
    if (nonce !== null) return early(nonce);
    return final(
      intent.seen < delegate.since ? 'DELEGATE_NOT_ALLOWED' : this.#pay(intent, account, delegate, nowMs),
    );
  }

  #byIssuer(intent: Intent, account: PlainAccount): string {
    if (intent.op === 'open') return 'ACCOUNT_EXISTS';
    if (account.status === 'closed') return 'ACCOUNT_CLOSED';
    if (intent.op === 'deposit') {
      if (this.supply + intent.amount > this.terms.supplyMax) return 'SUPPLY_EXCEEDED';
      this.supply += intent.amount;
      account.incoming += intent.amount;
      return `applied ${intent.amount}`;
    }
    if (intent.op === 'withdraw') {
      if (account.status === 'frozen') return 'ACCOUNT_FROZEN';
      if (intent.amount > account.available) return 'INSUFFICIENT';
      this.supply -= intent.amount;
      account.available -= intent.amount;
      return `applied ${intent.amount}`;
    }
    account.status = intent.op === 'freeze' ? 'frozen' : 'active';
    return 'applied 0';
  }

  #close(
    intent: Extract<Intent, { op: 'commit' | 'release' }>,
    account: PlainAccount,
    held: { to: string; amount: bigint; closer: string },
  ): string {
    if (intent.op === 'release') {
      account.held.delete(intent.reservation);
      account.available += held.amount;
      return 'applied 0';
    }
    if (account.status === 'frozen') return 'ACCOUNT_FROZEN';
    const payee = this.accounts.get(held.to);
    if (payee === undefined || payee.status === 'closed') return 'ACCOUNT_CLOSED';
    if (intent.amount > held.amount && held.closer === account.owner) return 'INSUFFICIENT';
    const paid = intent.amount > held.amount ? 0n : intent.amount;
    account.held.delete(intent.reservation);
    account.available += held.amount - paid;
    payee.incoming += paid;
    return `applied ${paid}`;
  }

  #byOwner(intent: Intent, account: PlainAccount, nowMs: number): string {
    if (intent.op === 'transfer' || intent.op === 'reserve') return this.#pay(intent, account, null, nowMs);
    if (intent.op === 'revoke') {
      if (account.status === 'closed') return 'ACCOUNT_CLOSED';
      return account.delegates.delete(intent.delegate) ? 'applied 0' : 'DELEGATE_NOT_ALLOWED';
    }
    if (account.status !== 'active') return account.status === 'frozen' ? 'ACCOUNT_FROZEN' : 'ACCOUNT_CLOSED';
    if (intent.op === 'rollover') {
      const moved = account.pending;
      account.available += moved;
      account.pending = 0n;
      return `applied ${moved}`;
    }
    if (intent.op === 'settle') return this.#settle(intent, account, nowMs);
    if (intent.op === 'close') {
      const rest = account.available + account.pending + account.incoming;
      if (rest !== 0n || account.held.size > 0) return 'ACCOUNT_NOT_EMPTY';
      account.status = 'closed';
      account.delegates.clear();
      return 'applied 0';
    }
    if (intent.op !== 'delegate') throw new Error(`the owner cannot ${intent.op}`);
    if (intent.untilMs <= nowMs) return 'EXPIRED';
    if (intent.delegate === account.owner) return 'DELEGATE_NOT_ALLOWED';
    const known = account.delegates.has(intent.delegate);
    if (!known && account.delegates.size >= ledgerLimits.delegatesMax) return 'LIMIT_REACHED';
    const { ops, perCall, perDay, untilMs, allow } = intent;
    const fresh = { since: this.version + 1, nonces: new Nonces(), spent: { day: 0, amount: 0n } };
    account.delegates.set(intent.delegate, { ops, perCall, perDay, untilMs, allow, ...fresh });
    return 'applied 0';
  }

  #settle(intent: Extract<Intent, { op: 'settle' }>, seller: PlainAccount, nowMs: number): string {
    this.#settles += 1;
    if (this.#settles > 16) return 'LIMIT_REACHED';
    const closer = auctionKey({ ledger: intent.ledger, seller: intent.account, name: intent.auction });
    const bids: { id: string; amount: bigint; bidder: PlainAccount }[] = [];
    for (const bidder of this.accounts.values()) {
      for (const [id, held] of bidder.held) {
        if (held.closer !== closer || held.to !== intent.account || held.untilMs <= nowMs) continue;
        bidder.held.delete(id);
        bidder.available += held.amount;
        if (bidder.status === 'active' && held.amount >= intent.floor)
          bids.push({ id, amount: held.amount, bidder });
      }
    }
    const all = sha256(
      ...bids
        .map(({ id }) => id)
        .sort()
        .map(utf8),
    );
    const lot = (id: string) => toBase64(sha256(all, utf8(id)));
    bids.sort((a, b) => Number(b.amount - a.amount) || (lot(a.id) < lot(b.id) ? -1 : 1));
    const [first, second] = bids;
    if (first === undefined) return 'applied 0';
    const price = second?.amount ?? intent.floor;
    first.bidder.available -= price;
    seller.incoming += price;
    return `applied ${price}`;
  }

  #pay(
    intent: Extract<Intent, { op: 'transfer' | 'reserve' }>,
    account: PlainAccount,
    delegate: PlainDelegate | null,
    nowMs: number,
  ): string {
    const { amount, to } = intent;
    if (account.status !== 'active') return account.status === 'frozen' ? 'ACCOUNT_FROZEN' : 'ACCOUNT_CLOSED';
    if (to === intent.account) return 'SAME_ACCOUNT';
    const payee = this.accounts.get(to);
    if (payee === undefined) return 'ACCOUNT_UNKNOWN';
    if (payee.status === 'closed') return 'ACCOUNT_CLOSED';
    if (intent.op === 'reserve' && intent.untilMs <= nowMs) return 'EXPIRED';
    if (intent.op === 'reserve' && account.held.size >= ledgerLimits.reservationsMax) return 'LIMIT_REACHED';
    if (delegate !== null) {
      if (delegate.untilMs <= nowMs) return 'DELEGATE_EXPIRED';
      if (!delegate.ops.includes(intent.op)) return 'DELEGATE_NOT_ALLOWED';
      if (delegate.allow !== null && !delegate.allow.includes(to)) return 'DELEGATE_NOT_ALLOWED';
      const day = Math.floor(nowMs / 86_400_000);
      const spent = delegate.spent.day === day ? delegate.spent.amount : 0n;
      if (amount > delegate.perCall || spent + amount > delegate.perDay) return 'DELEGATE_LIMIT';
      delegate.spent = { day, amount: spent + amount };
    }
    const enough = account.available >= amount;
    if (!enough && delegate === null) return 'INSUFFICIENT';
    const moved = enough ? amount : 0n;
    account.available -= moved;
    if (intent.op === 'transfer') payee.incoming += moved;
    else
      account.held.set(intent.intentId, {
        to,
        amount: moved,
        closer: intent.closer,
        untilMs: intent.untilMs,
      });
    return `applied ${moved}`;
  }
}
