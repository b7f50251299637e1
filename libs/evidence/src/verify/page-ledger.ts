import type { Digest } from '#canonical';
import { type BatchReceipt, type ChainLink, chainFindings, checkMoves, isKeyOrder, type Move } from '#ledger';
import { blobMediaTypes } from '../bundle/media-types.js';
import {
  isPagesApply,
  isPagesAuthorize,
  isPagesConfirm,
  receiptDigest,
  statedReceipt,
} from '../bundle/references.js';
import { hiddenMembers } from '../disclosure/sd-names.js';
import { EvidenceError } from '../evidence-error.js';
import { openLedgerBatch } from '../statements/ledger-batch.js';
import type { StepPredicate } from '../statements/step.js';
import type { FheOp } from '../statements/step-evidence.js';
import { notShown, splitEdge } from './edges.js';
import type { ReceiptReason } from './ledger-receipts.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * Ledgers of pages. The key enclave is trusted that a delta moves what the intents of its batch ask for; that it opened
 * them at all rests on its attestation. The receipt is held against the step that gave it, against the receipt before
 * it, and against the additions of the keyless service, which anybody can repeat.
 */

/** Of one kind, in one verdict: a hostile batch has thousands. */
const FINDINGS_MAX = 16;

type Reading = { readonly link: ChainLink; readonly reason: null } | { readonly reason: ReceiptReason };

export function checkPageLedgers(session: Session, checks: StageChecks): void {
  const receipts = new Map<string, Reading>();
  for (const { predicate } of session.steps) {
    if (!givesReceipt(predicate)) continue;
    const reading = receiptOf(session, predicate);
    receipts.set(predicate.stepId, reading);
    checkReceipt(session, checks, predicate, reading);
  }
  for (const { predicate, evidence } of session.steps) {
    if (isPagesApply(predicate.operation) && evidence.by === 'fhe')
      checkApply(session, checks, predicate, { ops: evidence.evidence.ops, receipts });
  }
}

/** The digests that a keyless step on pages may start from: what the receipt of its input names. */
export function pageOperands(session: Session, step: StepPredicate): readonly Digest[] {
  if (!isPagesApply(step.operation)) return [];
  const producer = session.step(producerOf(step));
  const reading = producer === null ? null : receiptOf(session, producer.predicate);
  if (reading === null || reading.reason !== null) return [];
  return reading.link.receipt.changes.flatMap(({ prev, delta }) =>
    [prev, delta].filter((digest) => digest !== null),
  );
}

/** The key that opens the pages which a step works on, as the receipt names it; null where none is shown. */
export function pagesKey(session: Session, step: StepPredicate): { keyId: Digest; epoch: number } | null {
  const producer = isPagesApply(step.operation) ? session.step(producerOf(step)) : null;
  const reading = producer === null ? null : receiptOf(session, producer.predicate);
  return reading === null || reading.reason !== null ? null : reading.link.receipt;
}

/** Steps that take pages which the enclave encrypted afresh: such a page is no sum that anybody could make again. */
export function stepsWithFreshPages(session: Session): readonly string[] {
  return session.steps.flatMap(({ predicate }) => {
    if (!givesReceipt(predicate)) return [];
    const reading = receiptOf(session, predicate);
    const fresh = reading.reason === null && reading.link.receipt.changes.some((change) => isFresh(change));
    return fresh ? [predicate.stepId] : [];
  });
}

/** Steps of ledgers in zk-check. */
export function stepsWithNotes(session: Session): readonly string[] {
  return session.steps.flatMap(({ predicate }) => {
    if (!isPagesAuthorize(predicate.operation)) return [];
    const reading = receiptOf(session, predicate);
    return reading.reason === null && reading.link.receipt.notes !== undefined ? [predicate.stepId] : [];
  });
}

function isFresh({ prev, delta }: ChainLink['receipt']['changes'][number]): boolean {
  return prev !== null && delta === null;
}

function givesReceipt({ operation }: StepPredicate): boolean {
  return isPagesAuthorize(operation) || isPagesConfirm(operation);
}

function checkReceipt(session: Session, checks: StageChecks, step: StepPredicate, reading: Reading): void {
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-007';
  if (reading.reason !== null) {
    if (reading.reason === 'BLOB_DETACHED') checks.withheld(id, 'batch receipt', reading.reason, about);
    else checks.fail(id, 'batch receipt', reading.reason, about);
    return;
  }
  if (isPagesConfirm(step.operation)) checkCarried(session, checks, step, reading.link);
  else checkOwn(session, checks, step, reading.link);
  checkPrevious(session, checks, step, reading.link);
}

