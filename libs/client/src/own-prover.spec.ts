import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import type { SealflowClient } from './client.js';
import { startOwnProver } from './own-prover.js';

const scratch = mkdtempSync(join(tmpdir(), 'sealflow-own-prover-'));
const folder = join(scratch, 'owner');
const home = join(scratch, 'home');
const key = new Uint8Array(32).fill(7);
const ready = `console.log(JSON.stringify({ key: '${toBase64(key)}', words: process.argv.slice(1), home: process.env.SEALFLOW_HOME }));`;
const untilEof = `process.stdin.on('end', () => process.exit(0)).resume();`;
const atOwner = { name: 'at the owner' } as unknown as SealflowClient;

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** In the place of `sealflow`: real ones are in test/circuits. */
function start(script: string, more: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  const program = [process.execPath, '-e', script, '--'] as const;
  return startOwnProver('127.0.0.1:1', { folder, home, id: 'hospital', program, ...more }, () => atOwner);
}

describe('a prover beside the program of an owner', () => {
  it('that is no program is told as such', async () => {
    const program = [join(scratch, 'nothing')] as const;
    const started = startOwnProver('127.0.0.1:1', { folder, program }, () => atOwner);
    await expect(started).rejects.toMatchObject({ code: 'PROVER_UNAVAILABLE' });
  });

  it('that ends before it is ready says its last words', async () => {
    const started = start(`console.error('no key of a worker in its home'); process.exit(2);`);
    await expect(started).rejects.toMatchObject({
      code: 'PROVER_UNAVAILABLE',
      message: 'no prover at the owner: no key of a worker in its home',
    });
  });

  it.each([
    ['no JSON', `console.log('ready'); ${untilEof}`],
    ['no key', `console.log('{}'); ${untilEof}`],
    ['a line without an end', `process.stdout.write('x'.repeat(100_000)); ${untilEof}`],
  ])('that says %s is not waited for', async (_, script) => {
    await expect(start(script)).rejects.toMatchObject({ code: 'PROVER_UNAVAILABLE' });
  });

  it('is given up in time, and with the reason of a signal', async () => {
    await expect(start(untilEof, { timeoutMs: 200 })).rejects.toMatchObject({ name: 'TimeoutError' });
    const over = new AbortController();
    const started = start(untilEof, { signal: over.signal });
    over.abort(new Error('enough'));
    await expect(started).rejects.toThrow('enough');
  });

  it('has a folder that nobody else reads, and ends when it is stopped', async () => {
    const prover = await start(ready + untilEof);
    expect(prover.client).toBe(atOwner);
    expect(prover.key).toEqual(key);
    expect(statSync(folder).mode & 0o077).toBe(0);
    await prover.stop();
    expect(await prover.ended).toBeNull();
    await prover.stop();
  });

  it('that ends by itself later says so', async () => {
    const prover = await start(
      `${ready} console.error('taken away'); setTimeout(() => process.exit(1), 50);`,
    );
    expect(await prover.ended).toMatchObject({
      code: 'PROVER_UNAVAILABLE',
      message: expect.stringMatching('taken away'),
    });
  });
});
