import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '#canonical';
import type { SealflowClient } from '#client';
import type { UsageFacts } from '#conversation';
import { seconds, shownPath } from '../../output/format.js';
import type { Report } from '../../output/report.js';
import { showPlan } from '../../plan/show-plan.js';
import type { RunningStack } from '../../stack/stack.js';
import { type PaidCall, payForCall } from '../../x402/paid-call.js';
import { smallModelWeights } from '../../x402/serve-settings.js';
import { demoClient } from '../frame/demo-client.js';
import { DemoLedger } from '../frame/demo-ledger.js';
import { type KeptRun, keepRun } from '../frame/kept-run.js';
import { showAttackers } from '../frame/show-attackers.js';
import { showStack, showTotals, showVerdict } from '../frame/show-parts.js';
import {
  Agent,
  goldenRequest,
  LIMITS,
  newPayment,
  newRequest,
  OPENINGS,
  planCall,
  requirementsOf,
} from './agent-parties.js';
import { agentAttackers } from './attackers.js';
import { proveSpending } from './spending-proof.js';
import { paymentFor, type X402Answer, X402Shop } from './x402-calls.js';

/** What the call of the demo has to come to: 812 × 0.3 and 447 × 1.2 millionths, each rounded up. */
const EXPECTED = { promptTokens: 812, completionTokens: 447, chargeMicros: 781 } as const;

const TURN_MS = 20;
const TURNS_MAX = 3_000;

/** An agent pays for calls of a model under a mandate. Returns whether everything came out as it must. */
export async function runAgentDemo(
  stack: RunningStack,
  report: Report,
  attackers = agentAttackers,
): Promise<boolean> {
  const beganMs = performance.now();
  const client = demoClient(stack);
  let shop: X402Shop | null = null;
  try {
    showStack(report, stack, 'an agent pays for confidential calls of a model under a mandate');
    const { bundles, home } = stack.installation;
    const ledger = await DemoLedger.found(client, OPENINGS, { name: 'agent', bundles });
    const weights = smallModelWeights();
    const agent = await Agent.mandated(ledger, weights);
    const planned = await planCall(client, ledger, weights);
    showPlan(report, planned);
    const request = goldenRequest();
    const payment = newPayment();
    const order = await agent.order({ payment });
    const { reservation } = agent;
    const call = await payForCall(client, planned, { order, request }, { requestId: newRequest() });
    const kept = await keepRun(client, call.handle.runId, ledger.files);
    const overGrpc = showCall(report, call, kept);
    shop = await X402Shop.open(client, planned, { accepts: requirementsOf(ledger, weights), home });
    const overHttp = await showHttp(report, shop, agent, request);
    if (reservation === null || overHttp === null) return false;
    const attacks = await showAttackers(report, attackers, {
      ...{ stack, client, ledger, agent, planned, shop, overHttp },
      paid: { runId: kept.runId, order, reservation, bundlePath: kept.bundlePath },
      secrets: secretsOf(request, call),
    });
    const settled = [BigInt(EXPECTED.chargeMicros), BigInt(EXPECTED.chargeMicros)];
    const balances = await showBalances(report, ledger, settled);
    const proven = await showSpending(report, client, settled, bundles);
    showVerdict(report, stack, 'the call that was paid', { ...kept, ciphertexts: ledger.files.folder });
    showLimits(report);
    report.fact('bundles', [shown(ledger.files.founding), proven.shown, shown(kept)]);
    report.heading('SUMMARY');
    report.line(`  ${mark(overGrpc)}  one call: 812 and 447 tokens, 781 of 40000 taken, 39219 given back`);
    report.line(`  ${mark(balances)}  two calls were paid, and nothing that an attacker tried`);
    const passed = overGrpc && balances && proven.right;
    return showTotals(report, stack, { attacks, passed, beganMs });
  } finally {
    shop?.close();
    client.close();
  }
}

function showCall(report: Report, { run, usage, standing, failure }: PaidCall, kept: KeptRun): boolean {
  report.heading('CALL  over gRPC: at most 40000 are set aside, the model answers, what was used is taken');
  const right = isGolden(usage) && standing.state === 'SETTLED' && kept.verdict.outcome === 'verified';
  const { promptTokens = 0, completionTokens = 0, chargeMicros = 0 } = usage ?? {};
  const released = LIMITS.perCall - BigInt(chargeMicros);
  report.line(
    `  usage as the attested key signed it: ${promptTokens} in, ${completionTokens} out${failure === null ? '' : `, ${failure}`}`,
  );
  report.line(
    `  charged ${chargeMicros} of ${LIMITS.perCall}, ${released} released; payment ${standing.state}`,
  );
  const ms = run.steps
    .filter(({ state }) => state === 'STEP_STATE_SUCCEEDED')
    .map(({ id, startTime, endTime }) => `${id} ${msBetween(startTime, endTime)}`);
  report.line(`  ms by step: ${ms.join(' · ')}`);
  report.line(`  bundle ${kept.verdict.outcome.toUpperCase()}  ${shownPath(kept.bundlePath)}`);
  report.fact('call', { ...usage, released, state: standing.state, runId: kept.runId });
  return right;
}