/** A receipt that this very step gave. */
function checkOwn(session: Session, checks: StageChecks, step: StepPredicate, { receipt }: ChainLink): void {
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-007';
  const ledger = ledgerOf(session, step);
  const own =
    receipt.runId === session.root.runId &&
    receipt.taskId === step.stepId &&
    `ledger.${receipt.event}.authorize` === step.operation &&
    (session.plan === null || receipt.ledger === ledger);
  checks.passIf(own, id, 'receipt of this task', 'LEDGER_RECEIPT_MISMATCH', {
    ...about,
    expected: `${step.operation} of ${session.root.runId}`,
    actual: `ledger.${receipt.event} of ${receipt.runId}, task ${receipt.taskId}, ledger ${receipt.ledger}`,
  });
  if (receipt.intents !== null) {
    const intents = step.inputs.find(({ port }) => port === 'intents')?.commitment;
    const outcomes = step.outputs.find(({ port }) => port === 'outcomes')?.commitment;
    const same = intents === receipt.intents.digest && outcomes === receipt.outcomes;
    checks.passIf(same, id, 'intents and outcomes as in the receipt', 'LEDGER_INTENTS_MISMATCH', {
      ...about,
      expected: receipt.intents.digest,
      actual: intents ?? 'no intents',
    });
  }
  if (receipt.notes !== undefined) checkNotes(session, checks, step, receipt);
  if (receipt.keys?.order != null) checkOrder(checks, step, receipt, receipt.keys.order);
}

/** Who ordered another state of a key. Whether it was the ledger's issuer is for who knows the issuer's key. */
function checkOrder(
  checks: StageChecks,
  step: StepPredicate,
  { ledger, keys }: BatchReceipt,
  { from, ...order }: NonNullable<NonNullable<BatchReceipt['keys']>['order']>,
): void {
  const holds = isKeyOrder({ ...order, ledger, serial: keys?.serial ?? 0 });
  const title = `key of epoch ${order.epoch} from ${from} to ${order.to}, ordered by ${order.signer}`;
  checks.passIf(holds, 'BND-LEDGER-012', title, 'LEDGER_KEY_ORDER_INVALID', { step: step.stepId });
}

/**
 * The receipt of the batch that carried an intent of this run. That this intent was in it, and what became of it, is the
 * word of the key enclave, which opened both.
 */
function checkCarried(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  { receipt }: ChainLink,
): void {
  const { ledger, version, ledgerKey, runId } = receipt;
  const id = 'BND-LEDGER-010';
  const about = { step: step.stepId };
  const batch = receipt.event === 'batch' && (session.plan === null || ledger === ledgerOf(session, step));
  checks.passIf(batch, id, 'receipt of the batch that carried the intent', 'LEDGER_RECEIPT_MISMATCH', {
    ...about,
    expected: `a batch of ledger ${String(ledgerOf(session, step))}`,
    actual: `${receipt.event} of ledger ${ledger}`,
  });
  const stated = { ledger, version, ledgerKey, batch: runId };
  // A step that says nothing of its batch would leave open which one is meant.
  for (const name of Object.keys(stated)) {
    if (step.public[name] !== undefined || hiddenMembers(step.public) > 0) continue;
    checks.fail(id, `public ${name}`, 'LEDGER_NEXT_MISMATCH', about);
  }
  checkFacts(checks, step, id, stated);
}

function ledgerOf(session: Session, { stepId }: StepPredicate) {
  return session.plan?.tasks.find(({ id }) => id === stepId)?.parameters['ledger'];
}

/**
 * A ledger in zk-check: each move of a note is proven, under a circuit that the trust file counts. That a note was there
 * and unspent is for whoever replays the ledger from its founding on.
 */
function checkNotes(session: Session, checks: StageChecks, step: StepPredicate, receipt: BatchReceipt): void {
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-011';
  const { notes } = receipt;
  if (notes?.moves == null) {
    checks.pass(id, 'no note moved', about);
    return;
  }
  const detached = [notes.moves, notes.manifest, notes.vkey].some((digest) => session.isDetached(digest));
  if (detached) {
    checks.withheld(id, 'moves of notes', 'BLOB_DETACHED', about);
    return;
  }
  const types = new Map([
    [notes.moves, blobMediaTypes.ledgerMoves],
    [notes.manifest, blobMediaTypes.circuitManifest],
    [notes.vkey, blobMediaTypes.verificationKey],
  ]);
  const { moves, findings, proven } = checkMoves(receipt, {
    blob: (digest) => session.blob(digest, types.get(digest) ?? blobMediaTypes.ledgerMoves),
    policy: session.trust.circuits,
  });
  const title = notesTitle(moves ?? [], proven);
  if (findings.length === 0) checks.pass(id, title, about);
  for (const { reason, where } of findings.slice(0, FINDINGS_MAX))
    checks.fail(id, 'moves of notes', reason, { ...about, actual: where });
}

