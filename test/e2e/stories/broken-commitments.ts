import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { commitSha256, digestOf, utf8 } from '#canonical';
import { type PreparedRun, sealInputs } from '#client';
import { readBlob, writeBlob } from '#contracts';
import { verifyBundle } from '#evidence';
import { inputsOf } from '../../../apps/cli/src/demo/application.js';
import { prepareRun } from '../../../apps/cli/src/demo/credit-run.js';
import { WatchedRun } from '../../support/watched-run.js';
import { applicationOf, settled, suite } from '../suite.js';

async function prepare(): Promise<PreparedRun> {
  const { client, plans } = suite();
  return prepareRun(client, plans.credit, inputsOf(applicationOf('approved')));
}

/** Creates the run with one input changed and follows it to its end. */
async function createWith(prepared: PreparedRun, name: string, change: object) {
  const inputs = (prepared.request.inputs ?? []).map((input) =>
    input.name === name ? { ...input, ...change } : input,
  );
  const run = await WatchedRun.create(suite().client, {
    ...prepared,
    request: { ...prepared.request, inputs },
  });
  return { run, ended: await run.ended };
}

/** What no carrier can see: only the worker that opens an envelope knows that it does not hold what was promised. */
export function brokenCommitments(): void {
  beforeAll(settled);

  describe('an input that does not open its commitment', () => {
    it('ends the run by name, and its bundle says so to outsiders', async () => {
      const commitment = commitSha256({
        label: 'inputs/statement',
        salt: new Uint8Array(randomBytes(32)),
        plaintext: utf8('another statement'),
      });
      const { run, ended } = await createWith(await prepare(), 'statement', { commitment });
      expect(ended).toMatchObject({ state: 'RUN_STATE_FAILED', reason: 'extract: COMMITMENT_MISMATCH' });
      expect(run.seen()).toContain('extract FAILED');
      expect(ended.steps.find(({ id }) => id === 'score')?.state).toBe('STEP_STATE_SKIPPED');
      // The client expects its own commitment in the bundle, and finds the one that the orchestrator was given.
      expect(await run.handle.verify()).toMatchObject({ outcome: 'failed' });
      const verdict = await verifyBundle(await run.handle.bundle(), suite().stack.trust, { at: null });
      expect(verdict).toMatchObject({ outcome: 'verified', run: { status: 'failed' } });
    });
  });

  describe('an input that was altered after its commitment', () => {
    it('by its own submitter ends the run: the sealed value is another', async () => {
      const { client } = suite();
      const prepared = await prepare();
      const better = { ...applicationOf('approved').applicant, savings: 'A64' };
      const resealed = await sealInputs(
        {
          plan: prepared.planned.plan,
          runId: prepared.runId,
          tenant: 'demo',
          policyDigest: client.policyDigest,
          identity: prepared.identity,
          values: { ...inputsOf(applicationOf('approved')), application: better },
          workers: new Map(prepared.workers.map((worker) => [worker.operation, [worker]])),
          notAfterMs: Date.now() + 3_600_000,
        },
        { services: client.services, random: client.options.random },
      );
      const blob = resealed.find(({ name }) => name === 'application')?.blob;
      const { ended } = await createWith(prepared, 'application', { blob });
      expect(ended).toMatchObject({ state: 'RUN_STATE_FAILED', reason: 'extract: COMMITMENT_MISMATCH' });
    });

    it('by whoever carries it ends the run: one byte is enough', async () => {
      const { client } = suite();
      const prepared = await prepare();
      const original = prepared.inputs.find(({ name }) => name === 'statement');
      const limits = { deadlineMs: 5_000, bytesMax: 1_000_000 };
      const bytes = Buffer.from(await readBlob(client.services.blob, original?.blob ?? '', limits));
      bytes[bytes.length - 100] = (bytes.at(-100) ?? 0) ^ 1;
      const blob = digestOf(bytes);
      await writeBlob(client.services.blob, blob, bytes, limits);
      const { run, ended } = await createWith(prepared, 'statement', { blob });
      expect(ended).toMatchObject({
        state: 'RUN_STATE_FAILED',
        reason: 'extract: ENVELOPE_SIGNATURE_INVALID',
      });
      const verdict = await run.handle.verify();
      expect(verdict).toMatchObject({ outcome: 'verified', run: { status: 'failed' } });
    });
  });
}
