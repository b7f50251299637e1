import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PreparedRun } from '#client';
import { downloadBlob, uploadBlob } from '#contracts';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { auditLog } from '../support/audit-log.js';
import { CreditStory, REQUESTED_CENTS } from '../support/credit-story.js';
import { expectEnded, expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { StalledSource } from '../support/stalled-source.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';
import { WatchedRun } from '../support/watched-run.js';

const MIB = 1024 * 1024;
const LOANS = 7;
const TRANSFER = { deadlineMs: 60_000, patienceMs: 30_000 };
const SERVICES = ['tee-worker', 'zk-prover', 'fhe-service', 'orchestrator'] as const;
/** Of a home folder, what is no key: a backup has it, or it is made anew. */
const noKeys = /^(postgres(\.path)?|blobs|logs|bundles|ledger\.sealed\..*|stack\.json)$/;

/** As an operator calls it. */
function sealflow(home: string, ...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'apps/cli/bin/sealflow.js'), ...args], {
    env: { ...process.env, SEALFLOW_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

/** The machine is lost; the backup and copies of the keys are elsewhere. Every step waits for whole stacks and copies. */
describe('a backup that is made while runs are in flight', { timeout: 300_000 }, () => {
  let elsewhere: string;
  let stack: TestStack;
  let story: CreditStory;
  /** Runs that were accepted before the backup began, and such as were accepted meanwhile. */
  const before: PreparedRun[] = [];
  const meanwhile: PreparedRun[] = [];
  let reserved: WatchedRun;
  let proving: WatchedRun;
  const place = (name: string): string => join(elsewhere, name);
  const whole = new StalledSource('a model', 12 * MIB, 12 * MIB);
  const broken = new StalledSource('an upload', 12 * MIB, 10 * MIB);

  beforeAll(async () => {
    // Services that stand still for the whole of a backup are not silent yet.
    vi.stubEnv('SEALFLOW_HEARTBEAT_MS', '60000');
    elsewhere = mkdtempSync(join(tmpdir(), 'sealflow-elsewhere-'));
    chmodSync(elsewhere, 0o755);
    stack = await startTestStack();
    story = await CreditStory.open(stack, LOANS);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
    const restored = Installation.at(place('home'));
    rmSync(restored.postgresHome, { recursive: true, force: true });
    rmSync(elsewhere, { recursive: true, force: true });
  });

  async function apply(): Promise<WatchedRun> {
    const prepared = await story.prepare();
    before.push(prepared);
    return story.create(prepared);
  }

  it('is complete, and every byte of it is as it was written', async () => {
    await expectSettledOnce(story, await apply());
    reserved = await apply();
    await reserved.moment('reserve.authorize', 'SUCCEEDED');
    stack.freeze('fhe-service');
    await reserved.reached('reserve.apply', 'DISPATCHED');
    proving = await apply();
    await proving.moment('extract', 'SUCCEEDED');
    stack.freeze('zk-prover');
    await proving.reached('score', 'DISPATCHED');
    const { blob } = story.client.services;
    await uploadBlob(blob, whole, TRANSFER);
    const sending = new AbortController();
    const upload = uploadBlob(blob, broken, { ...TRANSFER, signal: sending.signal }).catch(() => undefined);
    await until('a part of an upload is on its way', () => broken.isStalled);
    sending.abort(new Error('the caller went away'));
    await upload;
    await until('the part is kept', async () => (await kept(broken)) > 0);

    const { home } = stack;
    expect(await audit(stack)).toMatchObject({ code: 0 });
    const note = await fetch(`${stack.address.http}/log/checkpoint`);
    writeFileSync(place('checkpoint'), await note.text());
    for (const name of readdirSync(home)) {
      if (!noKeys.test(name)) cpSync(join(home, name), join(place('home'), name), { recursive: true });
    }
    const [made] = await Promise.all([
      sealflow(home, 'backup', 'create', '--out', place('backup')),
      (async () => {
        for (let runs = 0; runs < 3; runs += 1) {
          const prepared = await story.prepare();
          meanwhile.push(prepared);
          await story.create(prepared);
        }
      })(),
    ]);
    expect(made).toMatchObject({ code: 0 });
    expect(JSON.parse(made.said)).toMatchObject({ blobFiles: 2 });
    expect(await sealflow(home, 'backup', 'verify', place('backup'))).toMatchObject({ code: 0 });
  });

  it('restored into a new home, it holds together, and its log grew out of what was seen before', async () => {
    for (const name of SERVICES) await stack.kill(name, 'SIGKILL');
    await stack.stop();
    const home = place('home');
    const restored = await sealflow(
      home,
      'backup',
      'restore',
      place('backup'),
      '--checkpoint',
      place('checkpoint'),
    );
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.said).toContain('"blobFiles":2');
    stack = await startTestStack({ home });
    story = story.at(stack);
    expect(await audit(stack)).toMatchObject({ code: 0 });
  });

  it('every run that was accepted before comes to one end', async () => {
    const states = new Map<string, string>();
    const known = await Promise.all(meanwhile.map(async (run) => ((await isKnown(run)) ? [run] : [])));
    for (const prepared of [...before, ...known.flat()]) {
      const run = await WatchedRun.create(story.client, prepared);
      const state = (await endOf(run)).replace('RUN_STATE_', '');
      await expectEnded(story, run, state);
      states.set(run.runId, state);
    }
    expect([...states.values()].filter((state) => !['SUCCEEDED', 'FAILED'].includes(state))).toEqual([]);
    // Its reservation is in the record of the key enclave, and money is handed over; what was sealed to a prover
    // that is gone, nobody opens.
    expect(states.get(reserved.runId)).toBe('SUCCEEDED');
    expect(states.get(proving.runId)).toBe('FAILED');
  });

  it('balances conserve: the pool pays what it still holds, and not one loan more', async () => {
    const paid = await story.stack.query(
      `select 1 from sealflow.ledger_entries where ledger = $1 and operation = 'ledger.commit'`,
      [story.ledger],
    );
    for (let loans = paid.length; loans < LOANS; loans += 1) await expectSettledOnce(story, await apply());
    const broke = await apply();
    await expectEnded(story, broke, 'REJECTED');
    const sums = await story.stack.query<{ reserves: number; ends: number }>(
      `select count(*) filter (where operation = 'ledger.reserve')::int as reserves,
         count(*) filter (where operation in ('ledger.commit', 'ledger.release'))::int as ends
       from sealflow.ledger_entries where ledger = $1`,
      [story.ledger],
    );
    expect(sums[0]?.reserves).toBe(sums[0]?.ends);
    expect(BigInt(LOANS) * REQUESTED_CENTS).toBe(story.openingCents);
    await expectLedgerConsistent(story);
  });

  it('the log is whole, and no leaf of before is lost', async () => {
    const { subjects, problems } = await auditLog(stack);
    expect(problems).toEqual([]);
    for (const { runId } of before) {
      expect(subjects.filter((subject) => subject === runId)).toHaveLength(1);
    }
    expect(await audit(stack)).toMatchObject({ code: 0 });
    expect(await sealflow(stack.home, 'backup', 'check')).toMatchObject({ code: 0 });
  });

  it('large blobs are there, and an upload goes on where it broke off', async () => {
    const { blob } = story.client.services;
    const hash = createHash('sha256');
    for await (const bytes of downloadBlob(blob, whole.digest, TRANSFER)) hash.update(bytes);
    expect(`sha256:${hash.digest('hex')}`).toBe(whole.digest);
    const committed = await kept(broken);
    expect(committed).toBeGreaterThan(0);
    broken.release();
    await uploadBlob(blob, broken, TRANSFER);
    expect(broken.begun).toEqual([0, committed]);
  });

  const audit = ({ home, address }: TestStack) =>
    sealflow(
      home,
      'log',
      'audit',
      `${address.http}/log`,
      '--trust',
      join(home, 'trust.json'),
      '--state',
      place('audit-state'),
    );

  async function kept({ digest }: StalledSource): Promise<number> {
    const [row] = await stack.query<{ committed: string }>(
      'select committed from sealflow.blob_uploads where digest = $1',
      [digest],
    );
    return Number(row?.committed ?? 0);
  }

  async function isKnown({ runId }: PreparedRun): Promise<boolean> {
    return (await stack.query('select from sealflow.runs where run_id = $1', [runId])).length > 0;
  }

  /** Its client seals again whenever the run waits for that. */
  async function endOf(run: WatchedRun): Promise<string> {
    const shown = () =>
      run.events.filter(({ snapshot }) => snapshot?.state === 'RUN_STATE_AWAITING_INPUT').length;
    let state = '';
    const ended = run.ended.then((end) => {
      state = end.state;
    });
    for (let seen = 0; ; ) {
      const waits = until('the run ends or waits', () => state !== '' || shown() > seen, 90_000);
      await Promise.race([waits, ended]);
      if (state !== '') return state;
      seen = shown();
      // Shown once more while another input is looked for, it may go on already.
      const refused = await story.client.rewrap(run.prepared).catch((error: unknown) => error);
      if (refused !== undefined) expect(refused).toMatchObject({ reason: 'INPUT_NOT_AWAITED' });
    }
  }
});
