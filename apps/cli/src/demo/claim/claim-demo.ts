import type { PlannedWorkflow } from '#client';
import { badClaims, MEMBER, MemberTable } from '#samples';
import { euros, seconds, shownPath } from '../../output/format.js';
import type { Report } from '../../output/report.js';
import { showPlan } from '../../plan/show-plan.js';
import type { RunningStack } from '../../stack/stack.js';
import type { FinishedRun } from '../credit-run.js';
import { DemoLedger } from '../frame/demo-ledger.js';
import { type KeptRun, keepRun } from '../frame/kept-run.js';
import { showAttackers } from '../frame/show-attackers.js';
import { showStack, showTotals, showVerdict } from '../frame/show-parts.js';
import { claimAttackers } from './attackers.js';
import { type ClaimParties, Insurer, newClaim, OPENINGS, openHospital, planClaim } from './claim-parties.js';
import { type FiledClaim, fileClaim } from './file-claim.js';

/** What the claim of the demo has to come to, in cents. */
const EXPECTED = { insurerCents: 24_496n, patientCents: 14_124n, appliedCents: 8_000n } as const;

/** A claim that is paid, claims that are not, and attackers. Returns whether everything came out as it must. */
export async function runClaimDemo(
  stack: RunningStack,
  report: Report,
  attackers = claimAttackers,
): Promise<boolean> {
  const beganMs = performance.now();
  showStack(report, stack, 'a health-insurance claim of which the insurer sees a proof');
  const hospital = await openHospital(stack);
  try {
    const { bundles } = stack.installation;
    const ledger = await DemoLedger.found(hospital.client, OPENINGS, { name: 'claims', bundles });
    const members = new MemberTable();
    const parties = { hospital, insurer: new Insurer(ledger, members), ledger, members };
    const planned = await planClaim(parties);
    showPlan(report, planned);
    const paid = await showPaid(report, stack, parties, planned);
    const denied = await showDenied(report, stack, parties, planned);
    const attacks = await showAttackers(report, attackers, { stack, parties, planned, paid });
    const settled = await showBalances(report, ledger, paid);
    const kept = await keepRun(hospital.client, paid.run.runId, ledger.files);
    showVerdict(report, stack, 'the claim that was paid', { ...kept, ciphertexts: ledger.files.folder });
    showLimits(report);
    report.fact('bundles', [
      shown(ledger.files.founding),
      ...denied.map(({ run }) => shown(run)),
      shown(kept),
    ]);
    report.heading('SUMMARY');
    const passed = showSummary(report, paid, kept, denied) && settled;
    return showTotals(report, stack, { attacks, passed, beganMs });
  } finally {
    hospital.client.close();
    await hospital.prover.stop();
  }
}

async function showPaid(
  report: Report,
  stack: RunningStack,
  parties: ClaimParties,
  planned: PlannedWorkflow,
): Promise<FiledClaim> {
  report.heading('RUN  the hospital claims; its prover is the only one that sees the record');
  const filed = await fileClaim(stack, parties, planned, newClaim(parties.hospital), { report });
  const { run, outcome, recognised } = filed;
  const amounts =
    outcome === null
      ? 'nothing to open'
      : `insurer ${outcome.insurerCents}, patient ${outcome.patientCents}, deductible ${outcome.appliedCents} cents`;
  report.line(`  ${run.state} after ${seconds(run.totalMs)}; the hospital opens: ${amounts}`);
  const about = recognised
    ? 'under its own tables, for the claim that it has orders for'
    : 'OF ANOTHER CLAIM';
  report.line(`  what the insurer is told: rule ${ruleOf(run)} and a proof of it, ${about}`);
  report.line(`  ms by step: ${run.steps.map(({ id, ms }) => `${id} ${Math.round(ms)}`).join(' · ')}`);
  report.line(`  bundle ${run.verdict.outcome.toUpperCase()}  ${shownPath(run.bundlePath)}`);
  return filed;
}

