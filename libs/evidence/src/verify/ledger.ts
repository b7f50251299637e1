import { isLedgerApply, isLedgerAuthorize } from '../bundle/references.js';
import { hiddenMembers } from '../disclosure/sd-names.js';
import { parseLedgerEdge } from '../statements/ledger-edge.js';
import type { LedgerPages, LedgerReceipt } from '../statements/ledger-receipt.js';
import type { StepPredicate } from '../statements/step.js';
import { notShown, splitEdge } from './edges.js';
import { LedgerReceipts } from './ledger-receipts.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * The key enclave is trusted that a delta moves what its receipt says. The chain of receipts is checked here: who
 * signed, which pages each started from and arrived at, and that nobody else's pages came in between.
 */

export function checkLedgers(session: Session, checks: StageChecks): void {
  const receipts = new LedgerReceipts(session);
  const keys = new Set(receipts.own.map(({ ledger, ledgerKey }) => `${ledger} ${ledgerKey}`));
  const ledgers = new Set(receipts.own.map(({ ledger }) => ledger));
  checks.passIf(keys.size === ledgers.size, 'BND-LEDGER-006', 'one key a ledger', 'LEDGER_KEY_CHANGED');
  const hidden = hiddenAuthorize(session);
  for (const { predicate } of session.steps) {
    if (isLedgerAuthorize(predicate.operation)) checkAuthorize(session, checks, predicate, receipts);
    if (isLedgerApply(predicate.operation)) checkApply(session, checks, predicate, receipts);
    checkStateEdges(checks, predicate, receipts, hidden);
  }
}

/** The receipt that backs a page may be that of a step which is not shown. */
function hiddenAuthorize(session: Session): 'withheld' | 'missing' | null {
  const absences = session.root.tasks.map(({ taskId }) => {
    const planned = session.plan?.tasks.find(({ id }) => id === taskId);
    // Without the plan any task may have moved the ledger.
    const moves = planned === undefined || isLedgerAuthorize(planned.operation);
    return moves ? session.absence(taskId) : null;
  });
  return absences.includes('withheld') ? 'withheld' : absences.includes('missing') ? 'missing' : null;
}

function checkAuthorize(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  receipts: LedgerReceipts,
): void {
  const reading = receipts.of(step.stepId);
  // Nothing moved, so there is nothing to receipt; the plan says under which outcome that may be.
  if (reading === null) return;
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-001';
  if (reading.reason !== null) {
    if (reading.reason === 'BLOB_DETACHED') checks.withheld(id, 'ledger receipt', reading.reason, about);
    else checks.fail(id, 'ledger receipt', reading.reason, about);
    return;
  }
  const { receipt } = reading;
  const own =
    receipt.runId === session.root.runId &&
    receipt.taskId === step.stepId &&
    `${receipt.operation}.authorize` === step.operation &&
    // Without the plan nobody can say which ledger was meant; that it is missing is found elsewhere.
    (session.plan === null || receipt.ledger === ledgerOf(session, step));
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
  checkPrevious(checks, step, receipt, receipts);
}

/** The receipt before this one: same ledger, same key, one version less, and it ended where this one starts. */
function checkPrevious(
  checks: StageChecks,
  step: StepPredicate,
  receipt: LedgerReceipt,
  receipts: LedgerReceipts,
): void {
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-003';
  const title = `ledger version ${receipt.version} follows the one before`;
  const before = receipts.before(receipt);
  if (before === null || receipt.prev === null) {
    const opening = receipt.operation === 'ledger.open' && receipt.version <= 1;
    checks.passIf(opening, id, title, 'LEDGER_CHAIN_BROKEN', { ...about, expected: 'an opening' });
    return;
  }
  if (before.reason === 'BLOB_DETACHED') {
    checks.withheld(id, title, before.reason, about);
    return;
  }
  if (before.reason !== null) {
    const reason = before.reason === 'BLOB_MISSING' ? 'LEDGER_PREVIOUS_MISSING' : before.reason;
    checks.fail(id, title, reason, { ...about, expected: receipt.prevReceipt ?? 'a receipt' });
    return;
  }
  const previous = before.receipt;
  checks.passIf(previous.ledgerKey === receipt.ledgerKey, id, 'one ledger key', 'LEDGER_KEY_CHANGED', about);
  const follows =
    previous.ledger === receipt.ledger &&
    previous.version + 1 === receipt.version &&
    previous.addCount <= receipt.addCount &&
    samePages(previous.next, receipt.prev);
  checks.passIf(follows, id, title, 'LEDGER_CHAIN_BROKEN', {
    ...about,
    expected: `version ${receipt.version - 1} ending in the pages that this one starts from`,
    actual: `version ${previous.version} of ${previous.ledger}`,
  });
}

