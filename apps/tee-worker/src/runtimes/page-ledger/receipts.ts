import { type Digest, digestOf, fromBase64, type JsonObject, parseJsonStrict } from '#canonical';
import { buildLedgerBatchStatement, EvidenceError, openStatement, signStatement } from '#evidence';
import { type BatchReceipt, LedgerError, ledgerBatchPredicateType, parseBatchReceipt } from '#ledger';
import type { TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';

export interface SignedReceipt {
  readonly receipt: BatchReceipt;
  /** DSSE envelope, canonical JSON. */
  readonly bytes: Uint8Array;
  /** Names the envelope, as `prevReceipt` of the next one and as the head's `receipt`. */
  readonly digest: Digest;
  /** The envelope as a disclosable output. */
  readonly value: JsonObject;
}

export function signReceipt(receipt: BatchReceipt, seed: Uint8Array): SignedReceipt {
  const bytes = signStatement({ statement: buildLedgerBatchStatement(receipt), seed });
  return { receipt, bytes, digest: digestOf(bytes), value: parseJsonStrict(bytes) as JsonObject };
}

/** Refuses with `RECEIPT_INVALID` what is not of the digest, or was not signed by the ledger's own key. */
export async function fetchReceipt(
  digest: Digest,
  ledgerKey: string,
  blobs: TaskBlobs,
): Promise<BatchReceipt> {
  const envelope = await blobs.get(digest);
  if (digestOf(envelope) !== digest) {
    throw refusal('RECEIPT_INVALID', `receipt ${digest}: the blob has another digest`);
  }
  try {
    const publicKey = fromBase64(ledgerKey);
    const statement = openStatement({ envelope, publicKey, predicateType: ledgerBatchPredicateType });
    return parseBatchReceipt(statement.predicate);
  } catch (error) {
    if (!(error instanceof EvidenceError || error instanceof LedgerError)) throw error;
    throw refusal('RECEIPT_INVALID', `receipt ${digest}: ${error.code}: ${error.message}`);
  }
}
