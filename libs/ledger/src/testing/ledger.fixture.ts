/** A small ledger and its signers, for tests. No production code uses it. */
import { ed25519PublicKey, sha256, toBase64, utf8 } from '#canonical';
import type { Intent, IntentBody, IntentHead, IntentReading } from '../intent/intent.js';
import { readIntent } from '../intent/read-intent.js';
import { signIntent } from '../intent/sign-intent.js';
import { applyBatch, type BatchResult, balancesOf } from '../state/apply-batch.js';
import { type Charter, parseCharter, signCharter } from '../state/charter.js';
import { foundState } from '../state/found-state.js';
import type { LedgerState } from '../state/state.js';

export const startMs = Date.parse('2026-11-21T12:00:00.000Z');
export const laterMs = startMs + 3_600_000;

export function seedOf(name: string): Uint8Array {
  return sha256(utf8(`seed of ${name}`));
}

export function keyOf(name: string): string {
  return toBase64(ed25519PublicKey(seedOf(name)));
}

export const names = ['alice', 'bob', 'carol', 'manual', 'frozen', 'closed'] as const;

/** Accounts with 1,000 units each but `closed`; each is owned by the key of its name. */
export function sampleCharter(members: Partial<Charter> = {}): Charter {
  const charter: Omit<Charter, 'digest'> = {
    ledger: 'eur-1',
    asset: 'EUR',
    issuer: keyOf('issuer'),
    supplyMax: 1_000_000n,
    pageCount: 1,
    mode: 'tee-check',
    padding: 'touched',
    accounts: names.map((id) => ({
      id,
      owner: keyOf(id),
      rollover: id === 'manual' ? 'manual' : 'auto',
      opening: id === 'closed' ? 0n : 1_000n,
    })),
    recovery: {
      threshold: 2,
      holders: ['first', 'second', 'third'].map((name) => ({ name, sealKey: keyOf(`holder ${name}`) })),
    },
    viewers: [],
    ...members,
  };
  return parseCharter(signCharter(charter, seedOf('issuer')));
}

const head = { ledger: 'eur-1', asset: 'EUR', epoch: 1, seen: 0, notAfterMs: laterMs };
export const memoKey = toBase64(sha256(utf8('memo key')));

export type Wish = Partial<IntentHead> & IntentBody & { readonly account: string };

/** Nonces by signer and account, as an honest signer counts them. */
export class Signers {
  readonly #next = new Map<string, number>();

  /** Bytes of an intent of the issuer, the owner, or whoever is named. */
  bytes(wish: Wish, by?: string): Uint8Array {
    const signer = by ?? (issuerOps.includes(wish.op) ? 'issuer' : wish.account);
    const counter = `${signer} ${wish.account}`;
    const nonce = this.#next.get(counter) ?? 0;
    this.#next.set(counter, nonce + 1);
    return signIntent({ ...head, memoKey, nonce, ...wish }, seedOf(signer)).bytes;
  }

  read(wish: Wish, by?: string): IntentReading {
    return readIntent(this.bytes(wish, by));
  }

  intent(wish: Wish, by?: string): Intent {
    const { intent, reason } = this.read(wish, by);
    if (intent === null) throw new Error(`the sample intent is refused: ${reason}`);
    return intent;
  }
}

const issuerOps: readonly string[] = ['open', 'deposit', 'withdraw', 'freeze', 'unfreeze'];

/** A ledger in memory that applies what it is given, one batch a call. */
export class SampleLedger {
  readonly signers = new Signers();
  state: LedgerState;
  result: BatchResult | null = null;

  constructor(charter: Charter = sampleCharter()) {
    this.state = foundState(charter, startMs);
  }

  apply(items: readonly IntentReading[], timeMs = startMs): BatchResult {
    this.result = applyBatch(this.state, { version: this.state.version, timeMs, items });
    this.state = this.result.state;
    return this.result;
  }

  /** Applies wishes in one batch; the statuses or reasons in their order. */
  run(...wishes: readonly (Wish & { readonly by?: string })[]): readonly string[] {
    const items = wishes.map(({ by, ...wish }) => this.signers.read(wish as Wish, by));
    return this.apply(items).outcomes.map(({ reason, status }) => reason ?? status);
  }

  /** Available, pending, reserved. */
  balance(account: string): readonly (bigint | undefined)[] {
    const balances = balancesOf(this.state, account);
    return [balances?.available, balances?.pending, balances?.reserved];
  }
}

/** `frozen` frozen and `closed` closed, as their names say. */
export function sampleLedger(charter?: Charter): SampleLedger {
  const ledger = new SampleLedger(charter);
  const done = ledger.run({ op: 'freeze', account: 'frozen' }, { op: 'close', account: 'closed' });
  if (done.some((status) => status !== 'applied')) throw new Error(`sample ledger: ${done.join(', ')}`);
  return ledger;
}
