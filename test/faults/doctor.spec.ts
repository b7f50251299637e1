import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../apps/cli/src/doctor/finding.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

interface Diagnosis {
  readonly code: number | null;
  readonly healthy: boolean;
  readonly failed: readonly Finding[];
  readonly findings: readonly Finding[];
}

let stack: TestStack;

function doctor(...args: readonly string[]): Promise<Diagnosis> {
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'apps/cli/bin/sealflow.js'), 'doctor', '--json', ...args],
    {
      env: { ...process.env, SEALFLOW_HOME: stack.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const { healthy, findings } = JSON.parse(out) as { healthy: boolean; findings: Finding[] };
      resolve({ code, healthy, findings, failed: findings.filter(({ status }) => status === 'failed') });
    });
  });
}

/** Every finding that is bad says where, what was expected, what was got and what to do. */
function expectExplained({ code, healthy, failed }: Diagnosis): void {
  expect({ code, healthy }).toEqual({ code: 1, healthy: false });
  expect(failed.length).toBeGreaterThan(0);
  for (const { what, where, expected, got, todo } of failed) {
    for (const text of [what, where, expected, got, todo]) expect(text).not.toBe('');
  }
}

const areasOf = ({ failed }: Diagnosis): string[] => [...new Set(failed.map(({ area }) => area))].sort();

describe('sealflow doctor', () => {
  beforeAll(async () => {
    stack = await startTestStack();
  });
  afterAll(() => stack.stop());

  it('finds nothing wrong with a stack that is well, and says that its hardware is simulated', async () => {
    const { code, healthy, failed, findings } = await doctor();
    expect(failed).toEqual([]);
    expect({ code, healthy }).toEqual({ code: 0, healthy: true });
    expect(new Set(findings.map(({ area }) => area))).toEqual(
      new Set([
        'orchestrator',
        'database',
        'clock',
        'workers',
        'attestation',
        'log',
        'timestamps',
        'certificates',
        'keys',
        'disk',
      ]),
    );
    expect(findings.find(({ what }) => what === 'hardware')?.got).toContain('SIMULATED');
  });

  it('names the operations without a worker, and the log of the one that died', async () => {
    await stack.kill('zk-prover');
    const seen = await until('the worker is missed', async () => {
      const diagnosis = await doctor();
      return diagnosis.healthy ? undefined : diagnosis;
    });
    expectExplained(seen);
    expect(areasOf(seen)).toEqual(['workers']);
    const missed = [
      'balance.transfer',
      'claim.adjudicate',
      'credit.decide.circuit',
      'scorecard.prove',
      'spending.prove',
    ];
    expect(seen.failed.map(({ what }) => what).sort()).toEqual(missed.map((each) => `a worker for ${each}`));
    expect(seen.failed[0]?.todo).toContain('zk-prover.log');
    await stack.start('zk-prover');
  });

  it('tells a secret that others can read', async () => {
    const file = join(stack.home, 'orchestrator.key');
    chmodSync(file, 0o644);
    const seen = await doctor();
    chmodSync(file, 0o600);
    expectExplained(seen);
    expect(seen.failed).toMatchObject([{ area: 'keys', where: file, got: 'mode 644' }]);
  });

  it('refuses evidence, log and keys under the trust file of somebody else', async () => {
    const trust = JSON.parse(readFileSync(stack.installation.trustPath, 'utf8')) as {
      orchestratorKeys: string[];
      policy: { measurements: { imageDigest: string }[] };
    };
    trust.orchestratorKeys = [Buffer.alloc(32, 7).toString('base64')];
    for (const measurement of trust.policy.measurements) measurement.imageDigest = `sha256:${'7'.repeat(64)}`;
    const file = join(stack.home, 'other-trust.json');
    writeFileSync(file, JSON.stringify(trust));
    const seen = await doctor('--trust', file);
    expectExplained(seen);
    expect(areasOf(seen)).toEqual(['attestation', 'keys']);
  });

  it('holds a log to what it showed before', async () => {
    const file = join(stack.home, 'doctor-log.json');
    const { origin } = stack.trust.log;
    const root = Buffer.alloc(32, 9).toString('base64');
    const state = (size: number) =>
      writeFileSync(file, JSON.stringify({ v: 'sealflow/audit-state/v1', origin, size, root }));
    await stack.query(`insert into sealflow.log_queue (subject, entry) values ('access/doctor', '\\x00')`);
    await until('a leaf is in the log', async () => {
      const rows = await stack.query<{ size: number }>('select size from sealflow.log_checkpoints');
      return rows.length > 0 ? rows : undefined;
    });
    state(1);
    const fork = await doctor();
    expectExplained(fork);
    expect(fork.failed).toMatchObject([{ area: 'log', what: 'LOG_FORK' }]);
    state(1_000);
    const rollback = await doctor();
    expect(rollback.failed).toMatchObject([{ area: 'log', what: 'LOG_ROLLBACK' }]);
    rmSync(file);
    expect((await doctor()).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ origin });
  });

  it('tells an orchestrator that is away, and that its database is not', async () => {
    await stack.kill('orchestrator');
    const away = await doctor();
    expectExplained(away);
    expect(areasOf(away)).toEqual(['orchestrator']);
    expect(away.findings.find(({ area }) => area === 'database')).toMatchObject({ status: 'ok' });
    await stack.start('orchestrator');
  });

  it('says so where no stack runs', async () => {
    const seen = await doctor('--http', 'http://127.0.0.1:9');
    expectExplained(seen);
    expect(areasOf(seen)).toEqual(['orchestrator']);
  });
});

describe('sealflow doctor of replicas on a database that none of them owns', () => {
  beforeAll(async () => {
    stack = await startTestStack({ second: { pinned: ['zk-prover'] } });
  });
  afterAll(() => stack.stop());

  it('counts workers that another replica has', async () => {
    await until('both replicas know all workers', async () => ((await doctor()).healthy ? true : undefined));
  });

  it('tells a database that is away from an orchestrator that is', async () => {
    await stack.postgres.stop();
    // What a replica says of the database may be a moment old.
    const seen = await until('the database is missed', async () => {
      const now = await doctor();
      return areasOf(now).includes('database') ? now : undefined;
    });
    expectExplained(seen);
    // What rests on the database may be missed as well.
    expect(areasOf(seen)).not.toContain('orchestrator');
    expect(seen.findings.find(({ area }) => area === 'orchestrator')).toMatchObject({ status: 'ok' });
  });
});
