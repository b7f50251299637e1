import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { meteredMiB, residentMiB } from './memory-meter.js';

describe('memory of a task', () => {
  it('is the most of the samples, and what is held at the end counts as well', async () => {
    const held = [7];
    const { value, peakMiB } = await meteredMiB(
      async () => 'done',
      () => held.shift() ?? 0,
    );
    expect({ value, peakMiB }).toEqual({ value: 'done', peakMiB: 7 });
  });

  it('of work that fails is nobody`s business', async () => {
    await expect(meteredMiB(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
  });

  it('of a process that is gone is none', () => {
    expect(residentMiB(2 ** 22 + 1)).toBe(0);
  });

  it.runIf(process.platform === 'linux')('counts children, which do the heavy work', async () => {
    const before = residentMiB();
    const script =
      'const held = Buffer.alloc(64 * 1048576, 1); console.log(held.length); setInterval(() => {}, 1e6)';
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      expect(residentMiB(child.pid)).toBeGreaterThanOrEqual(64);
      expect(residentMiB()).toBeGreaterThanOrEqual(before + 32);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
