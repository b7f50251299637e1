import { fromBase64 } from '#canonical';
import {
  type BatchResult,
  creditKey,
  creditMemoKey,
  encodeFrames,
  type IntentReading,
  type Memo,
  type MemoNote,
  memoNonceBytes,
  memosPerIntent,
  type Outcome,
  outcomesFormat,
  sealedMemoBytes,
  sealMemo,
  toldOf,
} from '#ledger';
import type { OpenedIntents } from './intent-opening.js';
import type { LedgerRecord } from './ledger-secrets.js';

/**
 * What became of the intents of a batch, as a blob for everybody: one frame for each envelope, and in it two memos of
 * one size for each intent, whatever became of it.
 */
export function sealOutcomes(
  { items, counts }: OpenedIntents,
  { outcomes, state }: BatchResult,
  record: LedgerRecord,
  random: (count: number) => Uint8Array,
): Uint8Array {
  const { ledger } = record;
  // One draw for all: a place without a memo shows the random bytes themselves.
  const noise = random(items.length * memosPerIntent * sealedMemoBytes);
  const frames = new Uint8Array(noise);
  const place = (index: number): Uint8Array =>
    frames.subarray(index * sealedMemoBytes, (index + 1) * sealedMemoBytes);
  const keys = new CreditKeys(record);
  for (const [index, outcome] of outcomes.entries()) {
    const memoKey = items[index]?.intent?.memoKey;
    const [own, credit] = [place(index * memosPerIntent), place(index * memosPerIntent + 1)];
    if (memoKey !== undefined) {
      own.set(
        sealMemo(
          withNote(toldOf(outcome), ownNote(outcome, items[index])),
          fromBase64(memoKey),
          ledger,
          own.slice(0, memoNonceBytes),
        ),
      );
    }
    if (outcome.credited === null || outcome.repeated) continue;
    const key = creditMemoKey(keys.of(outcome.credited), state.version, index);
    credit.set(
      sealMemo(
        withNote(creditOf(outcome), creditedNote(outcome, items[index])),
        key,
        ledger,
        credit.slice(0, memoNonceBytes),
      ),
    );
  }
  let from = 0;
  const envelopes = counts.map((count) => {
    const to = from + count * memosPerIntent * sealedMemoBytes;
    const frame = frames.subarray(from, to);
    from = to;
    return frame;
  });
  return encodeFrames(outcomesFormat, envelopes);
}

/** For the owner of the account that was credited: what came in, and by which intent. */
function creditOf({ version, transferred, intentId }: Outcome): Memo {
  const none = { reason: null, repeated: false, silent: false, requested: 0n };
  return { status: 'applied', ...none, version, transferred, intentId };
}

function withNote(memo: Memo, note: MemoNote | null): Memo {
  return note === null ? memo : { ...memo, note };
}

/** What the signer has from it: of a payment or withdrawal what is left, of a deposit what the account was given. */
function ownNote(outcome: Outcome, item: IntentReading | undefined): MemoNote | null {
  const intent = item?.intent;
  if (!('note' in outcome) || outcome.note === undefined) return null;
  if (intent?.op === 'transfer' && intent.spend !== undefined)
    return { number: outcome.note, salt: intent.spend.restSalt };
  if (intent?.op === 'withdraw' && intent.burn !== undefined)
    return { number: outcome.note, salt: intent.burn.restSalt };
  return creditedNote(outcome, item);
}

/** What the account that was credited has from it. */
function creditedNote(outcome: Outcome, item: IntentReading | undefined): MemoNote | null {
  const intent = item?.intent;
  if (!('note' in outcome) || outcome.note === undefined) return null;
  if (intent?.op === 'transfer' && intent.spend !== undefined)
    return { number: outcome.note + 1, salt: intent.spend.paymentSalt };
  if (intent?.op === 'deposit' && intent.mint !== undefined)
    return { number: outcome.note, salt: intent.mint.salt };
  return null;
}

/** Derived once an account and batch. */
class CreditKeys {
  readonly #keys = new Map<string, Uint8Array>();
  readonly #secret: Uint8Array;

  constructor(private readonly record: LedgerRecord) {
    this.#secret = fromBase64(record.statementSecret);
  }

  of(account: string): Uint8Array {
    const known = this.#keys.get(account);
    if (known !== undefined) return known;
    const key = creditKey(this.#secret, this.record.ledger, account);
    this.#keys.set(account, key);
    return key;
  }
}
