import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { descendants, isAlive } from '../support/process-tree.js';
import { type ServiceName, startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

describe('the supervisor of a stack', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack({ restartsMax: 5 });
  });

  afterAll(() => stack.stop());

  it('starts a killed orchestrator again, at the same address, and the run goes on', async () => {
    const story = await CreditStory.open(stack, 1);
    const run = await story.apply();
    await run.moment('reserve.authorize', 'DISPATCHED');
    const killed = stack.pid('orchestrator');
    process.kill(killed, 'SIGKILL');
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
    expect(stack.pid('orchestrator')).not.toBe(killed);
  });

  it.each<ServiceName>(['tee-worker', 'zk-prover', 'fhe-service'])(
    'starts a killed %s again, without what its children held, and the next run succeeds',
    async (name) => {
      const killed = stack.pid(name);
      const children = descendants(killed);
      process.kill(killed, 'SIGKILL');
      await until(`children of the dead ${name} are gone`, () => !children.some(isAlive));
      await until(`another ${name}`, () => (stack.service(name).pid ?? killed) !== killed);
      await stack.ready();
      const story = await CreditStory.open(stack, 1);
      await expectSettledOnce(story, await story.apply());
    },
  );
});

describe('a stack whose supervisor is killed', () => {
  const started: ChildProcess[] = [];
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'sealflow-test-'));
  });

  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(Installation.at(home).postgresHome, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  });

  /** `sealflow up`, and every process that belongs to it. */
  async function up(): Promise<{ supervisor: ChildProcess; pids: number[] }> {
    const supervisor = spawn(process.execPath, [join(projectRoot, 'dist/apps/cli/main.js'), 'up', '--json'], {
      env: { ...process.env, SEALFLOW_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(supervisor);
    let output = '';
    supervisor.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    await until('the stack says that it is ready', () => output.includes('\n'), 60_000);
    const postmaster = readFileSync(
      join(Installation.at(home).postgresHome, 'data', 'postmaster.pid'),
      'utf8',
    ).split('\n')[0];
    return { supervisor, pids: [...descendants(supervisor.pid ?? 0), Number(postmaster)] };
  }

  it('ends by itself and leaves nothing that keeps the next one from starting', async () => {
    const first = await up();
    // Four services, the engine's two processes, the prover's, and the database server.
    expect(first.pids.length).toBeGreaterThanOrEqual(8);
    first.supervisor.kill('SIGKILL');
    await until('every process of the stack is gone', () => !first.pids.some(isAlive), 40_000);
    const second = await up();
    second.supervisor.kill('SIGTERM');
    await until('every process of the second stack is gone', () => !second.pids.some(isAlive), 40_000);
  }, 150_000);
});
