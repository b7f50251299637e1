import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Digest, digestOf, type JsonObject, utf8 } from '#canonical';
import type { PlannedWorkflow, RunHandle, SealflowClient } from '#client';
import { sessionInput } from '#conversation';
import { verifyBundle } from '#evidence';
import type { Answer, AttackCase } from '../../attack/attack-case.js';
import { searchStored } from '../../attack/orchestrator/search-storage.js';
import { random } from '../../stack/as-client.js';
import type { RunningStack } from '../../stack/stack.js';
import { type PaidCall, payForCall } from '../../x402/paid-call.js';
import { paymentOf } from '../../x402/payment-state.js';
import type { PaymentPayload } from '../../x402/x402-messages.js';
import { type DemoLedger, told } from '../frame/demo-ledger.js';
import type { DemoAttacker } from '../frame/show-attackers.js';
import { tamper } from '../tamper.js';
import { Agent, CALL, LIMITS, newPayment, newRequest } from './agent-parties.js';
import { reasonOf, type X402Answer, type X402Shop } from './x402-calls.js';

/** What the attackers find: calls that were paid over gRPC and over HTTP. */
export interface AgentScene {
  readonly stack: RunningStack;
  readonly client: SealflowClient;
  readonly ledger: DemoLedger;
  readonly agent: Agent;
  readonly planned: PlannedWorkflow;
  readonly shop: X402Shop;
  readonly paid: PaidScene;
  readonly overHttp: {
    readonly payment: PaymentPayload;
    readonly request: JsonObject;
    readonly answer: X402Answer;
  };
  readonly secrets: readonly string[];
}

interface PaidScene {
  readonly runId: string;
  readonly order: JsonObject;
  readonly reservation: Digest;
  readonly bundlePath: string;
}

type AgentCase = AttackCase<AgentScene>;
type Asked = Parameters<Agent['order']>[0];

const MANDATE_MS = 4_000;
const TURN_MS = 100;
const TURNS_MAX = 1_200;
const agentPart = { actor: 'agent', needs: 'stack', noticedBy: 'key enclave' } as const;
const networkPart = { actor: 'network', needs: 'stack' } as const;

/** Few tokens: these calls are about the money. */
const shortRequest: JsonObject = { ...CALL, max_tokens: 8, messages: [{ role: 'user', content: 'You may' }] };

const searchPrompt: AgentCase = {
  name: 'search-prompt',
  actor: 'orchestrator',
  tries: 'search everything that is stored for prompts, answers and keys of the agent, in six spellings',
  expected: 'NO_PLAINTEXT',
  noticedBy: 'nobody who looks',
  needs: 'stack',
  leaves: '',
  attack: ({ stack, secrets, paid: { runId } }) => searchStored(stack, { secrets, known: [runId] }),
};

const parallelCalls: AgentCase = {
  ...agentPart,
  name: 'parallel-calls',
  tries: 'spend more than there is by three calls at the same time, each within its cap',
  expected: 'INSUFFICIENT',
  leaves: 'three runs, two of which give everything back',
  attack: async (scene) => {
    const orders = [await scene.agent.order(), await scene.agent.order(), await scene.agent.order()];
    const runs = await Promise.all(orders.map((order) => opened(scene, order)));
    const reserved = await Promise.all(runs.map(({ handle }) => reservedOf(handle)));
    // Those that got their money say nothing and are closed: nothing is charged.
    await Promise.all(
      runs.map(async ({ handle, key }, index) => {
        if (reserved[index] === null) await handle.conversation(key).close();
        await handle.wait();
      }),
    );
    const refused = reserved.filter((reason) => reason !== null);
    const detail = `${reserved.length - refused.length} of 3 set aside at once, the other ${refused.join(', ')}`;
    return { reason: refused.length === 1 ? (refused[0] ?? null) : null, detail };
  },
};

const aboveCap: AgentCase = {
  ...agentPart,
  name: 'above-cap',
  tries: 'set aside one unit more than one call may cost',
  expected: 'DELEGATE_LIMIT',
  leaves: 'a run that is rejected',
  attack: (scene) => ordered(scene, { amount: LIMITS.perCall + 1n }),
};

const otherPayee: AgentCase = {
  ...agentPart,
  name: 'other-payee',
  tries: 'pay somebody who is not on the list of the mandate',
  expected: 'DELEGATE_NOT_ALLOWED',
  leaves: 'a run that is rejected',
  attack: (scene) => ordered(scene, { to: 'stranger' }),
};

const expiredMandate: AgentCase = {
  ...agentPart,
  name: 'expired-mandate',
  tries: 'pay under a mandate whose time is over',
  expected: 'DELEGATE_EXPIRED',
  leaves: 'a run that is rejected',
  attack: async (scene) => {
    const untilMs = Date.now() + MANDATE_MS;
    const agent = await Agent.mandated(scene.ledger, scene.agent.weights, untilMs);
    const order = await agent.order();
    await sleep(Math.max(0, untilMs - Date.now()) + 1);
    return answerOf(await paidWith(scene, order));
  },
};

const otherModel: AgentCase = {
  name: 'other-model',
  actor: 'submitter',
  tries: 'serve the call by a model that the order does not list',
  expected: 'MODEL_NOT_LISTED',
  noticedBy: 'key enclave',
  needs: 'stack',
  leaves: 'a run that fails and gives everything back',
  attack: (scene) => ordered(scene, { weights: digestOf(utf8('another model')) }),
};