/** Each kind of bad claim. */
async function showDenied(
  report: Report,
  stack: RunningStack,
  parties: ClaimParties,
  planned: PlannedWorkflow,
): Promise<readonly Denied[]> {
  report.heading('DENIED  each kind of bad claim, by the first rule that it breaks, with a proof of it');
  const denied: Denied[] = [];
  for (const { rule, what, change } of badClaims) {
    const filed = await fileClaim(stack, parties, planned, newClaim(parties.hospital, change));
    const { run, recognised } = filed;
    const proven = ruleOf(run);
    const moved = run.steps.some(({ id }) => !id.startsWith('adjudicate'));
    const verified = run.verdict.outcome === 'verified' && recognised;
    const right = run.state === 'REJECTED' && proven === rule && !moved && verified;
    report.line(`  ${mark(right)}  ${proven.padEnd(20)} ${what}, ${seconds(run.totalMs)}`);
    denied.push({ what, rule: proven, right, run });
  }
  report.fact(
    'denied',
    denied.map(({ what, rule, right }) => ({ what, rule, right })),
  );
  return denied;
}

interface Denied {
  readonly what: string;
  readonly rule: string;
  readonly right: boolean;
  readonly run: FinishedRun;
}

/** What was proved of the one claim that was accepted is on the accounts, and nothing of any other. */
async function showBalances(report: Report, ledger: DemoLedger, { outcome }: FiledClaim): Promise<boolean> {
  report.heading(
    'BALANCES  as the key enclave tells each owner about its own account and nobody about another',
  );
  const { insurerCents, appliedCents } = outcome ?? { insurerCents: 0n, appliedCents: 0n };
  const expected = { hospital: insurerCents, 'deductible-met': MEMBER.metCents + appliedCents } as const;
  const balances: Record<string, bigint> = {};
  for (const [id, cents] of Object.entries(expected)) {
    const actual = await ledger.balance(id);
    balances[id] = actual;
    report.line(`  ${mark(actual === cents)}  ${id.padEnd(16)} ${euros(actual)}`);
  }
  report.fact('balances', balances);
  return Object.entries(expected).every(([id, cents]) => balances[id] === cents);
}

/** What the insurer should know before it relies on the file. */
function showLimits(report: Report): void {
  report.line(
    '  What this does not prove: that care was given, as the record is the hospital’s own; that the amount on the ledger',
  );
  report.line(
    '  is the proven one. The key enclave compares both and pays nothing else: the word of measured code, ATTESTED.',
  );
}

function showSummary(
  report: Report,
  { run, outcome, recognised }: FiledClaim,
  kept: KeptRun,
  denied: readonly Denied[],
): boolean {
  const right =
    run.state === 'SUCCEEDED' &&
    run.verdict.outcome === 'verified' &&
    recognised &&
    outcome?.insurerCents === EXPECTED.insurerCents &&
    outcome.patientCents === EXPECTED.patientCents &&
    outcome.appliedCents === EXPECTED.appliedCents;
  const amounts =
    outcome === null
      ? 'nothing'
      : `insurer ${euros(outcome.insurerCents)}, patient ${euros(outcome.patientCents)}, deductible ${euros(outcome.appliedCents)}`;
  report.line(`  ${mark(right)}  paid: ${amounts}`);
  const replayed = kept.verdict.steps.filter(({ integrity }) => integrity === 'REPLAYED').length;
  const additions = kept.verdict.steps.filter(({ kind }) => kind === 'fhe.bfv').length;
  report.line(`  additions of ${replayed} of ${additions} batches repeated`);
  const named = denied.filter((each) => each.right).length;
  report.line(`  ${named} of ${badClaims.length} bad claims denied by their rule, each with a proof`);
  report.fact('paid', { ...outcome, state: run.state, runId: run.runId, bundlePath: run.bundlePath });
  return right && replayed === additions && named === badClaims.length;
}

function shown({ runId, bundlePath, verdict }: Pick<FinishedRun, 'runId' | 'bundlePath' | 'verdict'>) {
  return { runId, bundlePath, verdict: verdict.outcome };
}

function mark(right: boolean): string {
  return right ? 'as it must' : 'WRONG     ';
}

function ruleOf({ facts }: FinishedRun): string {
  return String(facts['adjudicate']?.['rule'] ?? 'none');
}
