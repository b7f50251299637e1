import { type Digest, digestOf, fromBase64, type JsonObject, parseJsonStrict } from '#canonical';
import {
  buildLedgerReceiptStatement,
  EvidenceError,
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  openStatement,
  parseLedgerReceipt,
  signStatement,
} from '#evidence';
import { refusal } from '../shared/ledger-error.js';

export interface SignedReceipt {
  readonly receipt: LedgerReceipt;
  /** DSSE envelope, canonical JSON. */
  readonly bytes: Uint8Array;
  /** Names the envelope, as `prevReceipt` of the next one and as the head's `receipt`. */
  readonly digest: Digest;
  /** The envelope as a disclosable output. */
  readonly value: JsonObject;
}

export function signReceipt(receipt: LedgerReceipt, seed: Uint8Array): SignedReceipt {
  const bytes = signStatement({ statement: buildLedgerReceiptStatement(receipt), seed });
  const value = parseJsonStrict(bytes) as JsonObject;
  return { receipt, bytes, digest: digestOf(bytes), value };
}

/** Refuses with `RECEIPT_INVALID` what the ledger's own key did not sign. */
export function openReceipt(bytes: Uint8Array, ledgerKey: string): LedgerReceipt {
  try {
    const statement = openStatement({
      envelope: bytes,
      publicKey: fromBase64(ledgerKey),
      predicateType: ledgerReceiptPredicateType,
    });
    return parseLedgerReceipt(statement.predicate);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    throw refusal('RECEIPT_INVALID', `ledger receipt: ${error.code}: ${error.message}`);
  }
}
