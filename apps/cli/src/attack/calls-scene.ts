import { randomBytes } from 'node:crypto';
import type { JsonObject } from '#canonical';
import {
  Agent,
  CALL,
  newPayment,
  newRequest,
  OPENINGS,
  planCall,
  requirementsOf,
} from '../demo/agent/agent-parties.js';
import type { AgentScene } from '../demo/agent/attackers.js';
import { paymentFor, X402Shop } from '../demo/agent/x402-calls.js';
import { demoClient } from '../demo/frame/demo-client.js';
import { DemoLedger } from '../demo/frame/demo-ledger.js';
import { keepRun } from '../demo/frame/kept-run.js';
import type { RunningStack } from '../stack/stack.js';
import { payForCall } from '../x402/paid-call.js';
import { smallModelWeights } from '../x402/serve-settings.js';
import { CannotRun } from './attack-case.js';
import { orCannot } from './credit-scene.js';

/** A few tokens: the attacks are about what a call costs, not about what it says. */
const TOKENS = 8;

/** Founds a ledger with the budget of an agent, and has one call of a model paid over gRPC and one over HTTP. */
export function makeCalls(
  stack: RunningStack,
): Promise<{ readonly scene: AgentScene; readonly close: () => Promise<void> }> {
  return orCannot('paid calls of a model', async () => {
    const client = demoClient(stack);
    let shop: X402Shop | null = null;
    const close = async (): Promise<void> => {
      shop?.close();
      client.close();
    };
    try {
      const { bundles, home } = stack.installation;
      const ledger = await DemoLedger.found(client, OPENINGS, { name: 'calls', bundles });
      const weights = smallModelWeights();
      const agent = await Agent.mandated(ledger, weights);
      const planned = await planCall(client, ledger, weights);
      const secret = `CANARY-${randomBytes(12).toString('hex')}`;
      const messages = [{ role: 'user', content: `${secret} You may` }];
      const request: JsonObject = { ...CALL, max_tokens: TOKENS, messages };
      const order = await agent.order();
      const { reservation } = agent;
      const call = await payForCall(client, planned, { order, request }, { requestId: newRequest() });
      if (call.standing.state !== 'SETTLED' || reservation === null)
        throw new CannotRun(`the honest call was not paid: ${call.standing.state}: ${call.run.reason}`);
      const { runId, bundlePath } = await keepRun(client, call.handle.runId, ledger.files);
      shop = await X402Shop.open(client, planned, { accepts: requirementsOf(ledger, weights), home });
      const overHttp = await paidOverHttp(shop, agent, request);
      const paid = { runId, order, reservation, bundlePath };
      const scene = { stack, client, ledger, agent, planned, shop, overHttp, paid, secrets: [secret] };
      return { scene, close };
    } catch (error) {
      await close();
      throw error;
    }
  });
}

async function paidOverHttp(
  shop: X402Shop,
  agent: Agent,
  request: JsonObject,
): Promise<AgentScene['overHttp']> {
  const { required } = await shop.ask(request, null);
  if (required === null) throw new CannotRun('the front asked for no payment');
  const id = newPayment();
  const payment = paymentFor(required, id, await agent.order({ payment: id }));
  const answer = await shop.ask(request, payment);
  if (answer.settlement?.success !== true)
    throw new CannotRun(`the honest call over HTTP was not settled: status ${answer.status}`);
  return { payment, request, answer };
}
