import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf } from '#canonical';
import type { BlobStore } from '../blobs/blob-store.js';
import { plan, run } from '../engine/statement.fixture.js';
import type { PlanStore } from '../plans/plan-store.js';
import type { LeaseBook, LeaseRow } from '../sessions/lease-book.js';
import type { LeaseMessages } from '../sessions/lease-messages.js';
import { DecisionView } from './decision-view.js';
import { runEtag } from './run-etag.js';
import type { RunReader } from './run-reader.js';
import type { RunStore, TaskRow } from './run-store.js';

const name = `tenants/${run.tenant}/runs/${run.runId}`;
const opens = (value: string): string => digestOf(canonicalBytes(value));

let tasks: TaskRow[];
let lease: Partial<LeaseRow>;
let inputs: { readonly port: string; readonly edge: string; readonly commitment: string }[];
let view: DecisionView;

beforeEach(() => {
  tasks = plan.tasks.map(({ id, operation }) => ({
    ...{ runId: run.runId, taskId: id, operation, state: 'WAITING', attempt: 0, worker: null, reason: null },
    ...{ public: null, statement: null, outputs: null, blobs: null, memoryMib: null },
    ...{ startedAt: null, endedAt: null, failures: 0, retryAt: null, awaitsInput: false },
  }));
  lease = { taskId: 'review', attempt: 2, result: null };
  inputs = [];
  view = new DecisionView(
    { named: async () => run } as unknown as RunReader,
    { tasks: async () => tasks } as unknown as RunStore,
    { get: async () => ({ digest: run.plan, plan, signedPlan: 'blob of the plan' }) } as unknown as PlanStore,
    { openLeases: async () => [lease as LeaseRow] } as unknown as LeaseBook,
    { inputsOf: async () => ({ inputs, sealed: [] }) } as unknown as LeaseMessages,
    { get: async (blob: string) => Buffer.from(`bytes of ${blob}`) } as unknown as BlobStore,
  );
});

/** What the producer of an edge said in public. */
function stated(taskId: string, facts: Readonly<Record<string, unknown>>): void {
  tasks = tasks.map((task) => (task.taskId === taskId ? { ...task, public: facts } : task));
}

describe('a decision that is asked for', () => {
  it.each(['score', 'nothing'])('is not found at %s, which waits for no person', async (step) => {
    await expect(view.get(name, step)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('is not waited for before the step is reached, nor after: the state is said', async () => {
    lease = { taskId: 'extract' };
    await expect(view.get(name, 'review')).rejects.toMatchObject({
      reason: 'STEP_NOT_WAITING',
      message: expect.stringContaining('step review is WAITING, expected AWAITING_APPROVAL'),
    });
  });

  it('shows no value that its commitment does not open: a wrong one, a sealed one, one that nobody stated', async () => {
    stated('score', { decision: 'approve', limit: 7 });
    inputs = [
      { port: 'decision', edge: 'score/decision', commitment: opens('decline') },
      { port: 'amount', edge: 'score/amount', commitment: opens('1200') },
      { port: 'toString', edge: 'score/toString', commitment: opens('approve') },
      { port: 'request', edge: 'inputs/request', commitment: opens('approve') },
    ];
    const shown = await view.get(name, 'review');
    expect(shown.inputs).toEqual(inputs);
  });

  it('carries the plan as it was signed, the attempt, the values that open, and the etag to answer with', async () => {
    stated('score', { decision: 'review' });
    inputs = [{ port: 'decision', edge: 'score/decision', commitment: opens('review') }];
    expect(await view.get(name, 'review')).toEqual({
      run: name,
      step: 'review',
      attempt: 2,
      policy: run.policy,
      plan: run.plan,
      signedPlan: Buffer.from('bytes of blob of the plan').toString('base64'),
      inputs: [{ port: 'decision', edge: 'score/decision', commitment: opens('review'), value: 'review' }],
      etag: runEtag(run, tasks),
    });
  });

  it('carries what another approver signed first, and no other result of the lease', async () => {
    lease = { ...lease, result: { kind: 'first-signature', statement: 'first statement' } };
    const signed = Buffer.from('bytes of first statement').toString('base64');
    expect(await view.get(name, 'review')).toMatchObject({ signed });
    lease = { ...lease, result: { kind: 'completed', statement: 'first statement' } };
    expect(await view.get(name, 'review')).not.toHaveProperty('signed');
  });
});
