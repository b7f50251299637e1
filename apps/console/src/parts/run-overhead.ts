import type { Run } from '../api/types.js';

/** Where the time of a run that ended went. */
export interface RunTimes {
  readonly totalMs: number;
  /** In which at least one step was at a worker or a person, or waited for one. */
  readonly atWorkMs: number;
  /** The rest: finding the next step, writing evidence. */
  readonly overheadMs: number;
}

/** Null while a run is open. Steps side by side count once; what lies outside the run counts not at all. */
export function timesOf({ createTime, endTime, steps = [] }: Run): RunTimes | null {
  const [from, to] = [Date.parse(createTime ?? ''), Date.parse(endTime ?? '')];
  if (!(to >= from)) return null;
  const spans = steps
    .map(({ startTime, endTime: end }) => [Date.parse(startTime ?? ''), Date.parse(end ?? '')] as const)
    .map(([start, end]) => [Math.max(start, from), Math.min(end, to)] as const)
    .filter(([start, end]) => end > start)
    .sort(([a], [b]) => a - b);
  let atWorkMs = 0;
  let reached = from;
  for (const [start, end] of spans) {
    atWorkMs += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return { totalMs: to - from, atWorkMs, overheadMs: to - from - atWorkMs };
}
