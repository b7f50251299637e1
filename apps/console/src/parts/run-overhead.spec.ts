import { describe, expect, it } from 'vitest';
import type { Run } from '../api/types.js';
import { timesOf } from './run-overhead.js';

const at = (ms: number): string => new Date(Date.UTC(2026, 10, 22) + ms).toISOString();
const step = (from: number, to?: number) => ({
  id: `${from}`,
  state: 'STEP_STATE_SUCCEEDED',
  startTime: at(from),
  ...(to === undefined ? {} : { endTime: at(to) }),
});
const run = (steps: Run['steps'], ended: number | null = 1_000): Run => ({
  name: 'tenants/demo/runs/1',
  state: 'RUN_STATE_SUCCEEDED',
  createTime: at(0),
  ...(ended === null ? {} : { endTime: at(ended) }),
  ...(steps === undefined ? {} : { steps }),
});

describe('the time of a run', () => {
  it('is not told while it is open, nor of times that are none', () => {
    expect(timesOf(run([step(0, 10)], null))).toBeNull();
    expect(timesOf({ ...run([]), createTime: 'yesterday' })).toBeNull();
    expect(timesOf(run([], -5))).toBeNull();
  });

  it('is overhead where nobody was at work', () => {
    expect(timesOf(run(undefined))).toEqual({ totalMs: 1_000, atWorkMs: 0, overheadMs: 1_000 });
    expect(timesOf(run([step(100, 300), step(500, 900)]))).toEqual({
      totalMs: 1_000,
      atWorkMs: 600,
      overheadMs: 400,
    });
  });

  it('counts steps side by side, one within another and touching ones once', () => {
    const steps = [step(600, 700), step(100, 500), step(200, 300), step(400, 600)];
    expect(timesOf(run(steps))?.atWorkMs).toBe(600);
  });

  it('counts no step that never ended, ended before it began, or lies outside', () => {
    expect(timesOf(run([step(100), step(300, 200), step(-500, 50), step(950, 4_000)]))?.atWorkMs).toBe(100);
  });
});
