import type { Digest } from '#canonical';
import type { SubmittedIntents__Output } from '#contracts';
import { type Memo, memosPerIntent, openMemo, type SignedIntent, splitMemos } from '#ledger';
import { untrusted } from './ledger-receipt.js';

/** A signed intent, and the key that opens what became of it. */
export interface PreparedIntent extends SignedIntent {
  readonly memoKey: Uint8Array;
}

/** Sealed and on its way: what to ask for, and with what to open the answer. */
export interface SubmittedEnvelope {
  readonly digest: Digest;
  readonly intents: readonly PreparedIntent[];
}

/** An envelope before it is sent; it may be sent again. */
export interface SealedIntents extends SubmittedEnvelope {
  readonly sealed: Uint8Array;
}

/** What became of one intent. Null: the envelope was refused as a whole, and nothing of it moved. */
export interface IntentOutcome {
  readonly intentId: Digest;
  readonly memo: Memo | null;
  /** Id of the run of its batch, whose bundle proves it. */
  readonly runId: string;
}

/** Whether nothing more becomes of an envelope. */
export function isOver({ state }: SubmittedIntents__Output): boolean {
  return state === 'INTENT_STATE_DONE' || state === 'INTENT_STATE_REFUSED';
}

/**
 * What became of each intent of an envelope, opened by the keys that were sealed in with them.
 *
 * @throws ClientError LEDGER_UNTRUSTED
 */
export function openedOutcomes(
  { digest, intents }: SubmittedEnvelope,
  { state, outcome, run }: SubmittedIntents__Output,
  ledger: string,
): readonly IntentOutcome[] {
  const runId = run.slice(run.lastIndexOf('/') + 1);
  if (state === 'INTENT_STATE_REFUSED') {
    return intents.map(({ intentId }) => ({ intentId, memo: null, runId }));
  }
  const memos = splitMemos(outcome);
  if (memos.length !== intents.length * memosPerIntent) {
    throw untrusted(`envelope ${digest}: expected ${intents.length} outcomes, got another number`);
  }
  return intents.map(({ intentId, memoKey }, index) => {
    const sealed = memos[index * memosPerIntent];
    const memo = sealed === undefined ? null : openMemo(sealed, memoKey, ledger);
    if (memo === null || memo.intentId !== intentId) {
      throw untrusted(`intent ${intentId}: its outcome does not open under its memo key`);
    }
    return { intentId, memo, runId };
  });
}
