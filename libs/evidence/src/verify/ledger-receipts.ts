import { type Digest, fromBase64 } from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import { receiptDigest, statedReceipt } from '../bundle/references.js';
import { isSignedBy, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import {
  type LedgerPages,
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  ledgerReceiptSubjects,
  parseLedgerReceipt,
} from '../statements/ledger-receipt.js';
import { sameSubjects } from '../statements/statement.js';
import type { StepPredicate } from '../statements/step.js';
import type { Session } from './session.js';

export type ReceiptReason =
  | 'BLOB_MISSING'
  | 'BLOB_DETACHED'
  | 'LEDGER_RECEIPT_MALFORMED'
  | 'LEDGER_RECEIPT_SIGNATURE_INVALID'
  | 'SUBJECT_MISMATCH';

/** A receipt that is well formed and signed by the key it names, or why there is none. */
export type ReceiptReading =
  | { readonly receipt: LedgerReceipt; readonly reason: null }
  | { readonly receipt: null; readonly reason: ReceiptReason };

/**
 * The ledger receipts of a run, each read and verified once.
 *
 * That a receipt is the ledger's own rests on the attested step that gives it as an output; the receipts before it
 * count because the same key signed them.
 */
export class LedgerReceipts {
  readonly #own = new Map<string, ReceiptReading>();
  readonly #previous = new Map<Digest, ReceiptReading>();

  constructor(private readonly session: Session) {
    for (const { predicate } of session.steps) {
      const digest = receiptDigest(predicate);
      if (digest === null) continue;
      const own = read(this.#bytes(digest, predicate), session.isDetached(digest));
      this.#own.set(predicate.stepId, own);
      const before = own.receipt?.prevReceipt ?? null;
      if (before !== null) {
        const bytes = session.blob(before, blobMediaTypes.envelope);
        this.#previous.set(before, read(bytes, session.isDetached(before)));
      }
    }
  }

  /** The receipt that a step gave; null when it gave none. */
  of(stepId: string): ReceiptReading | null {
    return this.#own.get(stepId) ?? null;
  }

  before(receipt: LedgerReceipt): ReceiptReading | null {
    return receipt.prevReceipt === null ? null : (this.#previous.get(receipt.prevReceipt) ?? null);
  }

  get own(): readonly LedgerReceipt[] {
    return [...this.#own.values()].flatMap(({ receipt }) => receipt ?? []);
  }

  /** Why a page of a ledger's state counts: a receipt ends in it. */
  backing(
    ledger: string,
    version: number,
    book: keyof LedgerPages,
    page: string,
  ): 'backed' | 'not shown' | 'withheld' | 'unbacked' {
    const backs = (receipt: LedgerReceipt): boolean =>
      receipt.ledger === ledger && receipt.version === version && receipt.next[book] === page;
    for (const receipt of this.own) {
      if (backs(receipt)) return 'backed';
      const before = this.before(receipt);
      if (before?.receipt?.ledgerKey === receipt.ledgerKey && backs(before.receipt)) return 'backed';
      const claims =
        receipt.ledger === ledger && receipt.version === version + 1 && receipt.prev?.[book] === page;
      if (claims && before?.reason === 'BLOB_MISSING') return 'not shown';
      if (claims && before?.reason === 'BLOB_DETACHED') return 'withheld';
    }
    return 'unbacked';
  }

  /** The receipt travels as a blob, or opened among the public facts of the step; the digest decides either way. */
  #bytes(digest: Digest, step: StepPredicate): Uint8Array | null {
    return this.session.blob(digest, blobMediaTypes.envelope) ?? statedReceipt(step);
  }
}

function read(bytes: Uint8Array | null, detached: boolean): ReceiptReading {
  if (bytes === null) return { receipt: null, reason: detached ? 'BLOB_DETACHED' : 'BLOB_MISSING' };
  try {
    const envelope = parseEnvelope(bytes);
    const statement = statementOf(envelope, ledgerReceiptPredicateType);
    const receipt = parseLedgerReceipt(statement.predicate);
    if (!isSignedBy(envelope, fromBase64(receipt.ledgerKey))) {
      return { receipt: null, reason: 'LEDGER_RECEIPT_SIGNATURE_INVALID' };
    }
    if (!sameSubjects(statement.subject, ledgerReceiptSubjects(receipt))) {
      return { receipt: null, reason: 'SUBJECT_MISMATCH' };
    }
    return { receipt, reason: null };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { receipt: null, reason: 'LEDGER_RECEIPT_MALFORMED' };
  }
}