const dearer: AgentCase = {
  name: 'dearer',
  actor: 'submitter',
  tries: 'charge more for a token than the order allows',
  expected: 'CHARGE_ABOVE_TERMS',
  noticedBy: 'key enclave',
  needs: 'stack',
  leaves: 'a run that fails and gives everything back',
  attack: (scene) => ordered(scene, { inputNanosPerToken: 1 }),
};

const billTwice: AgentCase = {
  name: 'bill-twice',
  actor: 'submitter',
  tries: 'take from a reservation a second time, as the payee',
  expected: 'RESERVATION_UNKNOWN',
  noticedBy: 'key enclave',
  needs: 'stack',
  leaves: '',
  attack: async ({ ledger, paid: { reservation } }) => {
    const outcome = await ledger.send('budget', { op: 'commit', reservation, amount: 1n }, 'seller');
    const reason = told(outcome);
    return {
      reason: reason === 'applied' ? null : reason,
      detail: `decided in batch ${outcome.runId}: nothing moved`,
    };
  },
};

const payAgain: AgentCase = {
  ...networkPart,
  name: 'pay-again',
  tries: 'hand the order of a paid call in for another call',
  expected: 'REPLAYED',
  noticedBy: 'key enclave',
  leaves: 'a run that is rejected',
  attack: async (scene) => answerOf(await paidWith(scene, scene.paid.order)),
};

const replayPayment: AgentCase = {
  ...networkPart,
  name: 'replay-payment',
  tries: 'send the payment of a call over HTTP again, as it was seen',
  expected: 'CACHED_ANSWER',
  noticedBy: 'client',
  leaves: '',
  attack: async ({ shop, overHttp: { payment, request, answer } }) => {
    const again = await shop.ask(request, payment);
    const first = answer.settlement?.transaction;
    const same = again.status === 200 && first !== undefined && again.settlement?.transaction === first;
    return {
      reason: same ? 'CACHED_ANSWER' : null,
      detail: same ? `answered with the settlement of run ${first}: no second one` : `status ${again.status}`,
    };
  },
};

const otherPayload: AgentCase = {
  ...networkPart,
  name: 'other-payload',
  tries: 'send another order under the name of that payment',
  expected: 'PAYMENT_ID_CONFLICT',
  noticedBy: 'client',
  leaves: '',
  attack: async ({ shop, agent, overHttp: { payment, request } }) => {
    const answer = await shop.ask(request, { ...payment, payload: { order: await agent.order() } });
    return { reason: reasonOf(answer), detail: `status ${answer.status}, no run was made` };
  },
};

const changeUsage: AgentCase = {
  name: 'change-usage',
  actor: 'orchestrator',
  tries: 'pass on the bundle of the paid call with one byte of a step changed',
  expected: 'STEP_SIGNATURE_INVALID',
  noticedBy: 'verifier',
  needs: 'stack',
  leaves: '',
  attack: async ({ stack, paid: { bundlePath } }) => {
    const { bytes, what } = tamper(readFileSync(bundlePath), 'steps.0.signatures.0.sig');
    const { outcome, exitCode, reason } = await verifyBundle(bytes, stack.trust, { at: null });
    return { reason, detail: `${what}: verdict ${outcome}, exit code ${exitCode}` };
  },
};

/** What an attack on calls of a model is about, and no attack on money alone. */
export const callAttacks: readonly AgentCase[] = [
  searchPrompt,
  otherModel,
  dearer,
  payAgain,
  replayPayment,
  otherPayload,
];

export const agentAttackers: readonly DemoAttacker<AgentScene>[] = [
  ['curious operator', [searchPrompt]],
  ['agent that was talked into it', [parallelCalls, aboveCap, otherPayee, expiredMandate]],
  ['dishonest seller', [otherModel, dearer, billTwice]],
  ['network', [payAgain, replayPayment, otherPayload]],
  ['dishonest operator', [changeUsage]],
];

async function ordered(scene: AgentScene, asked: Asked): Promise<Answer> {
  return answerOf(await paidWith(scene, await scene.agent.order({ payment: newPayment(), ...asked })));
}

function paidWith({ client, planned }: AgentScene, order: JsonObject): Promise<PaidCall> {
  return payForCall(client, planned, { order, request: shortRequest }, { requestId: newRequest() });
}

/** A payment that was not taken, by what stopped it. */
function answerOf({ run, standing: { state, reason }, handle }: PaidCall): Answer {
  const stopped = state === 'RELEASED' && run.state !== 'RUN_STATE_SUCCEEDED';
  const code = run.state === 'RUN_STATE_FAILED' ? (run.reason.split(': ').at(-1) ?? null) : reason;
  return {
    reason: stopped ? code : null,
    detail: `run ${handle.runId} ${run.state.replace('RUN_STATE_', '')}, payment ${state}: nothing charged`,
  };
}

async function opened({ client, planned }: AgentScene, order: JsonObject) {
  const key = random(32);
  const values = { order, session: sessionInput(key) };
  const prepared = await client.prepare(planned, values, { deadlineMs: 300_000, requestId: newRequest() });
  return { key, handle: await client.create(prepared) };
}

/** null where the amount is set aside, the ledger's reason where it is not. */
async function reservedOf(handle: RunHandle): Promise<string | null> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const { state, reason } = paymentOf(await handle.get());
    if (state === 'RESERVED') return null;
    if (state === 'RELEASED') return reason ?? 'UNKNOWN';
    await sleep(TURN_MS);
  }
  throw new Error(`run ${handle.runId}: nothing was decided in time`);
}
