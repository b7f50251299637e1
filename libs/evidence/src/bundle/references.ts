import { canonicalBytes, type Digest, isDigest, isJsonObject } from '#canonical';
import { type BatchReceipt, LedgerError, ledgerBatchPredicateType, parseBatchReceipt } from '#ledger';
import { parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { ledgerReceiptPredicateType, parseLedgerReceipt } from '../statements/ledger-receipt.js';
import type { RootPredicate } from '../statements/root.js';
import type { StepPredicate } from '../statements/step.js';
import { packageOf, parseStepEvidence } from '../statements/step-evidence.js';
import { type BlobMediaType, blobMediaTypes } from './media-types.js';

/** A blob that the statements of a run speak of. */
export interface BlobReference {
  readonly digest: Digest;
  readonly mediaType: BlobMediaType;
  /** Without a needed blob the verification is incomplete; ciphertexts serve replay only. */
  readonly needed: boolean;
  /** Who refers to it, for messages. */
  readonly by: string;
}

/**
 * Every blob that a run refers to, each once. Receipts lead to the receipts before them, so their bytes are asked
 * for; a chain is followed one link beyond the run, which is what the verifier reads.
 *
 * @param collateral blobs that the appraisals of the run name
 */
export function blobReferences(
  root: Pick<RootPredicate, 'plan' | 'policy' | 'offers'>,
  steps: readonly StepPredicate[],
  bytesOf: (digest: Digest) => Uint8Array | null,
  collateral: readonly Digest[] = [],
): BlobReference[] {
  const found = new Map<Digest, BlobReference>();
  const refer = (digest: Digest, mediaType: BlobMediaType, by: string, needed = true): void => {
    const earlier = found.get(digest);
    if (earlier === undefined || (needed && !earlier.needed))
      found.set(digest, { digest, mediaType, needed, by });
  };
  refer(root.plan, blobMediaTypes.envelope, 'root');
  refer(root.policy, blobMediaTypes.appraisalPolicy, 'root');
  for (const step of steps) {
    referEvidence(step, refer);
    const receipt = receiptDigest(step);
    if (receipt === null) continue;
    refer(receipt, blobMediaTypes.envelope, step.stepId);
    const bytes = bytesOf(receipt) ?? statedReceipt(step);
    const previous = previousReceipt(bytes);
    if (previous !== null) refer(previous, blobMediaTypes.envelope, step.stepId);
    // A run that settled names a batch of another run, whose own bundle has its moves.
    const notes = isPagesAuthorize(step.operation) ? notesOf(bytes) : null;
    if (notes?.moves == null) continue;
    refer(notes.moves, blobMediaTypes.ledgerMoves, step.stepId);
    refer(notes.manifest, blobMediaTypes.circuitManifest, step.stepId);
    refer(notes.vkey, blobMediaTypes.verificationKey, step.stepId);
  }
  // Where it is missing, the appraisal that needs it fails closed and says what it missed.
  for (const digest of collateral) refer(digest, blobMediaTypes.collateral, 'appraisal', false);
  for (const offer of root.offers) refer(offer.package, blobMediaTypes.evidencePackage, 'root', false);
  return [...found.values()];
}

/**
 * The ledger receipt that a task gives, of either kind of ledger: its own, or that of the batch which carried its
 * intent. Null for every other task.
 */
export function receiptDigest(step: Pick<StepPredicate, 'operation' | 'outputs'>): Digest | null {
  const { operation } = step;
  if (!isLedgerAuthorize(operation) && !isPagesAuthorize(operation) && !isPagesConfirm(operation))
    return null;
  const commitment = step.outputs.find(({ port }) => port === 'receipt')?.commitment ?? '';
  return isDigest(commitment) ? commitment : null;
}

/** The blob of usage receipts that a conversation names in its evidence; null for every other task. */
export function usageDigest({
  operation,
  evidence,
}: Pick<StepPredicate, 'operation' | 'evidence'>): Digest | null {
  const named = evidence['usage'];
  return operation === 'model.converse' && typeof named === 'string' && isDigest(named) ? named : null;
}

/** A receipt that is opened among the public facts of its step; the digest of the output decides whether it is genuine. */
export function statedReceipt({ public: facts }: Pick<StepPredicate, 'public'>): Uint8Array | null {
  const stated = facts['receipt'];
  return isJsonObject(stated) ? canonicalBytes(stated) : null;
}

/** Of a ledger with one page. */
export function isLedgerAuthorize(operation: string): boolean {
  return /^ledger\.(?:open|reserve|commit|release)\.authorize$/.test(operation);
}

export function isLedgerApply(operation: string): boolean {
  return /^ledger\.(?:open|reserve|commit|release)\.apply$/.test(operation);
}

/** Of a ledger of pages. */
export function isPagesAuthorize(operation: string): boolean {
  return /^ledger\.(?:found|batch|rotate|key)\.authorize$/.test(operation);
}

/** Adds on pages what a receipt names: to make them, or to make them again for a run that settled. */
export function isPagesApply(operation: string): boolean {
  return /^(?:ledger\.(?:found|batch|rotate|key)\.apply|pages\.(?:reserve|commit|release)\.replay)$/.test(
    operation,
  );
}

/** Says of a run what became of its intent in a batch of the ledger. */
export function isPagesConfirm(operation: string): boolean {
  return /^pages\.(?:reserve|reserve-usage|commit|commit-usage|release)\.confirm$/.test(operation);
}

type Refer = (digest: Digest, mediaType: BlobMediaType, by: string, needed?: boolean) => void;

function referEvidence(step: StepPredicate, refer: Refer): void {
  const evidence = parseStepEvidence(step);
  const evidencePackage = packageOf(evidence);
  if (evidencePackage !== null) refer(evidencePackage, blobMediaTypes.evidencePackage, step.stepId);
  const usage = usageDigest(step);
  if (usage !== null) refer(usage, blobMediaTypes.usageReceipts, step.stepId);
  if (evidence.by === 'zk') {
    refer(evidence.evidence.manifest, blobMediaTypes.circuitManifest, step.stepId);
    refer(evidence.evidence.vkey, blobMediaTypes.verificationKey, step.stepId);
  }
  if (evidence.by === 'fhe') {
    for (const op of evidence.evidence.ops) {
      for (const digest of [...op.in, op.out]) refer(digest, blobMediaTypes.ciphertext, step.stepId, false);
    }
    if (evidence.evidence.ops.length > 0) return;
    // Opening a ledger adds nothing; its pages are passed on.
    for (const { port, commitment } of step.outputs) {
      if (port.startsWith('page') && isDigest(commitment))
        refer(commitment, blobMediaTypes.ciphertext, step.stepId, false);
    }
  }
}

/** What a receipt of a ledger in zk-check says of notes. */
function notesOf(bytes: Uint8Array | null): BatchReceipt['notes'] | null {
  if (bytes === null) return null;
  try {
    const { predicateType, predicate } = statementOf(parseEnvelope(bytes));
    return predicateType === ledgerBatchPredicateType ? parseBatchReceipt(predicate).notes : null;
  } catch (error) {
    if (error instanceof EvidenceError || error instanceof LedgerError) return null;
    throw error;
  }
}

function previousReceipt(bytes: Uint8Array | null): Digest | null {
  if (bytes === null) return null;
  try {
    const { predicateType, predicate } = statementOf(parseEnvelope(bytes));
    if (predicateType === ledgerBatchPredicateType) return parseBatchReceipt(predicate).prevReceipt;
    return predicateType === ledgerReceiptPredicateType ? parseLedgerReceipt(predicate).prevReceipt : null;
  } catch (error) {
    // A receipt that does not parse is a finding of the ledger checks, not of this list.
    if (error instanceof EvidenceError || error instanceof LedgerError) return null;
    throw error;
  }
}
