import { canonicalBytes, type Digest, digestOf, isJsonObject, type Json, type JsonObject } from '#canonical';
import { EvidenceError, envelopeFromJson, type StepPredicate, statementOf } from '#evidence';
import { type BatchReceipt, LedgerError, ledgerBatchPredicateType, parseBatchReceipt } from '#ledger';

/** A receipt as a step states it, with the digest that names it. */
export interface StatedReceipt {
  readonly digest: Digest;
  readonly receipt: BatchReceipt;
}

/**
 * The receipt that a step states among its facts. Whether it is the ledger's own word is for those who verify it; here
 * it decides which head is shown next.
 *
 * @returns null for what is none
 */
export function statedPageReceipt(facts: JsonObject | null): StatedReceipt | null {
  const stated = facts?.['receipt'];
  if (stated === undefined || !isJsonObject(stated)) return null;
  try {
    const { predicate } = statementOf(envelopeFromJson(stated, 'receipt'), ledgerBatchPredicateType);
    return { receipt: parseBatchReceipt(predicate), digest: digestOf(canonicalBytes(stated)) };
  } catch (error) {
    if (error instanceof EvidenceError || error instanceof LedgerError) return null;
    throw error;
  }
}

/** Whether the keyless service says that it made the very pages of the receipt, in its order. */
export function makesPagesOf(
  { changes }: BatchReceipt,
  { evidence }: Pick<StepPredicate, 'evidence'>,
): boolean {
  const { ops } = evidence;
  // Where the enclave encrypted the page itself there is nothing to add.
  const added = changes.filter(({ delta }) => delta !== null);
  if (!Array.isArray(ops) || ops.length !== added.length) return false;
  return added.every(({ next }, index) => {
    const op: Json | undefined = ops[index];
    return op !== undefined && isJsonObject(op) && op['out'] === next;
  });
}
