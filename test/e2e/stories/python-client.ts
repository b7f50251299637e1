import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstallationKeys } from '../../../apps/cli/src/installation/installation-keys.js';
import { projectRoot } from '../../../apps/cli/src/installation/paths.js';
import { type Ended, sealflow } from '../sealflow-command.js';
import { runOf, suite } from '../suite.js';

const examples = join(projectRoot, 'examples/python');
/** Where pyenv stands in front of it, the system's own has the packages of the system. */
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import grpc, google.protobuf']).status === 0,
);

/** The worked example of another language: a client that was made from the contract a moment ago. */
export function pythonClient(): void {
  if (python === undefined) {
    console.warn('the client in Python is not tried: no python3 with grpcio and protobuf is here');
    it.skip('is not tried: no python3 with grpcio and protobuf is here', () => undefined);
    return;
  }
  const program = python;
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-python-'));
  const generated = join(folder, 'generated');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Without standing still: events of runs and traces come to this process meanwhile. */
  function run(args: readonly string[], key: string): Promise<Ended> {
    const env = {
      ...process.env,
      SEALFLOW_API_KEY: key,
      PYTHONPATH: generated,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    return new Promise((resolve) => {
      const child = execFile(program, [...args], { cwd: folder, env }, (_error, out, err) => {
        suite().said.push(out, err);
        resolve({ code: child.exitCode, out, err });
      });
    });
  }

  const follow = (key: string, ...more: readonly string[]) =>
    run(
      [join(examples, 'follow_run.py'), '--target', suite().stack.address.grpc, '--out', folder, ...more],
      key,
    );
  const ownKey = () => new InstallationKeys(suite().stack.home).read('tenant') ?? '';

  describe('a client in Python', () => {
    beforeAll(async () => {
      expect(await run([join(examples, 'generate.py'), generated], '')).toMatchObject({ code: 0, err: '' });
    });

    it('is nobody without a key, and sees no run of another tenant', async () => {
      const other = `tenants/other/runs/${'0'.repeat(26)}`;
      expect(await follow('')).toMatchObject({ code: 1, err: expect.stringContaining('SEALFLOW_API_KEY') });
      expect(await follow('sfk_nonsense')).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^UNAUTHENTICATED/),
      });
      expect(await follow(ownKey(), '--run', other)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^NOT_FOUND/),
      });
    });

    it('lists runs, sees every event of one, and keeps its bundle under the digest that names it', async () => {
      const { handle, ended } = runOf('approved');
      await ended;
      const { code, out, err } = await follow(ownKey(), '--run', handle.name);
      expect([code, err]).toEqual([0, '']);
      const lines = out.trim().split('\n');
      expect(lines).toContain(`${handle.name} RUN_STATE_SUCCEEDED credit`);
      const events = lines.filter((line) => /^\d+ /.test(line));
      expect(events.map((line) => Number(line.split(' ')[0]))).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)).toBe(`${events.length} RUN_STATE_SUCCEEDED`);
      const [, digest = '', path = ''] = lines.at(-1)?.split(' ') ?? [];
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      expect(digest).toBe(`sha256:${sha256}`);
      const verified = await sealflow([
        'verify',
        path,
        '--trust',
        suite().stack.installation.trustPath,
        '-q',
      ]);
      expect(verified.code).toBe(0);
    });
  });
}
