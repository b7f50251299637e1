import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ed25519PublicKey } from '#canonical';
import { type GetLogProofResponse__Output, unary } from '#contracts';
import {
  attachLogEntry,
  type BundleVerdict,
  formatSignerKey,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  verifyBundle,
} from '#evidence';
import { freePort } from '#loopback';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { SigningKey } from '../../apps/orchestrator/src/evidence/signing-key.js';
import { CreditStory } from '../support/credit-story.js';
import { expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';
import type { WatchedRun } from '../support/watched-run.js';

describe('a witness that dies and comes back', () => {
  const home = mkdtempSync(join(tmpdir(), 'sealflow-witness-away-'));
  const keyFile = join(home, 'witness.key');
  const seed = new Uint8Array(randomBytes(32));
  const verifier = noteVerifierKey('auditor.example', noteKeyTypes.cosignature, ed25519PublicKey(seed));
  let port = 0;
  let witness: ChildProcess | null = null;
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    writeFileSync(keyFile, formatSignerKey({ verifier, seed }), { mode: 0o600 });
    port = await freePort();
    process.env['SEALFLOW_WITNESSES'] = `http://127.0.0.1:${port} ${formatVerifierKey(verifier)}`;
    await startWitness();
    stack = await startTestStack({ home });
    story = await CreditStory.open(stack, 2);
  });
  afterAll(async () => {
    delete process.env['SEALFLOW_WITNESSES'];
    await stopWitness();
    await stack.stop();
    rmSync(stack.installation.postgresHome, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  });

  async function startWitness(): Promise<void> {
    const { publicKey } = SigningKey.load(home);
    const log = formatVerifierKey(noteVerifierKey('sealflow.local/log', noteKeyTypes.ed25519, publicKey));
    const args = ['witness', 'run', '--key', keyFile, '--log', log, '--state', join(home, 'witness')];
    const started = spawn(
      process.execPath,
      [join(projectRoot, 'dist/apps/cli/main.js'), ...args, '--listen', `127.0.0.1:${port}`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    witness = started;
    for await (const line of createInterface({ input: started.stdout })) {
      if (line.includes('last cosigned')) break;
    }
  }

  async function stopWitness(): Promise<void> {
    const child = witness;
    witness = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** As an auditor judges it, who believes nothing without a cosignature of its own. */
  function judge(bundle: Uint8Array): Promise<BundleVerdict> {
    const trust = { ...stack.trust, witnesses: [formatVerifierKey(verifier)], witnessQuorum: 1 };
    return Promise.resolve(verifyBundle(bundle, trust, { at: null }));
  }

  const reasons = ({ stages }: BundleVerdict): string[] =>
    stages
      .flatMap(({ checks }) => checks)
      .flatMap(({ result, reason }) => (result === 'fail' ? [`${reason}`] : []));

  async function newestProof(run: WatchedRun): Promise<GetLogProofResponse__Output> {
    const name = `tenants/demo/runs/${run.runId}`;
    return unary<GetLogProofResponse__Output>(
      (options, callback) => story.client.services.evidence.getLogProof({ run: name }, options, callback),
      { deadlineMs: 5_000 },
    );
  }

  it('cosigns what a run is logged under, and an auditor accepts the bundle for it', async () => {
    const run = await story.apply();
    await expectSettledOnce(story, run);
    const verdict = await judge(await run.handle.bundle());
    expect({ outcome: verdict.outcome, failed: reasons(verdict) }).toEqual({
      outcome: 'verified',
      failed: [],
    });
  });

  it('holds up no run while it is dead, and completes the evidence when it is back', async () => {
    await stopWitness();
    const run = await story.apply();
    await expectSettledOnce(story, run);
    const bundle = await run.handle.bundle();
    expect(reasons(await judge(bundle))).toContain('WITNESS_QUORUM_NOT_MET');
    await startWitness();
    const entry = await until('the witness cosigns again', async () => {
      const proof = await newestProof(run);
      return proof.cosignatures > 0 ? proof : null;
    });
    const completed = attachLogEntry(bundle, entry);
    const verdict = await judge(completed);
    expect({ outcome: verdict.outcome, failed: reasons(verdict) }).toEqual({
      outcome: 'verified',
      failed: [],
    });
  });
});
