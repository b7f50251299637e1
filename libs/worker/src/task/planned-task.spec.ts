import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type Json, type JsonObject, toJson, utf8 } from '#canonical';
import type { Lease__Output, LeaseInput__Output, LeaseOutput__Output } from '#contracts';
import { buildPlanStatement, planDigestOf, signStatement } from '#evidence';
import { plannedTask } from './planned-task.js';
import { leaseOf, MemoryBlobs, outputOf, plan, random, signedPlan } from './worker.fixture.js';

/*
 * A lying orchestrator: it may hand out any lease with any signed plan. What it signs counts for nothing; what the
 * client pinned is compared when its envelope is opened.
 */

const features: LeaseInput__Output = {
  port: 'features',
  edge: 'extract/features',
  commitment: '',
  kind: 'sealed',
  blob: '',
  producerStatement: Buffer.alloc(0),
  producerCollateral: [],
};
const outputs: LeaseOutput__Output[] = [
  outputOf('decision', { consumers: ['human.approve'] }),
  outputOf('limit', { clientReads: true }),
];

async function lease(changes: Partial<Lease__Output> = {}, signed: Uint8Array = signedPlan) {
  const blobs = new MemoryBlobs();
  const signedDigest = await blobs.put(signed);
  const honest = leaseOf({ inputs: [features], outputs, signedPlan: signedDigest });
  return plannedTask({ ...honest, ...changes }, blobs);
}

/** A plan that somebody changed after it was made, signed and named as an honest one would be. */
async function underPlan(change: (plan: JsonObject) => JsonObject) {
  const changed = change(JSON.parse(JSON.stringify(plan)) as JsonObject);
  const signed = signStatement({ statement: buildPlanStatement(changed), seed: random(32) });
  return lease({ plan: planDigestOf(changed) }, signed);
}

function withTask(changed: JsonObject, id: string, members: JsonObject): JsonObject {
  const tasks = (changed['tasks'] as JsonObject[]).map((task) =>
    task['id'] === id ? { ...task, ...members } : task,
  );
  return { ...changed, tasks };
}

const refusal = expect.objectContaining({ name: 'TaskError', code: 'PLAN_MISMATCH' });

describe('a lease that follows from its plan', () => {
  it('is taken, with the task of the plan', async () => {
    const { task } = await lease();
    expect(task).toMatchObject({ id: 'score', operation: 'scorecard.prove', protection: 'zk' });
  });

  it('is taken although another release words its reasons and estimates otherwise', async () => {
    const reworded = (value: JsonObject): JsonObject => ({
      ...value,
      estimate: { durationMs: 1, memoryMiB: 1, costMicros: 1 },
      routes: (value['routes'] as JsonObject[]).map((route) => ({ ...route, reason: 'other words' })),
    });
    expect((await underPlan(reworded)).task.id).toBe('score');
  });
});

describe('a lease is refused that has', () => {
  it.each<[string, Partial<Lease__Output>]>([
    ['a task that the plan does not have', { taskId: 'score-2' }],
    ['another operation', { operation: 'document.extract' }],
    ['other parameters, such as other approvers', { parametersJson: '{"approvers":["mine"]}' }],
    ['another definition', { definition: digestOf(utf8('another')) }],
    [
      'an output for one more consumer',
      {
        outputs: [
          outputOf('decision', { consumers: ['human.approve', 'document.extract'] }),
          outputs[1] as LeaseOutput__Output,
        ],
      },
    ],
    [
      'an output that the client may not read',
      { outputs: [outputs[0] as LeaseOutput__Output, outputOf('limit')] },
    ],
    ['an output less', { outputs: outputs.slice(0, 1) }],
    ['an input from elsewhere', { inputs: [{ ...features, edge: 'inputs/application' }] }],
    ['an input in the clear that the plan seals', { inputs: [{ ...features, kind: 'public' }] }],
    ['an input that the plan does not have', { inputs: [features, { ...features, port: 'more' }] }],
    ['an input less', { inputs: [] }],
    ['one input twice', { inputs: [features, features] }],
  ])('%s', async (_what, changes) => {
    await expect(lease(changes)).rejects.toThrow(refusal);
  });

  it('the digest of another plan', async () => {
    await expect(lease({ plan: digestOf(utf8('another')) })).rejects.toThrow(refusal);
  });

  it('something else where its plan should be', async () => {
    const junk = canonicalBytes({ payload: '', payloadType: 'x', signatures: [] });
    await expect(lease({ plan: digestOf(utf8('junk')) }, junk)).rejects.toThrow(refusal);
  });
});

describe('a plan is not believed, whoever signed it, when', () => {
  const weaker: Json = toJson({ integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' });

  it.each<[string, (changed: JsonObject) => JsonObject]>([
    [
      'a step is routed below the minimum that it names itself',
      (changed) => withTask(changed, 'score', { protection: 'tee', kind: 'tee.cpu', assurance: weaker }),
    ],
    [
      'its minimums are above what its routes give',
      (changed) => ({
        ...changed,
        minimums: { classes: {}, fields: { 'extract/features': { integrity: 'PROVED' } } },
      }),
    ],
    [
      'it leaves out the floors of the classes',
      (changed) => ({ ...changed, minimums: { classes: {}, fields: {} } }),
    ],
    ['a task has more readers', (changed) => withTask(changed, 'score', { outputs: [] })],
    ['a task needs fewer persons', (changed) => withTask(changed, 'both', { quorum: 1 })],
    ['a task got other parameters', (changed) => withTask(changed, 'score', { parameters: { ledger: 'x' } })],
    [
      'a step is gone',
      (changed) => ({
        ...changed,
        tasks: (changed['tasks'] as JsonObject[]).filter((task) => task['id'] !== 'review'),
      }),
    ],
  ])('%s', async (_what, change) => {
    await expect(underPlan(change)).rejects.toThrow(refusal);
  });
});
