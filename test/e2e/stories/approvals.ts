import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { signDecision } from '#client';
import { type ApproveStepResponse__Output, unary } from '#contracts';
import { parseEnvelope, parseStepPredicate, signStatement, statementOf } from '#evidence';
import { refused } from '../refused.js';
import { runOf, settled, suite } from '../suite.js';

type Decision = Parameters<typeof signDecision>[0];

const REASON = 'CANARY-REASON the applicant is known in person';

async function decision(changes: Partial<Decision> = {}, seed = suite().stack.installation.approverSeed()) {
  const { prepared, handle } = runOf('reviewed');
  const edge = prepared.planned.plan.tasks.find(({ id }) => id === 'review')?.inputs[0]?.edge;
  const seen = (await handle.get()).outputs.find((output) => output.edge === edge)?.commitment ?? '';
  return signDecision(
    {
      runId: prepared.runId,
      step: 'review',
      planned: prepared.planned,
      policyDigest: suite().client.policyDigest,
      decision: 'approve',
      reason: REASON,
      reviewer: 'reviewer-1',
      seen,
      startedMs: Date.now(),
      nowMs: Date.now(),
      ...changes,
    },
    seed,
    (bytes) => new Uint8Array(randomBytes(bytes)),
  );
}

function approve(statement: Uint8Array, changes: { name?: string; step?: string } = {}) {
  const { client } = suite();
  return unary<ApproveStepResponse__Output>(
    (options, callback) =>
      client.services.run.approveStep(
        {
          name: runOf('reviewed').handle.name,
          step: 'review',
          statement: Buffer.from(statement),
          ...changes,
        },
        options,
        callback,
      ),
    { deadlineMs: 5_000 },
  );
}

/** The signed statement with its predicate changed, signed again by the same person. */
async function resigned(
  change: (predicate: ReturnType<typeof parseStepPredicate>) => object,
): Promise<Uint8Array> {
  const statement = statementOf(parseEnvelope(await decision()));
  const predicate = { ...statement.predicate, ...change(parseStepPredicate(statement.predicate)) };
  return signStatement({
    statement: { ...statement, predicate: predicate as typeof statement.predicate },
    seed: suite().stack.installation.approverSeed(),
  });
}

/** The run that waits for a person: who may decide, and on what. */
export function approvals(): void {
  beforeAll(settled);

  describe('a decision', () => {
    it.each<[what: string, reason: string, make: () => Promise<Uint8Array>]>([
      [
        'by a key that the plan does not list',
        'APPROVER_UNKNOWN',
        () => decision({}, new Uint8Array(randomBytes(32))),
      ],
      [
        'in the name of an approver, signed by somebody else',
        'APPROVER_UNKNOWN',
        async () => {
          const statement = statementOf(parseEnvelope(await decision()));
          return signStatement({ statement, seed: new Uint8Array(randomBytes(32)) });
        },
      ],
      ['on another run', 'INVALID_REQUEST', () => decision({ runId: runOf('approved').runId })],
      [
        'on another value than the proven one',
        'INVALID_REQUEST',
        () => decision({ seen: `sha256:${'0'.repeat(64)}` }),
      ],
      [
        'under another policy',
        'INVALID_REQUEST',
        () => decision({ policyDigest: `sha256:${'0'.repeat(64)}` }),
      ],
      ['on another attempt', 'INVALID_REQUEST', () => resigned(() => ({ attempt: 2 }))],
      [
        'that is none of the answers',
        'INVALID_REQUEST',
        () => resigned(() => ({ public: { decision: 'maybe' } })),
      ],
      ['that states nothing', 'INVALID_REQUEST', () => resigned(() => ({ public: {} }))],
      [
        'that states another answer than it commits to',
        'COMMITMENT_MISMATCH',
        () => resigned(() => ({ public: { decision: 'decline' } })),
      ],
      ['without an output', 'INVALID_REQUEST', () => resigned(() => ({ outputs: [] }))],
      ['of no bytes', 'INVALID_REQUEST', async () => new Uint8Array(0)],
      ['that is no statement', 'INVALID_REQUEST', async () => Buffer.from('{"payload":1}')],
      ['of a megabyte', 'LIMIT_EXCEEDED', async () => new Uint8Array(1_000_000)],
    ])('%s is refused, and the run goes on waiting', async (_what, reason, make) => {
      const statement = await make();
      await refused(reason, () => approve(statement));
      expect(await runOf('reviewed').handle.get()).toMatchObject({ state: 'RUN_STATE_AWAITING_APPROVAL' });
    });

    it.each<[what: string, reason: string, changes: () => { name?: string; step?: string }]>([
      ['for a step that no person decides', 'NOT_FOUND', () => ({ step: 'score' })],
      ['for a step that is not there', 'NOT_FOUND', () => ({ step: 'nobody' })],
      [
        'for a run that is not there',
        'NOT_FOUND',
        () => ({ name: 'tenants/demo/runs/01JD0000000000000000000000' }),
      ],
      [
        'for the run of another tenant',
        'TENANT_MISMATCH',
        () => ({ name: runOf('reviewed').handle.name.replace('demo', 'globex') }),
      ],
      ['for a run without a name', 'INVALID_REQUEST', () => ({ name: 'reviewed' })],
      [
        'for a run that ended without it',
        'STEP_NOT_WAITING',
        () => ({ name: runOf('approved').handle.name }),
      ],
    ])('%s is refused', async (_what, reason, changes) => {
      const statement = await decision();
      await refused(reason, () => approve(statement, changes()));
    });

    it('by an approver lets the run go on to its settlement', async () => {
      await approve(await decision());
      const run = await runOf('reviewed').ended;
      expect(run).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });
      expect((await runOf('reviewed').handle.open('settlement')).value).toMatchObject({
        transferredCents: '120000',
      });
      const verdict = await runOf('reviewed').handle.verify();
      expect(verdict.outcome).toBe('verified');
      expect(verdict.steps.find(({ stepId }) => stepId === 'review')).toMatchObject({ integrity: 'SIGNED' });
    });

    it('cannot be made twice', async () => {
      const statement = await decision({ decision: 'decline' });
      await refused('STEP_NOT_WAITING', () => approve(statement));
    });
  });
}

/** What a reviewer gave as a reason is in no store: only its salted commitment is. */
export const approvalCanaries: readonly string[] = [REASON];
