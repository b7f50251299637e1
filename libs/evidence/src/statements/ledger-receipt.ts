import type { Digest, JsonObject } from '#canonical';
import { FieldReader } from '../field-reader.js';
import { type Statement, subjectOf } from './statement.js';
import { jsonObject } from './step.js';

/*
 * The key enclave of a ledger is trusted that each delta moves what its receipt says, and for nothing else: that the
 * pages are the sum of earlier pages and deltas can be replayed by anybody.
 */

export const ledgerReceiptPredicateType = 'https://sealflow.dev/evidence/ledger-receipt/v1';

/** Digests of one ciphertext of each of the two books of a ledger. */
export interface LedgerPages {
  readonly available: Digest;
  readonly reserved: Digest;
}

export interface LedgerReceipt {
  readonly ledger: string;
  /** Version of the ledger after the change; one more than that of `prevReceipt`. */
  readonly version: number;
  /** `ledger.open`, `ledger.reserve`, `ledger.commit` or `ledger.release`. */
  readonly operation: string;
  readonly runId: string;
  /** The authorize task that this receipt is an output of. */
  readonly taskId: string;
  readonly intentId: string | null;
  /** null only for the opening of a ledger. */
  readonly prev: LedgerPages | null;
  /** null only for the opening of a ledger. */
  readonly delta: LedgerPages | null;
  readonly next: LedgerPages;
  /** `sha256:` of the DSSE bytes of the receipt before this one. */
  readonly prevReceipt: Digest | null;
  /** Raw Ed25519 key of the ledger, base64: the key that signs this receipt. */
  readonly ledgerKey: string;
  /** Names the FHE key of the pages. */
  readonly keyId: string;
  /** Additions that the pages have seen since they were encrypted. */
  readonly addCount: number;
  readonly engine: string;
}

/** The in-toto statement of a ledger change. Its subjects are the pages after it. */
export function buildLedgerReceiptStatement(receipt: LedgerReceipt): Statement {
  const statement: Statement = {
    subject: ledgerReceiptSubjects(receipt),
    predicateType: ledgerReceiptPredicateType,
    predicate: jsonObject(receipt),
  };
  parseLedgerReceipt(statement.predicate);
  return statement;
}

export function ledgerReceiptSubjects({ next }: Pick<LedgerReceipt, 'next'>): Statement['subject'] {
  return [subjectOf('available', next.available), subjectOf('reserved', next.reserved)];
}

export function parseLedgerReceipt(predicate: JsonObject): LedgerReceipt {
  const reader = new FieldReader(predicate, 'receipt', 'STATEMENT_MALFORMED');
  const receipt: LedgerReceipt = {
    ledger: reader.nonEmpty('ledger', 256),
    version: reader.integer('version'),
    operation: reader.nonEmpty('operation', 128),
    runId: reader.nonEmpty('runId', 64),
    taskId: reader.nonEmpty('taskId', 256),
    intentId: reader.value['intentId'] === null ? null : reader.nonEmpty('intentId', 128),
    prev: pages(reader.readerOrNull('prev')),
    delta: pages(reader.readerOrNull('delta')),
    next: requiredPages(reader.reader('next')),
    prevReceipt: reader.digestOrNull('prevReceipt'),
    ledgerKey: reader.base64('ledgerKey', 32),
    keyId: reader.nonEmpty('keyId', 256),
    addCount: reader.integer('addCount'),
    engine: reader.nonEmpty('engine', 128),
  };
  const opening = receipt.prevReceipt === null;
  if ((receipt.prev === null) !== opening) reader.refuse('prev', opening ? 'null' : 'pages');
  if ((receipt.delta === null) !== opening) reader.refuse('delta', opening ? 'null' : 'deltas');
  return receipt;
}

function pages(reader: FieldReader | null): LedgerPages | null {
  return reader === null ? null : requiredPages(reader);
}

function requiredPages(reader: FieldReader): LedgerPages {
  return { available: reader.digest('available'), reserved: reader.digest('reserved') };
}
