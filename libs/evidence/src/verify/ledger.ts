import { canonicalBytes, type Digest, fromBase64, isJsonObject } from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import { isLedgerApply, isLedgerAuthorize, receiptDigest } from '../bundle/references.js';
import { isSignedBy, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { parseLedgerEdge } from '../statements/ledger-edge.js';
import {
  type LedgerPages,
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  ledgerReceiptSubjects,
  parseLedgerReceipt,
} from '../statements/ledger-receipt.js';
import { sameSubjects } from '../statements/statement.js';
import type { StepPredicate } from '../statements/step.js';
import { isWithheld } from './edges.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * The key enclave is trusted that a delta moves what its receipt says. The chain of receipts is checked here: who
 * signed, which pages each started from and arrived at, and that nobody else's pages came in between.
 */

const id = 'BND-LEDGER-001';

export function checkLedgers(session: Session, checks: StageChecks): void {
  const known = knownReceipts(session);
  // The receipt that backs a page may be that of a step which is not shown.
  const hidden = session.root.tasks.some(({ taskId }) => isWithheld(session, taskId));
  const unbacked = hidden ? 'EDGE_PRODUCER_WITHHELD' : 'LEDGER_STATE_UNBACKED';
  const keys = new Set(known.map(({ ledger, ledgerKey }) => `${ledger} ${ledgerKey}`));
  const ledgers = new Set(known.map(({ ledger }) => ledger));
  checks.passIf(keys.size === ledgers.size, 'BND-LEDGER-006', 'one key a ledger', 'LEDGER_KEY_CHANGED');
  for (const { predicate } of session.steps) {
    if (isLedgerAuthorize(predicate.operation)) checkAuthorize(session, checks, predicate);
    if (isLedgerApply(predicate.operation)) checkApply(session, checks, predicate);
    checkStateEdges(known, checks, predicate, unbacked);
  }
}

function checkAuthorize(session: Session, checks: StageChecks, step: StepPredicate): void {
  const digest = receiptDigest(step);
  // Nothing moved, so there is nothing to receipt; the plan says under which outcome that may be.
  if (digest === null) return;
  const receipt = readReceipt(session, checks, step, digest);
  if (receipt === null) return;
  const about = { step: step.stepId };
  const own =
    receipt.runId === session.root.runId &&
    receipt.taskId === step.stepId &&
    `${receipt.operation}.authorize` === step.operation &&
    receipt.ledger === ledgerOf(session, step);
  checks.passIf(own, id, 'receipt of this task', 'LEDGER_RECEIPT_MISMATCH', {
    ...about,
    expected: `${step.operation} of ${session.root.runId}`,
    actual: `${receipt.operation} of ${receipt.runId}, task ${receipt.taskId}, ledger ${receipt.ledger}`,
  });
  const given = receipt.delta ?? receipt.next;
  const names =
    receipt.delta === null ? ['pageAvailable', 'pageReserved'] : ['deltaAvailable', 'deltaReserved'];
  const same =
    commitmentAt(step, names[0]) === given.available && commitmentAt(step, names[1]) === given.reserved;
  checks.passIf(same, 'BND-LEDGER-002', 'ciphertexts as in the receipt', 'LEDGER_DELTA_MISMATCH', about);
  checkPrevious(session, checks, step, receipt);
}

/** The receipt before this one: same ledger, same key, one version less, and it ended where this one starts. */
function checkPrevious(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  receipt: LedgerReceipt,
): void {
  const about = { step: step.stepId };
  const title = `ledger version ${receipt.version} follows the one before`;
  if (receipt.prevReceipt === null || receipt.prev === null) {
    const opening = receipt.operation === 'ledger.open' && receipt.version <= 1;
    checks.passIf(opening, 'BND-LEDGER-003', title, 'LEDGER_CHAIN_BROKEN', {
      ...about,
      expected: 'an opening',
    });
    return;
  }
  const bytes = session.blob(receipt.prevReceipt, blobMediaTypes.envelope);
  if (bytes === null) {
    checks.fail('BND-LEDGER-003', title, 'LEDGER_PREVIOUS_MISSING', {
      ...about,
      expected: receipt.prevReceipt,
    });
    return;
  }
  const previous = openReceipt(bytes, checks, step);
  if (previous === null) return;
  checks.passIf(
    previous.ledgerKey === receipt.ledgerKey,
    'BND-LEDGER-003',
    'one ledger key',
    'LEDGER_KEY_CHANGED',
    about,
  );
  const follows =
    previous.ledger === receipt.ledger &&
    previous.version + 1 === receipt.version &&
    previous.addCount <= receipt.addCount &&
    samePages(previous.next, receipt.prev);
  checks.passIf(follows, 'BND-LEDGER-003', title, 'LEDGER_CHAIN_BROKEN', {
    ...about,
    expected: `version ${receipt.version - 1} ending in the pages that this one starts from`,
    actual: `version ${previous.version} of ${previous.ledger}`,
  });
}

function checkApply(session: Session, checks: StageChecks, step: StepPredicate): void {
  const about = { step: step.stepId };
  const producer = step.inputs.find(({ port }) => port === 'receipt')?.edge.split('/')[0];
  const authorize = producer === undefined ? null : session.step(producer);
  const digest = authorize === null ? null : receiptDigest(authorize.predicate);
  if (authorize === null && producer !== undefined && isWithheld(session, producer)) {
    checks.fail('BND-LEDGER-004', 'authorised change', 'EDGE_PRODUCER_WITHHELD', about);
    return;
  }
  if (authorize === null || digest === null) {
    checks.fail('BND-LEDGER-004', 'authorised change', 'LEDGER_RECEIPT_MISMATCH', {
      ...about,
      expected: 'the receipt of an authorize step',
    });
    return;
  }
  const receipt = readReceipt(session, checks, authorize.predicate, digest);
  if (receipt === null) return;
  const arrived =
    commitmentAt(step, 'pageAvailable') === receipt.next.available &&
    commitmentAt(step, 'pageReserved') === receipt.next.reserved;
  checks.passIf(arrived, 'BND-LEDGER-004', 'pages after the change', 'LEDGER_NEXT_MISMATCH', {
    ...about,
    expected: `${receipt.next.available}, ${receipt.next.reserved}`,
  });
  const facts = step.public;
  const stated =
    facts['ledger'] === receipt.ledger &&
    facts['version'] === receipt.version &&
    facts['available'] === receipt.next.available &&
    facts['reserved'] === receipt.next.reserved;
  checks.passIf(stated, 'BND-LEDGER-004', 'public head of the ledger', 'LEDGER_NEXT_MISMATCH', about);
  if (receipt.prev === null) return;
  const edges = stateEdges(step);
  const started =
    edges.get('available') === receipt.prev.available && edges.get('reserved') === receipt.prev.reserved;
  checks.passIf(started, 'BND-LEDGER-004', 'pages before the change', 'LEDGER_STATE_UNBACKED', {
    ...about,
    expected: `${receipt.prev.available}, ${receipt.prev.reserved}`,
  });
}

/** A page that no step of the run made counts only if a receipt of the same ledger key ends in it. */
function checkStateEdges(
  known: readonly LedgerReceipt[],
  checks: StageChecks,
  step: StepPredicate,
  unbacked: string,
): void {
  for (const input of step.inputs) {
    const edge = parseLedgerEdge(input.edge);
    if (edge === null) continue;
    const backing = known.find(
      ({ ledger, version, next }) =>
        ledger === edge.ledger && version === edge.version && next[edge.book] === input.commitment,
    );
    // Nothing of this ledger moved in the run and no receipt came along: the page was read, not changed.
    const moved = known.some(({ ledger }) => ledger === edge.ledger);
    const title = `origin of ${input.edge}`;
    if (backing === undefined && !moved)
      checks.skip('BND-LEDGER-005', title, 'LEDGER_STATE_UNUSED', { step: step.stepId });
    else {
      checks.passIf(backing !== undefined, 'BND-LEDGER-005', title, unbacked, {
        step: step.stepId,
        expected: 'a receipt that ends in this page',
        actual: input.commitment,
      });
    }
  }
}

/** Receipts of the run's own steps and the ones that these follow, each signed by the ledger key that the run vouches for. */
function knownReceipts(session: Session): LedgerReceipt[] {
  const quiet = null;
  return session.steps.flatMap(({ predicate }) => {
    const digest = receiptDigest(predicate);
    const bytes = digest === null ? null : receiptBytes(session, predicate, digest);
    const own = bytes === null ? null : openReceipt(bytes, quiet, predicate);
    if (own === null) return [];
    const before = own.prevReceipt === null ? null : session.blob(own.prevReceipt, blobMediaTypes.envelope);
    const previous = before === null ? null : openReceipt(before, quiet, predicate);
    return previous !== null && previous.ledgerKey === own.ledgerKey ? [own, previous] : [own];
  });
}

function readReceipt(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  digest: Digest,
): LedgerReceipt | null {
  const bytes = receiptBytes(session, step, digest);
  if (bytes === null) {
    checks.fail(id, 'ledger receipt', 'BLOB_MISSING', { step: step.stepId, expected: digest });
    return null;
  }
  return openReceipt(bytes, checks, step);
}

/** The receipt travels as a blob, or opened among the public facts of the step; the digest decides either way. */
function receiptBytes(session: Session, step: StepPredicate, digest: Digest): Uint8Array | null {
  const blob = session.blob(digest, blobMediaTypes.envelope);
  if (blob !== null) return blob;
  const stated = step.public['receipt'];
  return isJsonObject(stated) ? canonicalBytes(stated) : null;
}

/** Without `checks` a receipt that does not verify is passed over: another check reports it. */
function openReceipt(
  bytes: Uint8Array,
  checks: StageChecks | null,
  step: StepPredicate,
): LedgerReceipt | null {
  const about = { step: step.stepId };
  try {
    const envelope = parseEnvelope(bytes);
    const statement = statementOf(envelope, ledgerReceiptPredicateType);
    const receipt = parseLedgerReceipt(statement.predicate);
    const signed = isSignedBy(envelope, fromBase64(receipt.ledgerKey));
    checks?.passIf(signed, id, 'signature of the ledger', 'LEDGER_RECEIPT_SIGNATURE_INVALID', about);
    const subjects = sameSubjects(statement.subject, ledgerReceiptSubjects(receipt));
    checks?.passIf(subjects, id, 'subjects are the pages', 'SUBJECT_MISMATCH', about);
    return signed && subjects ? receipt : null;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    checks?.fail(id, 'ledger receipt', 'LEDGER_RECEIPT_MALFORMED', { ...about, actual: error.message });
    return null;
  }
}

function ledgerOf(session: Session, step: StepPredicate): string | null {
  const ledger = session.plan?.tasks.find(({ id: taskId }) => taskId === step.stepId)?.parameters['ledger'];
  return typeof ledger === 'string' ? ledger : null;
}

export function stateEdges(step: StepPredicate): Map<keyof LedgerPages, string> {
  const found = new Map<keyof LedgerPages, string>();
  for (const { edge, commitment } of step.inputs) {
    const parsed = parseLedgerEdge(edge);
    if (parsed !== null) found.set(parsed.book, commitment);
  }
  return found;
}

export function commitmentAt(step: StepPredicate, port: string | undefined): string | null {
  return step.outputs.find((output) => output.port === port)?.commitment ?? null;
}

function samePages(left: LedgerPages, right: LedgerPages): boolean {
  return left.available === right.available && left.reserved === right.reserved;
}
