import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import { builtinText } from '#workflow';
import { honestPlan, orchestrator, random, trust } from './orchestrator.fixture.js';
import { type PlanInput, requestPlan } from './planned-workflow.js';

const approver = 'A'.repeat(43).concat('=');
const input: PlanInput = {
  definition: builtinText('credit'),
  parameters: {
    review: { approvers: [approver] },
    reserve: { ledger: 'bank', approvers: [approver] },
    settle: { ledger: 'bank' },
  },
};

type Behaviour = NonNullable<NonNullable<Parameters<typeof orchestrator>[0]>['plan']>;

function plan(behaviour?: Behaviour, asked: PlanInput = input) {
  const { services } = orchestrator(behaviour === undefined ? {} : { plan: behaviour });
  return requestPlan(asked, { services, tenant: 'acme', trust });
}

describe('a plan', () => {
  it('is accepted when this client makes the same of the same workflow', async () => {
    const planned = await plan();
    expect(planned.plan.definition.name).toBe('credit');
    expect(planned.plan.tasks.map(({ id }) => id)).toContain('score');
  });

  it.each<[string, Behaviour]>([
    ['is signed by a stranger', (request) => ({ plan: honestPlan(request), seed: random(32) })],
    [
      'is of another workflow',
      (request) => ({
        plan: honestPlan(request, {
          definition: builtinText('credit').replace('[approve, review]', '[approve, review, decline]'),
        }),
      }),
    ],
    [
      'is named by another digest',
      (request) => ({ plan: honestPlan(request), digest: digestOf(utf8('another')) }),
    ],
    [
      'has other approvers',
      (request) => ({
        plan: honestPlan({
          ...request,
          parametersJson: (request.parametersJson ?? '').replaceAll(approver, `B${approver.slice(1)}`),
        }),
      }),
    ],
    [
      'lists an approver of its own for one step',
      (request) => {
        const honest = honestPlan(request);
        const tasks = (honest['tasks'] as JsonObject[]).map((task) =>
          task['id'] === 'review' ? { ...task, parameters: { approvers: [`B${approver.slice(1)}`] } } : task,
        );
        return { plan: { ...honest, tasks } };
      },
    ],
    [
      'claims more assurance than its route has',
      (request) => {
        const honest = honestPlan(request);
        const routes = (honest['routes'] as JsonObject[]).map((route) => ({ ...route, integrity: 'PROVED' }));
        return { plan: { ...honest, routes } };
      },
    ],
    [
      'is missing a step',
      (request) => {
        const honest = honestPlan(request);
        const tasks = (honest['tasks'] as JsonObject[]).filter((task) => task['id'] !== 'review');
        return { plan: { ...honest, tasks } };
      },
    ],
    [
      'lets the operator read an output',
      (request) => {
        const honest = honestPlan(request);
        const text = JSON.stringify(honest).replaceAll('"readers":[]', '"readers":["operator"]');
        return { plan: JSON.parse(text) as JsonObject };
      },
    ],
  ])('that %s is refused', async (_what, behaviour) => {
    const error = await plan(behaviour).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(PLAN_UNTRUSTED|PLAN_MISMATCH|SCHEMA_INVALID)$/),
    });
  });

  it('below the minimum that the client pins is refused, even when the orchestrator forgot the minimum', async () => {
    const minimums = { classes: {}, fields: { 'extract/features': { integrity: 'PROVED' } } } as const;
    // The fixture's orchestrator plans without minimums.
    await expect(plan(undefined, { ...input, minimums })).rejects.toMatchObject({
      code: 'ASSURANCE_BELOW_MINIMUM',
    });
  });

  it('that leaves out a minimum which its routes happen to meet is refused too: the record would not show it', async () => {
    const minimums = { classes: {}, fields: { 'score/limit': { confidentiality: 'ENCLAVE' } } } as const;
    await expect(plan(undefined, { ...input, minimums })).rejects.toMatchObject({ code: 'PLAN_UNTRUSTED' });
  });
});
