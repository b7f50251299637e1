import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCiphertexts } from '#client';
import type { Run__Output } from '#contracts';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { ciphertextFile } from '../../apps/cli/src/replay/ciphertext-folder.js';
import { LOAN_CENTS, SettlementStory } from '../support/settlement-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import type { WatchedRun } from '../support/watched-run.js';

let stack: TestStack;
let story: SettlementStory;

beforeAll(async () => {
  stack = await startTestStack();
  story = await SettlementStory.open(stack, 1);
});
afterAll(() => stack.stop());

async function ended(run: WatchedRun, state: string): Promise<Run__Output> {
  const over = await run.ended;
  expect({ state: over.state, reason: over.reason }).toMatchObject({ state: `RUN_STATE_${state}` });
  expect((await run.handle.verify()).outcome).toBe('verified');
  return over;
}

function factsOf(run: Run__Output, task: string): Record<string, unknown> {
  return JSON.parse(run.steps.find(({ id }) => id === task)?.publicJson || '{}') as Record<string, unknown>;
}

describe('a run that settles on a ledger of pages', () => {
  it('refuses a settlement that another than the owner of the account signed', async () => {
    const run = await ended(await story.start(await story.settlement(LOAN_CENTS, 1)), 'FAILED');
    expect(run.reason).toBe('reserve.submit: INTENT_SIGNATURE_INVALID');
  });

  it('refuses more than the limit that was proved', async () => {
    const run = await ended(await story.start(await story.settlement(600_001n)), 'FAILED');
    expect(run.reason).toBe('reserve.submit: DECISION_NOT_PROVEN');
  });

  it('ends as rejected where the account has less, and nothing moves', async () => {
    const run = await ended(await story.start(await story.settlement(LOAN_CENTS + 1n)), 'REJECTED');
    expect(factsOf(run, 'reserve.confirm')).toMatchObject({ outcome: 'insufficient' });
    expect(run.steps.find(({ id }) => id === 'settle.submit')?.state).toBe('STEP_STATE_SKIPPED');
  });

  it('pays an approved loan once, and its bundle names the batches that carried it and who holds the key', async () => {
    const settlement = await story.settlement();
    const watched = await story.start(settlement);
    const run = await ended(watched, 'SUCCEEDED');
    const batches = [];
    for await (const { run: name, receipt } of story.pages.ledger.batches()) batches.push({ name, receipt });
    for (const [task, outcome] of [
      ['reserve.confirm', 'reserved'],
      ['settle.confirm', 'committed'],
    ] as const) {
      const facts = factsOf(run, task);
      expect(facts).toMatchObject({ outcome, ledgerKey: story.pages.ledger.pin.ledgerKey });
      const output = run.outputs.find(({ edge }) => edge === `${task}/receipt`);
      const carried = batches.find(({ receipt }) => receipt === output?.commitment);
      expect(carried?.name).toBe(`tenants/demo/runs/${String(facts['batch'])}`);
    }
    const { out, steps } = await verifiedOffline(watched);
    const keyless = steps.filter(({ kind }) => kind === 'fhe.bfv');
    expect(keyless.map(({ stepId, integrity }) => `${stepId} ${integrity}`)).toEqual([
      'reserve.replay REPLAYED',
      'settle.replay REPLAYED',
    ]);
    const { keyId } = await story.pages.ledger.head();
    for (const { keyHolder } of keyless) {
      expect(keyHolder).toBe(
        `key enclave of the ledger (SIMULATED enclave, measured code tee-worker; FHE secret key ${keyId} of epoch 1)`,
      );
    }
    expect(out).toContain('REPLAYED');
    expect(await story.hasExactly(0, 0n)).toEqual(['INSUFFICIENT']);

    // The same signatures in another run: what they ask for was done for the first, which alone may say so.
    const again = await ended(await story.start(settlement), 'REJECTED');
    expect(factsOf(again, 'reserve.confirm')).toMatchObject({ outcome: 'refused', reason: 'REPLAYED' });
    expect(await story.hasExactly(1, 2n * LOAN_CENTS)).toEqual(['INSUFFICIENT', 'applied']);
  });
});

interface StepLine {
  readonly stepId: string;
  readonly kind: string;
  readonly integrity: string;
  readonly keyHolder: string;
}

/** The bundle as a file, judged by the command that a stranger runs, with the ciphertexts beside it. */
async function verifiedOffline({ handle, runId }: WatchedRun) {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-settled-'));
  try {
    const bundle = await handle.bundle();
    const file = join(folder, `${runId}.evidence.json`);
    writeFileSync(file, bundle);
    for await (const { digest, bytes } of readCiphertexts(story.pages.client.services, bundle)) {
      if (bytes !== null) writeFileSync(ciphertextFile(folder, digest), bytes);
    }
    const cli = join(projectRoot, 'apps/cli/bin/sealflow.js');
    const args = [cli, 'verify', file, '--trust', stack.installation.trustPath, '--ciphertexts', folder];
    const run = promisify(execFile);
    const { stdout: out } = await run(process.execPath, args);
    const { stdout } = await run(process.execPath, [...args, '--json']);
    return { out, steps: (JSON.parse(stdout) as { readonly steps: readonly StepLine[] }).steps };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
