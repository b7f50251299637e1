import { checkCoverage } from './coverage.js';
import { checkEdges, checkRunValues } from './edges.js';
import { checkLedgers } from './ledger.js';
import { checkPageLedgers } from './page-ledger.js';
import { checkReaders } from './readers.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';
import { checkUsage } from './usage.js';

/** Stage 10: the graph. Values are traced, tasks accounted for, ledgers chained, readers listed. */
export function edgesStage(session: Session, checks: StageChecks): void {
  checkUniqueTasks(session, checks);
  checkEdges(session, checks);
  if (session.plan === null) checks.skip('BND-COVER-001', 'tasks of the plan', 'PLAN_UNAVAILABLE');
  else {
    checkRunValues(session, session.plan, checks);
    checkCoverage(session, session.plan, checks);
  }
  checkLedgers(session, checks);
  checkPageLedgers(session, checks);
  checkUsage(session, checks);
  checkReaders(session, checks);
  checkOversight(session, checks);
}

function checkUniqueTasks(session: Session, checks: StageChecks): void {
  const seen = new Set<string>();
  for (const { predicate } of session.steps) {
    if (seen.has(predicate.stepId))
      checks.fail('BND-EDGE-009', 'one statement a task', 'STEP_DUPLICATE', { step: predicate.stepId });
    seen.add(predicate.stepId);
  }
}

function checkOversight(session: Session, checks: StageChecks): void {
  const { required, approvals } = session.root.oversight;
  const humans = session.steps
    .filter(({ predicate }) => predicate.kind === 'human')
    .map(({ envelope }) => envelope.digest);
  const listed = humans.every((digest) => approvals.includes(digest));
  checks.passIf(listed, 'BND-EDGE-010', 'human decisions are listed', 'OVERSIGHT_MISMATCH', {
    actual: `${humans.length} decisions`,
  });
  const planned = session.plan?.tasks.some(({ kind }) => kind === 'human') ?? required;
  checks.passIf(planned === required, 'BND-EDGE-010', 'human oversight as planned', 'OVERSIGHT_MISMATCH');
}
