import { readFileSync, writeFileSync } from 'node:fs';
import { type SealflowClient, signCharter } from '#client';
import { verifyBundle } from '#evidence';
import { euros, seconds, shownPath } from '../output/format.js';
import type { Report } from '../output/report.js';
import { showPlan } from '../plan/show-plan.js';
import type { RunningStack } from '../stack/stack.js';
import { liveProgress } from '../submit/live-progress.js';
import { type Application, expectedDecision, inputsOf, makeApplications } from './application.js';
import { approveAs, type FinishedRun, followRun, prepareRun } from './credit-run.js';
import { showCreditAttackers } from './demo-attackers.js';
import { type DemoPlans, makePlans } from './demo-plans.js';
import { demoClient } from './frame/demo-client.js';
import { showStack, showTotals, showVerdict } from './frame/show-parts.js';
import { makeParties, openingAccounts, type Parties, POOL_CENTS } from './parties.js';
import { outcomeOf, showRun } from './show-run.js';
import { tamper } from './tamper.js';

/** The main job, then four attackers. Returns whether everything came out as it must. */
export async function runCreditDemo(
  stack: RunningStack,
  report: Report,
  tamperPath: string | null,
): Promise<boolean> {
  const beganMs = performance.now();
  const client = demoClient(stack);
  try {
    showStack(report, stack, 'a private credit decision with encrypted settlement');
    const parties = makeParties();
    const plans = await makePlans(client, parties, stack.trust.approvers);
    showPlan(report, plans.credit);
    await openLedger(client, plans, parties, report, stack);
    const applications = makeApplications(parties, Date.now());
    const runs: FinishedRun[] = [];
    for (const application of applications) {
      runs.push(await applyForLoan(client, plans, application, report, stack));
    }
    const [approved] = runs;
    if (approved !== undefined) showVerdict(report, stack, 'the approved run', approved);
    const attacks = await showCreditAttackers(stack, client, { plans, applications, runs }, report);
    if (tamperPath !== null && approved !== undefined) await showTamper(report, approved, stack, tamperPath);
    const passed = showSummary(report, applications, runs);
    return showTotals(report, stack, { attacks, passed, beganMs });
  } finally {
    client.close();
  }
}

async function openLedger(
  client: SealflowClient,
  plans: DemoPlans,
  parties: Parties,
  report: Report,
  stack: RunningStack,
): Promise<void> {
  const accounts = openingAccounts(parties);
  report.heading(
    `LEDGER  ${accounts.length} accounts, balances encrypted (BFV); the bank puts ${euros(POOL_CENTS)} into its pool`,
  );
  const charter = signCharter({ ledger: parties.ledger, accounts }, parties.bankSeed);
  const prepared = await prepareRun(client, plans.ledgerOpen, { charter });
  const run = await followRun(client, prepared, {
    bundles: stack.installation.bundles,
    onStep: liveProgress(report),
  });
  if (run.state !== 'SUCCEEDED') throw new Error(`the ledger could not be opened: ${run.reason}`);
}

async function applyForLoan(
  client: SealflowClient,
  plans: DemoPlans,
  application: Application,
  report: Report,
  stack: RunningStack,
): Promise<FinishedRun> {
  report.heading(`RUN  ${application.title}`);
  const prepared = await prepareRun(client, plans.credit, inputsOf(application));
  const [worker] = prepared.workers;
  const names = [...new Set(prepared.workers.map((entry) => entry.worker))].join(', ');
  report.line(
    `  evidence of ${names} appraised before sealing: ${worker?.appraisal.level ?? 'NONE'}, GPU binding ${worker?.appraisal.gpuBinding ?? 'none'}`,
  );
  const reviewer = { name: 'reviewer-1', seed: stack.installation.approverSeed() };
  const run = await followRun(client, prepared, {
    bundles: stack.installation.bundles,
    onStep: liveProgress(report),
    onApproval: approveAs(client, prepared, reviewer, 'approve'),
    open: ['limit', 'settlement', 'findings'],
  });
  showRun(report, application, run);
  return run;
}

async function showTamper(
  report: Report,
  run: FinishedRun,
  stack: RunningStack,
  path: string,
): Promise<void> {
  const { bytes, what } = tamper(readFileSync(run.bundlePath), path);
  const copy = run.bundlePath.replace(/\.evidence\.json$/, '.tampered.evidence.json');
  writeFileSync(copy, bytes, { mode: 0o600 });
  const verdict = await verifyBundle(bytes, stack.trust, { at: null });
  const caught = verdict.stages.flatMap(({ name, checks }) =>
    checks
      .filter(({ result }) => result === 'fail' || result === 'error')
      .map((check) => ({ stage: name, check })),
  );
  report.heading(`TAMPERED  ${what}`);
  report.line(
    `  ${verdict.outcome.toUpperCase()}, exit code ${verdict.exitCode}, reason ${verdict.reason ?? 'none'}  ${shownPath(copy)}`,
  );
  for (const { stage, check } of caught.slice(0, 5)) {
    const detail =
      check.expected === undefined ? '' : `: expected ${check.expected}, got ${check.actual ?? ''}`;
    report.line(`  ${stage}  ${check.id} ${check.reason ?? ''}  ${check.title}${detail}`);
  }
  report.fact('tampered', {
    path,
    what,
    copy,
    outcome: verdict.outcome,
    exitCode: verdict.exitCode,
    reason: verdict.reason,
  });
}

/** What each of the four applications has to come to. */
const EXPECTED: Readonly<Record<Application['name'], { state: string; reason: string; moves: boolean }>> = {
  approved: { state: 'SUCCEEDED', reason: '', moves: true },
  declined: { state: 'REJECTED', reason: 'DECLINED', moves: false },
  reviewed: { state: 'SUCCEEDED', reason: '', moves: true },
  overdrawn: { state: 'REJECTED', reason: 'INSUFFICIENT', moves: false },
};

function showSummary(
  report: Report,
  applications: readonly Application[],
  runs: readonly FinishedRun[],
): boolean {
  report.heading('SUMMARY');
  let passed = true;
  const results = runs.map((run, index) => {
    const application = applications[index];
    if (application === undefined) throw new Error('a run without an application');
    const outcome = outcomeOf(run);
    const expected = EXPECTED[application.name];
    const right =
      run.state === expected.state &&
      run.reason === expected.reason &&
      outcome.decision === expectedDecision(application) &&
      outcome.score === application.score &&
      (outcome.transferredCents !== null) === expected.moves &&
      run.verdict.outcome === 'verified';
    passed &&= right;
    const moved =
      outcome.transferredCents === null ? 'nothing moved' : `${euros(outcome.transferredCents)} moved`;
    report.line(
      `  ${right ? 'as it must' : 'WRONG     '}  ${application.name.padEnd(10)} ${run.state.padEnd(10)} score ${outcome.score}, ${moved}, bundle ${run.verdict.outcome}, ${seconds(run.totalMs)}`,
    );
    return {
      application: application.name,
      runId: run.runId,
      state: run.state,
      reason: run.reason,
      ...outcome,
      totalMs: Math.round(run.totalMs),
      steps: run.steps,
      verdict: run.verdict.outcome,
      simulated: run.verdict.simulated,
      bundlePath: run.bundlePath,
    };
  });
  report.fact('runs', results);
  return passed;
}
