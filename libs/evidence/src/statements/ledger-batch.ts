import { type Digest, digestOf, fromBase64 } from '#canonical';
import {
  type BatchReceipt,
  batchReceiptPredicate,
  LedgerError,
  ledgerBatchPredicateType,
  parseBatchReceipt,
} from '#ledger';
import { isSignedBy, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { type Statement, sameSubjects, subjectOf } from './statement.js';

/** The in-toto statement of one version of a ledger of pages. Its subjects are the pages that the version made. */
export function buildLedgerBatchStatement(receipt: BatchReceipt): Statement {
  return {
    subject: ledgerBatchSubjects(receipt),
    predicateType: ledgerBatchPredicateType,
    predicate: batchReceiptPredicate(receipt),
  };
}

/** A receipt of a ledger of pages under the signature of the ledger key that it names. */
export interface SignedBatchReceipt {
  readonly receipt: BatchReceipt;
  /** Of the envelope's bytes: what the next receipt names as `prevReceipt`. */
  readonly digest: Digest;
}

/**
 * Reads a signed receipt. That the key is the ledger's own, and not of whoever sent it, is for the caller to know: from
 * the receipt before, or from an attested step that gave it out.
 *
 * @throws EvidenceError `ENVELOPE_MALFORMED`, `STATEMENT_MALFORMED`, `PREDICATE_TYPE_UNEXPECTED`, `SIGNATURE_INVALID`
 */
export function openLedgerBatch(bytes: Uint8Array): SignedBatchReceipt {
  const envelope = parseEnvelope(bytes);
  const statement = statementOf(envelope, ledgerBatchPredicateType);
  const receipt = parsed(statement);
  if (!isSignedBy(envelope, fromBase64(receipt.ledgerKey))) {
    throw new EvidenceError(
      'SIGNATURE_INVALID',
      'receipt: expected a signature by the ledgerKey that it names',
    );
  }
  if (!sameSubjects(statement.subject, ledgerBatchSubjects(receipt))) {
    throw new EvidenceError('STATEMENT_MALFORMED', 'receipt: its subjects are not the pages that it names');
  }
  return { receipt, digest: digestOf(bytes) };
}

function parsed({ predicate }: Statement): BatchReceipt {
  try {
    return parseBatchReceipt(predicate);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new EvidenceError('STATEMENT_MALFORMED', error.message);
  }
}

function ledgerBatchSubjects({ pages, changes }: BatchReceipt): Statement['subject'] {
  return [
    subjectOf('pages', pages.after),
    ...changes.map(({ page, book, next }) => subjectOf(`page/${page}/${book}`, next)),
  ];
}
