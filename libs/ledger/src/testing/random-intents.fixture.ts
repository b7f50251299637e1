/** Random intents, honest and hostile, over few accounts: collisions, replays and overdrafts are wanted. */
import { type Digest, digestOf, utf8 } from '#canonical';
import type { Intent, IntentBody } from '../intent/intent.js';
import { auctionKey } from '../state/auction.js';
import { keyOf, memoKey } from './ledger.fixture.js';

/** Repeatable numbers (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly [T, ...(readonly T[])]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

export const modelAccounts = Array.from({ length: 24 }, (_, index) => `a${index}`);
/** Owners hold several accounts each; the last keys own nothing. */
const people = ['p0', 'p1', 'p2', 'p3', 'agent0', 'agent1', 'stranger'].map(keyOf);
export const issuerKey = keyOf('issuer');

export function ownerOf(index: number): string {
  return people[index % 4] ?? issuerKey;
}

const ops = [
  ...['transfer', 'transfer', 'transfer', 'transfer', 'transfer', 'reserve', 'reserve', 'commit', 'release'],
  ...[
    'deposit',
    'withdraw',
    'freeze',
    'unfreeze',
    'unfreeze',
    'rollover',
    'open',
    'close',
    'delegate',
    'revoke',
  ],
  ...['settle', 'bid', 'bid', 'bid'],
] as const;

export class RandomIntents {
  readonly #dice: Dice;
  readonly #nonces = new Map<string, number>();
  readonly #sent: Intent[] = [];
  readonly #reservations: { readonly account: string; readonly id: Digest; readonly closer: string }[] = [];
  /** Accounts that intents of the run opened, and their owners. */
  readonly #opened: { readonly account: string; readonly owner: string }[] = [];
  #count = 0;

  constructor(
    seed: number,
    private readonly names: readonly string[] = modelAccounts,
  ) {
    this.#dice = new Dice(seed);
  }

  get dice(): Dice {
    return this.#dice;
  }

  next(nowMs: number, version: number): Intent {
    const dice = this.#dice;
    if (this.#sent.length > 0 && dice.chance(4)) {
      const again = this.#sent[dice.below(this.#sent.length)];
      if (again !== undefined) return again;
    }
    const { account, signer, body } = this.#wish(nowMs);
    const counter = `${signer} ${account}`;
    const next = this.#nonces.get(counter) ?? 0;
    // Gaps, steps back and far jumps now and then.
    const slip = dice.chance(10) ? dice.pick([-70, -3, 1, 5, 40, 2 ** 21]) : 0;
    const nonce = Math.max(0, next + slip);
    if (slip < 100) this.#nonces.set(counter, Math.max(next, nonce) + 1);
    this.#count += 1;
    const intent: Intent = {
      intentId: digestOf(utf8(`intent ${this.#count}`)),
      ledger: dice.chance(1) ? 'other' : 'eur-1',
      asset: dice.chance(1) ? 'USD' : 'EUR',
      epoch: dice.chance(1) ? 2 : 1,
      account,
      nonce,
      seen: dice.chance(1) ? version + 1 + dice.below(3) : Math.max(0, version - dice.below(4)),
      notAfterMs: dice.chance(1) ? nowMs : nowMs + 60_000,
      memoKey,
      signer,
      ...body,
    };
    if (intent.op === 'reserve') {
      this.#reservations.push({ account, id: intent.intentId, closer: intent.closer });
      if (this.#reservations.length > 64) this.#reservations.shift();
    }
    this.#sent.push(intent);
    if (this.#sent.length > 256) this.#sent.shift();
    return intent;
  }

  #wish(nowMs: number): { account: string; signer: string; body: IntentBody } {
    const dice = this.#dice;
    const op = dice.pick(ops);
    const index = dice.below(this.names.length + 1);
    const account = this.names[index] ?? 'nobody';
    const amount = BigInt(1 + dice.below(dice.chance(10) ? 100_000 : 300));
    const late = this.#opened[dice.below(Math.max(1, this.#opened.length))];
    const known = this.names[dice.below(this.names.length + 1)] ?? 'nobody';
    const to = dice.chance(5) ? (late?.account ?? known) : known;
    const owner = dice.chance(80) ? ownerOf(index) : this.#somebody();
    const issuer = dice.chance(92) ? issuerKey : this.#somebody();
    switch (op) {
      case 'open': {
        const fresh = { account: dice.chance(50) ? account : `b${dice.below(40)}`, owner: this.#somebody() };
        if (issuer === issuerKey) this.#opened.push(fresh);
        const body: IntentBody = { op, owner: fresh.owner, rollover: dice.pick(['auto', 'manual']) };
        return { account: fresh.account, signer: issuer, body };
      }
      case 'close':
        return late !== undefined && dice.chance(70)
          ? { account: late.account, signer: late.owner, body: { op } }
          : { account, signer: owner, body: { op } };
      case 'deposit':
      case 'withdraw':
        return { account, signer: issuer, body: { op, amount } };
      case 'freeze':
      case 'unfreeze':
        return { account, signer: issuer, body: { op } };
      case 'commit':
      case 'release': {
        const open = this.#reservations[dice.below(Math.max(1, this.#reservations.length))];
        const reservation = open?.id ?? digestOf(utf8('none'));
        const signer = dice.chance(70) ? (open?.closer ?? issuerKey) : owner;
        const body: IntentBody = op === 'commit' ? { op, reservation, amount } : { op, reservation };
        return { account: open?.account ?? account, signer, body };
      }
      case 'reserve': {
        const untilMs = nowMs + dice.pick([-1, 500, 100_000]);
        return { account, signer: owner, body: { op, to, amount, closer: this.#somebody(), untilMs } };
      }
      case 'bid': {
        const seller = this.names[dice.below(3)] ?? account;
        const closer = auctionKey({ ledger: 'eur-1', seller, name: 'sale' });
        const body = { op: 'reserve', to: seller, amount: BigInt(1 + dice.below(60)), closer } as const;
        return { account, signer: owner, body: { ...body, untilMs: nowMs + dice.pick([3_000, 100_000]) } };
      }
      case 'settle': {
        const seller = dice.below(3);
        const body = { op, auction: 'sale', floor: BigInt(1 + dice.below(40)) };
        return { account: this.names[seller] ?? account, signer: ownerOf(seller), body };
      }
      case 'delegate':
        return {
          ...{ account, signer: owner },
          body: {
            ...{ op, delegate: this.#somebody(), ops: dice.pick([['transfer'], ['transfer', 'reserve']]) },
            ...{ perCall: 200n, perDay: 250n, untilMs: nowMs + dice.pick([0, 2_000, 10_000_000]) },
            allow: dice.chance(50) ? null : this.names.slice(0, 8),
          },
        };
      case 'revoke':
        return { account, signer: owner, body: { op, delegate: this.#somebody() } };
      case 'transfer':
        return { account, signer: owner, body: { op, to, amount } };
      default:
        return { account, signer: owner, body: { op } };
    }
  }

  #somebody(): string {
    return people[this.#dice.below(people.length)] ?? issuerKey;
  }
}