function notesTitle(moves: readonly Move[], proven: number): string {
  const count = (kind: Move['kind']): number => moves.filter((move) => move.kind === kind).length;
  const burns = count('burn');
  const left = burns === 0 ? '' : `, ${burns} of them of what left the ledger,`;
  return `${proven} proofs of transfers${left} and ${count('mint')} mints of notes`;
}

/** The receipt before this one: same ledger and keys, one version less, and it ended where this one starts. */
function checkPrevious(session: Session, checks: StageChecks, step: StepPredicate, link: ChainLink): void {
  const { receipt } = link;
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-008';
  const title = `version ${receipt.version} follows the one before`;
  const previous =
    receipt.prevReceipt === null
      ? null
      : read(
          session.blob(receipt.prevReceipt, blobMediaTypes.envelope),
          session.isDetached(receipt.prevReceipt),
        );
  if (previous?.reason === 'BLOB_DETACHED') {
    checks.withheld(id, title, previous.reason, about);
    return;
  }
  if (previous !== null && previous.reason !== null) {
    const reason = previous.reason === 'BLOB_MISSING' ? 'LEDGER_PREVIOUS_MISSING' : previous.reason;
    checks.fail(id, title, reason, { ...about, expected: receipt.prevReceipt ?? 'a receipt' });
    return;
  }
  const findings = chainFindings(previous?.link ?? null, link);
  if (findings.length === 0) checks.pass(id, title, about);
  for (const { reason, where } of findings) checks.fail(id, title, reason, { ...about, actual: where });
}

/** The keyless service made the very pages of the receipt, in its order, and nothing else. */
function checkApply(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  { ops, receipts }: { ops: readonly FheOp[]; receipts: ReadonlyMap<string, Reading> },
): void {
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-009';
  const producer = producerOf(step);
  const absence = session.absence(producer);
  if (absence !== null) {
    notShown(checks, absence, id, 'authorised change of pages', about);
    return;
  }
  const reading = receipts.get(producer);
  if (reading?.reason === 'BLOB_DETACHED') {
    checks.withheld(id, 'authorised change of pages', reading.reason, about);
    return;
  }
  if (reading === undefined || reading.reason !== null) {
    const reason = reading?.reason ?? 'LEDGER_RECEIPT_MISMATCH';
    const expected = 'the receipt of an authorize step';
    checks.fail(id, 'authorised change of pages', reason, { ...about, expected });
    return;
  }
  const { ledger, version, changes } = reading.link.receipt;
  const added = changes.filter(({ delta }) => delta !== null);
  const same =
    ops.length === added.length &&
    added.every(({ prev, delta, next }, index) => {
      const op = ops[index];
      return op?.in.length === 2 && op.in[0] === prev && op.in[1] === delta && op.out === next;
    });
  checks.passIf(same, id, `pages of version ${version}`, 'LEDGER_NEXT_MISMATCH', {
    ...about,
    expected: `${added.length} additions as in the receipt`,
    actual: `${ops.length} additions`,
  });
  checkFacts(checks, step, id, { ledger, version });
}

/** What the step says of the receipt is what the receipt says. */
function checkFacts(
  checks: StageChecks,
  { stepId, public: facts }: StepPredicate,
  id: string,
  stated: Readonly<Record<string, string | number>>,
): void {
  const about = { step: stepId };
  for (const [name, value] of Object.entries(stated)) {
    if (facts[name] === undefined) {
      if (hiddenMembers(facts) > 0) checks.withheld(id, `public ${name}`, 'FIELD_WITHHELD', about);
      continue;
    }
    checks.passIf(facts[name] === value, id, `public ${name}`, 'LEDGER_NEXT_MISMATCH', about);
  }
}

function producerOf(step: StepPredicate): string {
  const [producer] = splitEdge(step.inputs.find(({ port }) => port === 'receipt')?.edge ?? '');
  return producer;
}

/** The receipt travels as a blob, or opened among the facts of the step; the digest of the output decides either way. */
function receiptOf(session: Session, step: StepPredicate): Reading {
  const digest = receiptDigest(step);
  if (digest === null) return { reason: 'BLOB_MISSING' };
  const bytes = session.blob(digest, blobMediaTypes.envelope) ?? statedReceipt(step);
  return read(bytes, session.isDetached(digest));
}

function read(bytes: Uint8Array | null, detached: boolean): Reading {
  if (bytes === null) return { reason: detached ? 'BLOB_DETACHED' : 'BLOB_MISSING' };
  try {
    return { link: openLedgerBatch(bytes), reason: null };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const forged = error.code === 'SIGNATURE_INVALID';
    return { reason: forged ? 'LEDGER_RECEIPT_SIGNATURE_INVALID' : 'LEDGER_RECEIPT_MALFORMED' };
  }
}
