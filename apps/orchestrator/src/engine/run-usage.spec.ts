import { describe, expect, it } from 'vitest';
import { usageOfRun } from './run-usage.js';

const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 1) + ms);
const run = { createdAt: at(0), generation: 1 };
const step = (from: number | null, to: number | null) => ({
  startedAt: from === null ? null : at(from),
  endedAt: to === null ? null : at(to),
});

describe('the usage of a run that ends', () => {
  it('is counted at its first end alone', () => {
    expect(usageOfRun({ ...run, generation: 2 }, [step(0, 5)], at(10))).toEqual({});
  });

  it('is overhead alone where no step began', () => {
    expect(usageOfRun(run, [step(null, null), step(null, 4)], at(10))).toEqual({
      endedRuns: 1,
      runMs: 10,
      overheadMs: 10,
    });
  });

  it('counts steps side by side once, in whatever order they are known', () => {
    const steps = [step(50, 90), step(10, 30), step(20, 40), step(60, 70)];
    expect(usageOfRun(run, steps, at(100))).toEqual({ endedRuns: 1, runMs: 100, overheadMs: 30 });
  });

  it('is never less than nothing, whatever the clocks of replicas say', () => {
    expect(usageOfRun(run, [step(-20, 5), step(90, 200)], at(100))).toEqual({
      endedRuns: 1,
      runMs: 100,
      overheadMs: 85,
    });
    expect(usageOfRun(run, [step(-20, -5)], at(-10))).toEqual({ endedRuns: 1, runMs: 0, overheadMs: 0 });
  });
});