function checkApply(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  receipts: LedgerReceipts,
): void {
  const about = { step: step.stepId };
  const id = 'BND-LEDGER-004';
  const [producer] = splitEdge(step.inputs.find(({ port }) => port === 'receipt')?.edge ?? '');
  const absence = session.absence(producer);
  if (absence !== null) {
    notShown(checks, absence, id, 'authorised change', about);
    return;
  }
  const reading = receipts.of(producer);
  if (reading?.reason === 'BLOB_DETACHED') {
    checks.withheld(id, 'authorised change', reading.reason, about);
    return;
  }
  if (reading === null || reading.reason !== null) {
    const reason = reading?.reason ?? 'LEDGER_RECEIPT_MISMATCH';
    checks.fail(id, 'authorised change', reason, { ...about, expected: 'the receipt of an authorize step' });
    return;
  }
  const { ledger, version, prev, next } = reading.receipt;
  const arrived =
    commitmentAt(step, 'pageAvailable') === next.available &&
    commitmentAt(step, 'pageReserved') === next.reserved;
  const pages = { ...about, expected: `${next.available}, ${next.reserved}` };
  checks.passIf(arrived, id, 'pages after the change', 'LEDGER_NEXT_MISMATCH', pages);
  const { public: facts } = step;
  const names = ['ledger', 'version', 'available', 'reserved'];
  const hidden = hiddenMembers(facts) > 0 && names.some((name) => facts[name] === undefined);
  const head = 'public head of the ledger';
  const stated =
    facts['ledger'] === ledger &&
    facts['version'] === version &&
    facts['available'] === next.available &&
    facts['reserved'] === next.reserved;
  if (hidden) checks.withheld(id, head, 'FIELD_WITHHELD', about);
  else checks.passIf(stated, id, head, 'LEDGER_NEXT_MISMATCH', about);
  if (prev === null) return;
  const started = new Set(
    step.inputs.flatMap(({ edge, commitment }) => {
      const state = parseLedgerEdge(edge);
      return state !== null && prev[state.book] === commitment ? [state.book] : [];
    }),
  );
  checks.passIf(started.size === 2, id, 'pages before the change', 'LEDGER_STATE_UNBACKED', {
    ...about,
    expected: `${prev.available}, ${prev.reserved}`,
  });
}

/** A page that no step of the run made counts only if a receipt of the same ledger key ends in it. */
function checkStateEdges(
  checks: StageChecks,
  step: StepPredicate,
  receipts: LedgerReceipts,
  hidden: 'withheld' | 'missing' | null,
): void {
  for (const { edge, commitment } of step.inputs) {
    const state = parseLedgerEdge(edge);
    if (state === null) continue;
    const about = { step: step.stepId, expected: 'a receipt that ends in this page', actual: commitment };
    const id = 'BND-LEDGER-005';
    const title = `origin of ${edge}`;
    const backing = receipts.backing(state.ledger, state.version, state.book, commitment);
    const moved = receipts.own.some(({ ledger }) => ledger === state.ledger);
    if (backing === 'backed') checks.pass(id, title, { step: step.stepId });
    // Nothing of this ledger moved in the run and no receipt came along: the page was read, not changed.
    else if (!moved && hidden === null) checks.skip(id, title, 'LEDGER_STATE_UNUSED', { step: step.stepId });
    else if (backing === 'not shown') checks.fail(id, title, 'LEDGER_PREVIOUS_MISSING', about);
    else if (backing === 'withheld') checks.withheld(id, title, 'BLOB_DETACHED', about);
    else if (hidden !== null) notShown(checks, hidden, id, title, about);
    else checks.fail(id, title, 'LEDGER_STATE_UNBACKED', about);
  }
}

function ledgerOf(session: Session, step: StepPredicate): string | null {
  const ledger = session.plan?.tasks.find(({ id }) => id === step.stepId)?.parameters['ledger'];
  return typeof ledger === 'string' ? ledger : null;
}

function commitmentAt(step: StepPredicate, port: string | undefined): string | null {
  return step.outputs.find((output) => output.port === port)?.commitment ?? null;
}

function samePages(left: LedgerPages, right: LedgerPages): boolean {
  return left.available === right.available && left.reserved === right.reserved;
}
