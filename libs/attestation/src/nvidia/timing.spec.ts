/** Time of a full GPU verdict with two manifests and six OCSP responses, on simulated hardware. */
import { expect, it } from 'vitest';
import { judgeGpu, report } from './nvidia.fixture.js';

const ROUNDS = 21;
const TARGET_MS = 30;
/** Shared machines are slow at times; the figures that count are printed. */
const LIMIT_MS = 4 * TARGET_MS;

it('a GPU with two manifests is judged within its time', () => {
  const evidence = report();
  const runs = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    const used = process.cpuUsage();
    const { checks } = judgeGpu({ evidence });
    const { user, system } = process.cpuUsage(used);
    expect(checks.every(({ result }) => result === 'pass')).toBe(true);
    return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
  });
  const wallMs = median(runs.map((run) => run.wallMs));
  const cpuMs = median(runs.map((run) => run.cpuMs));
  const figures = `${wallMs.toFixed(1)} ms, of these ${cpuMs.toFixed(1)} ms of processor time`;
  console.log(`GPU report, chain, two manifests, six OCSP responses: ${figures} (target ${TARGET_MS} ms)`);
  expect(cpuMs).toBeLessThan(LIMIT_MS);
});

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
