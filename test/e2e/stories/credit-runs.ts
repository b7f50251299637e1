import { beforeAll, describe, expect, it } from 'vitest';
import type { ApplicationName } from '../../../apps/cli/src/demo/application.js';
import { applicationOf, runOf, settled, suite } from '../suite.js';

async function movesOf(name: ApplicationName): Promise<string[]> {
  const rows = await suite().stack.query<{ operation: string }>(
    'select operation from sealflow.ledger_entries where run_id = $1 order by version',
    [runOf(name).runId],
  );
  return rows.map(({ operation }) => operation);
}

async function factsOf(name: ApplicationName): Promise<Record<string, Record<string, unknown>>> {
  const { steps } = await runOf(name).handle.get();
  return Object.fromEntries(
    steps.map(({ id, publicJson }) => [id, JSON.parse(publicJson) as Record<string, unknown>]),
  );
}

/** The main job: four applications, each with the end that its applicant is owed. */
export function creditRuns(): void {
  describe('the golden application', () => {
    beforeAll(settled);

    it('is approved by the proof: score 673, limit 6 000.00 EUR, opened by its client alone', async () => {
      const run = await runOf('approved').ended;
      expect(run).toMatchObject({ state: 'RUN_STATE_SUCCEEDED', reason: '' });
      expect(await factsOf('approved')).toMatchObject({ score: { decision: 'approve' } });
      const limit = await runOf('approved').handle.open('limit');
      expect(limit.value).toEqual({ limitCents: 600_000, score: 673 });
      expect(applicationOf('approved').score).toBe(673);
    });

    it('is settled: what was asked for went over once', async () => {
      expect(await movesOf('approved')).toEqual(['ledger.reserve', 'ledger.commit']);
      const settlement = await runOf('approved').handle.open('settlement');
      expect(settlement.value).toMatchObject({ transferredCents: '209600' });
    });

    it('has each step on the protection that the plan chose', async () => {
      const { steps } = await runOf('approved').handle.get();
      const workers = Object.fromEntries(steps.map(({ id, worker, state }) => [id, `${worker} ${state}`]));
      expect(workers).toEqual({
        extract: 'tee-worker-0 STEP_STATE_SUCCEEDED',
        score: 'zk-prover-0 STEP_STATE_SUCCEEDED',
        review: ' STEP_STATE_SKIPPED',
        'reserve.authorize': 'tee-worker-0 STEP_STATE_SUCCEEDED',
        'reserve.apply': 'fhe-service-0 STEP_STATE_SUCCEEDED',
        'settle.authorize': 'tee-worker-0 STEP_STATE_SUCCEEDED',
        'settle.apply': 'fhe-service-0 STEP_STATE_SUCCEEDED',
        'settle.release.authorize': ' STEP_STATE_SKIPPED',
        'settle.release.apply': ' STEP_STATE_SKIPPED',
      });
    });

    it('verifies, and every verdict over it says that the hardware is simulated', async () => {
      const verdict = await runOf('approved').handle.verify();
      expect(verdict).toMatchObject({ outcome: 'verified', exitCode: 0, simulated: true });
      expect(verdict.notProven.length).toBeGreaterThan(0);
    });
  });

  describe('an application below the line', () => {
    it('is declined, with a bundle that verifies, and nothing moves', async () => {
      const run = await runOf('declined').ended;
      expect(run).toMatchObject({ state: 'RUN_STATE_REJECTED', reason: 'DECLINED' });
      expect(await movesOf('declined')).toEqual([]);
      expect(await runOf('declined').handle.verify()).toMatchObject({ outcome: 'verified' });
    });

    it('opens its score, and has no settlement to open', async () => {
      const { handle } = runOf('declined');
      expect((await handle.open('limit')).value).toMatchObject({ score: applicationOf('declined').score });
      await expect(handle.open('settlement')).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
    });
  });

  describe('an application for more than the pool holds', () => {
    it('is told so by name, and nothing moves', async () => {
      const run = await runOf('overdrawn').ended;
      expect(run).toMatchObject({ state: 'RUN_STATE_REJECTED', reason: 'INSUFFICIENT' });
      expect(await factsOf('overdrawn')).toMatchObject({
        score: { decision: 'approve' },
        'reserve.authorize': { outcome: 'insufficient' },
      });
      expect(await movesOf('overdrawn')).toEqual([]);
      expect(await runOf('overdrawn').handle.verify()).toMatchObject({ outcome: 'verified' });
    });
  });

  describe('an application between the lines', () => {
    it('waits for a person, with nothing reserved', async () => {
      expect(await runOf('reviewed').handle.get()).toMatchObject({ state: 'RUN_STATE_AWAITING_APPROVAL' });
      expect(await movesOf('reviewed')).toEqual([]);
    });

    it('has no bundle before it ends', async () => {
      await expect(runOf('reviewed').handle.bundle()).rejects.toMatchObject({ reason: 'RUN_NOT_FINISHED' });
    });
  });
}