/** The same over HTTP, as a client of x402 pays: asked for a payment, paid, and asked again after its answer was lost. */
async function showHttp(report: Report, shop: X402Shop, agent: Agent, request: JsonObject) {
  report.heading('X402  the same call over HTTP: 402, a signed payment, its settlement');
  const asked = await shop.ask(request, null);
  if (asked.required === null) return null;
  const [accepts] = asked.required.accepts;
  report.line(
    `  ${asked.status}  scheme ${accepts?.scheme}, at most ${accepts?.amount}, network ${accepts?.network}`,
  );
  const id = newPayment();
  const payment = paymentFor(asked.required, id, await agent.order({ payment: id }));
  const leaving = new AbortController();
  const lost = shop.ask(request, payment, leaving.signal).catch(() => null);
  const unknown = await knownToShop(shop, id);
  leaving.abort();
  await lost;
  report.line(
    `  ${unknown.status}  the answer is lost on the way: the payment is UNKNOWN to the agent, which signs no other`,
  );
  const startMs = performance.now();
  const answer = await shop.ask(request, payment);
  const { settlement } = answer;
  report.line(
    `  ${answer.status}  the same payment again: ${settlement?.success === true ? 'settled' : 'NOT SETTLED'}, ${settlement?.amount ?? 0} taken, run ${settlement?.transaction ?? 'none'}, ${seconds(performance.now() - startMs)}`,
  );
  const reconciled = await shop.payment(id);
  report.line(
    `  ${reconciled.status}  asked by its name: ${reconciled.settlement?.transaction === settlement?.transaction ? 'the same settlement' : 'ANOTHER'}`,
  );
  report.fact('x402', { status: answer.status, settlement, again: reconciled.settlement?.transaction });
  const right = answer.status === 200 && settlement?.amount === `${EXPECTED.chargeMicros}`;
  return right ? { payment, request, answer } : null;
}

/** Waits until the front has the payment: from then on it may be settled whatever becomes of the connection. */
async function knownToShop(shop: X402Shop, id: string): Promise<X402Answer> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const answer = await shop.payment(id);
    if (answer.status !== 404) return answer;
    await sleep(TURN_MS);
  }
  throw new Error(`payment ${id}: the front took none of this name in time`);
}

async function showBalances(
  report: Report,
  ledger: DemoLedger,
  settled: readonly bigint[],
): Promise<boolean> {
  report.heading(
    'BALANCES  as the key enclave tells each owner about its own account and nobody about another',
  );
  const taken = settled.reduce((sum, amount) => sum + amount, 0n);
  const expected = { budget: OPENINGS.budget - taken, seller: taken, stranger: 0n };
  const balances: Record<string, bigint> = {};
  for (const [id, amount] of Object.entries(expected)) {
    const actual = await ledger.balance(id);
    balances[id] = actual;
    report.line(`  ${mark(actual === amount)}  ${id.padEnd(10)} ${actual}`);
  }
  report.fact('balances', balances);
  return Object.entries(expected).every(([id, amount]) => balances[id] === amount);
}

async function showSpending(
  report: Report,
  client: SealflowClient,
  settled: readonly bigint[],
  bundles: string,
) {
  report.heading(
    'CLOSE  a circuit proves that every payment and their sum kept to the caps, and shows neither',
  );
  const run = await proveSpending(client, settled, bundles);
  const outcome = run.facts['check']?.['outcome'];
  const right = outcome === 'within' && run.verdict.outcome === 'verified';
  report.line(`  ${mark(right)}  ${String(outcome)}, ${settled.length} payments, ${seconds(run.totalMs)}`);
  report.line(`  bundle ${run.verdict.outcome.toUpperCase()}  ${shownPath(run.bundlePath)}`);
  report.fact('spending', { outcome });
  return { right, shown: shown(run) };
}

/** What a reader should know before relying on the file. */
function showLimits(report: Report): void {
  report.line(
    '  What this does not prove: that the counts are right; they are the word of the attested worker, within',
  );
  report.line(
    '  what prompt and answer can hold. That exactly the charge was taken is the word of the key enclave.',
  );
}

function secretsOf({ messages }: JsonObject, { answer }: PaidCall): readonly string[] {
  const [message] = Array.isArray(messages) ? messages : [];
  const { content } = (message ?? {}) as JsonObject;
  const SHOWN = 64;
  return [String(content).slice(0, SHOWN), ...(answer === null ? [] : [answer.slice(-SHOWN)])];
}

function isGolden(usage: UsageFacts | null): boolean {
  return Object.entries(EXPECTED).every(([name, value]) => usage?.[name as keyof typeof EXPECTED] === value);
}

function msBetween(
  start: { seconds: string; nanos: number } | null,
  end: { seconds: string; nanos: number } | null,
): number {
  if (start === null || end === null) return 0;
  return Math.max(
    0,
    Math.round((Number(end.seconds) - Number(start.seconds)) * 1000 + (end.nanos - start.nanos) / 1e6),
  );
}

function shown({ runId, bundlePath, verdict }: Pick<KeptRun, 'runId' | 'bundlePath' | 'verdict'>) {
  return { runId, bundlePath, verdict: verdict.outcome };
}

function mark(right: boolean): string {
  return right ? 'as it must' : 'WRONG     ';
}
