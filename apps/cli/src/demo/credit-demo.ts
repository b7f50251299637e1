import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { SealflowClient, signCharter } from '#client';
import { renderVerdict, verifyBundle } from '#evidence';
import { DEVELOPMENT_TENANT } from '../installation/installation-keys.js';
import { euros, seconds, shownPath } from '../output/format.js';
import type { Report } from '../output/report.js';
import { showPlan } from '../plan/show-plan.js';
import type { RunningStack } from '../stack/stack.js';
import { type Application, expectedDecision, inputsOf, makeApplications } from './application.js';
import type { Attack, Scene } from './attacks/attack.js';
import { curiousOperator } from './attacks/curious-operator.js';
import { dishonestWorker } from './attacks/dishonest-worker.js';
import { replayingNetwork } from './attacks/replaying-network.js';
import { replayingSubmitter } from './attacks/replaying-submitter.js';
import { approveAs, type FinishedRun, followRun, prepareRun } from './credit-run.js';
import { type DemoPlans, makePlans } from './demo-plans.js';
import { makeParties, openingAccounts, type Parties, POOL_CENTS } from './parties.js';
import { liveProgress, outcomeOf, showRun } from './show-run.js';
import { tamper } from './tamper.js';

/** The main job, then four attackers. Returns whether everything came out as it must. */
export async function runCreditDemo(
  stack: RunningStack,
  report: Report,
  tamperPath: string | null,
): Promise<boolean> {
  const startMs = performance.now();
  const client = new SealflowClient({
    target: stack.address.grpc,
    tenant: DEVELOPMENT_TENANT,
    apiKey: stack.installation.keys.read('tenant') ?? undefined,
    tls: stack.address.tls,
    trust: stack.trust,
    random: (n) => new Uint8Array(randomBytes(n)),
    now: () => Date.now(),
  });
  try {
    showStack(report, stack);
    const parties = makeParties();
    const plans = await makePlans(client, parties, stack);
    showPlan(report, plans.credit);
    await openLedger(client, plans, parties, report, stack);
    const applications = makeApplications(parties, Date.now());
    const runs: FinishedRun[] = [];
    for (const application of applications) {
      runs.push(await applyForLoan(client, plans, application, report, stack));
    }
    const [approved] = runs;
    if (approved !== undefined) showVerdict(report, approved, stack);
    const attacks = await attack({ stack, client, plans, applications, runs }, report);
    if (tamperPath !== null && approved !== undefined) await showTamper(report, approved, stack, tamperPath);
    const passed = showSummary(report, applications, runs, attacks);
    report.line(`  whole demo ${seconds((stack.startedMs ?? 0) + performance.now() - startMs)}`);
    report.fact('totalMs', Math.round((stack.startedMs ?? 0) + performance.now() - startMs));
    report.fact('passed', passed);
    return passed;
  } finally {
    client.close();
  }
}

function showStack(report: Report, stack: RunningStack): void {
  report.heading('SEALFLOW  a private credit decision with encrypted settlement');
  report.line(
    '  Hardware is SIMULATED: the formats of TDX and Hopper, signed by a root made on this machine. It protects',
  );
  report.line('  nothing. Circuit keys are dev keys. Every line below that rests on them says SIMULATED.');
  const started =
    stack.startedMs === null
      ? 'a running stack is used'
      : `stack up from cold in ${seconds(stack.startedMs)}`;
  report.line(`  ${started}: orchestrator, PostgreSQL, TEE worker, ZK prover, FHE service on loopback`);
  report.fact('stack', { startedMs: stack.startedMs, grpc: stack.address.grpc, http: stack.address.http });
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

function showVerdict(report: Report, run: FinishedRun, stack: RunningStack): void {
  report.heading('VERDICT  of the approved run, as any outsider makes it offline');
  report.line(
    `  npx sealflow verify "${shownPath(run.bundlePath)}" --trust "${shownPath(stack.installation.trustPath)}"`,
  );
  report.line();
  for (const line of renderVerdict(run.verdict).split('\n')) report.line(`  ${line}`);
}

async function attack(scene: Scene, report: Report): Promise<Attack[]> {
  report.heading('ATTACKS  on the running system');
  const attacks: Attack[] = [];
  for (const run of [curiousOperator, dishonestWorker, replayingSubmitter, replayingNetwork]) {
    const result = await run(scene);
    attacks.push(result);
    report.line(`  ${result.attacker}`);
    for (const { tried, stoppedBy, detail } of result.attempts) {
      report.line(
        `    ${stoppedBy === null ? 'NOT STOPPED' : 'stopped'}  ${(stoppedBy ?? '').padEnd(28)} ${tried}`,
      );
      report.line(`      ${detail}`);
    }
  }
  report.fact('attacks', attacks);
  return attacks;
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
  attacks: readonly Attack[],
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
  const attempts = attacks.flatMap((entry) => entry.attempts);
  const stopped = attempts.filter(({ stoppedBy }) => stoppedBy !== null).length;
  report.line(`  ${stopped} of ${attempts.length} attack attempts stopped by name`);
  return passed && stopped === attempts.length;
}
