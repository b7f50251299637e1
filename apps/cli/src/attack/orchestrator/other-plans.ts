import { randomBytes } from 'node:crypto';
import type { SealflowClient } from '#client';
import type { PlanWorkflowRequest__Output, PlanWorkflowResponse__Output } from '#contracts';
import { parseEnvelope, signStatement, statementOf } from '#evidence';
import { builtinText, parseMinimums } from '#workflow';
import { type Answer, type AttackCase, refusal, type Scene } from '../attack-case.js';
import { type Lie, lieAbout } from '../network/relay.js';
import { throughRelay } from '../network/through-relay.js';

const PLAN = '/sealflow.workflow.v1.WorkflowService/PlanWorkflow';

/** An orchestrator that plans something else than it was asked to: before any data is sealed. */
export const otherPlans: readonly AttackCase[] = [
  {
    name: 'plan-below-minimum',
    actor: 'orchestrator',
    tries: 'plan without the minimum that the customer pinned',
    expected: 'PLAN_UNTRUSTED',
    noticedBy: 'client',
    needs: 'target',
    leaves: 'two plans',
    attack: (scene) =>
      planned(
        scene,
        lieAbout<PlanWorkflowRequest__Output, PlanWorkflowResponse__Output>(PLAN, {
          request: (asked) => ({ ...asked, minimums: [], fieldMinimums: [] }),
        }),
      ),
  },
  {
    name: 'plan-other-ledger',
    actor: 'orchestrator',
    tries: 'plan the payment on a ledger of its own choice',
    expected: 'PLAN_UNTRUSTED',
    noticedBy: 'client',
    needs: 'target',
    leaves: 'two plans',
    attack: (scene) =>
      planned(
        scene,
        lieAbout<PlanWorkflowRequest__Output, PlanWorkflowResponse__Output>(PLAN, {
          request: (asked) => ({ ...asked, parametersJson: '{"settle":{"ledger":"elsewhere"}}' }),
        }),
      ),
  },
  {
    name: 'plan-of-a-stranger',
    actor: 'orchestrator',
    tries: 'sign the plan with a key that the trust file does not name',
    expected: 'PLAN_UNTRUSTED',
    noticedBy: 'client',
    needs: 'target',
    leaves: 'two plans',
    attack: (scene) =>
      planned(
        scene,
        lieAbout<PlanWorkflowRequest__Output, PlanWorkflowResponse__Output>(PLAN, {
          answer: (told) => ({ ...told, signedPlan: signedByStranger(told.signedPlan) }),
        }),
      ),
  },
];

const PINNED = parseMinimums({ classes: {}, fields: { 'extract/findings': { integrity: 'ATTESTED' } } });

/** The honest way must work, or its failure would be taken for the refusal. */
async function planned(scene: Scene, lie: Lie): Promise<Answer> {
  const ask = (client: SealflowClient) =>
    client.plan({
      definition: builtinText('credit'),
      minimums: PINNED,
      parameters: { settle: { ledger: 'here' } },
    });
  await throughRelay(scene, [], ask);
  return throughRelay(scene, [lie], (client) => refusal(() => ask(client)));
}

function signedByStranger(signedPlan: Uint8Array): Buffer {
  const statement = statementOf(parseEnvelope(new Uint8Array(signedPlan)));
  return Buffer.from(signStatement({ statement, seed: new Uint8Array(randomBytes(32)) }));
}
