import type { Overview } from '../api/types.js';
import type { WorkerMachine } from '../parts/machine.js';

/** One bar, or one heap of bars: values by the key of their series. What is not known has no value. */
export interface Point {
  readonly label: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface UsageDay {
  readonly day?: string;
  readonly steps?: readonly UsageSteps[];
  readonly endedRuns?: string;
  readonly runMilliseconds?: string;
  readonly overheadMilliseconds?: string;
}

interface UsageSteps {
  readonly kind?: string;
  readonly steps?: string;
  readonly milliseconds?: string;
  readonly waitMilliseconds?: string;
  readonly costMicros?: string;
}

const DAY_MS = 86_400_000;
/** A period of the API has at most 400 days. */
const DAYS_MAX = 400;
const ends: Readonly<Record<string, string>> = {
  SUCCEEDED: 'succeeded',
  REJECTED: 'rejected',
  FAILED: 'failed',
  EXPIRED: 'failed',
  CANCELLED: 'cancelled',
};

/** Steps of ended runs by what their integrity rests on. */
export function levelsByDay({ days = [] }: Overview): readonly Point[] {
  return everyDay(
    days.map(({ day, levels = [] }) => ({
      label: day,
      values: sums(levels.map(({ integrity, steps }) => [integrity.replace('INTEGRITY_', ''), steps])),
    })),
  );
}

/** Runs by what became of them; one that has not ended is open. */
export function endsByDay({ days = [] }: Overview): readonly Point[] {
  return everyDay(
    days.map(({ day, states = [] }) => ({
      label: day,
      values: sums(states.map(({ state, runs }) => [ends[state.replace('RUN_STATE_', '')] ?? 'open', runs])),
    })),
  );
}

/** Seconds that a worker was at a step of its kind, on average of a day. */
export function secondsPerStep(days: readonly UsageDay[]): readonly Point[] {
  return perStep(days, ({ milliseconds }) => Number(milliseconds) / 1_000);
}

/** Seconds that a step was ready before a worker had it. */
export function waitPerStep(days: readonly UsageDay[]): readonly Point[] {
  return perStep(days, ({ waitMilliseconds }) => Number(waitMilliseconds) / 1_000);
}

/** Millionths of a euro. */
export function costPerStep(days: readonly UsageDay[]): readonly Point[] {
  return perStep(days, ({ costMicros }) => Number(costMicros));
}

/** Seconds of a run that ended, on average of a day: those in which a step was out, and the rest. */
export function timePerRun(days: readonly UsageDay[]): readonly Point[] {
  const points = days
    .filter(({ endedRuns = '0' }) => Number(endedRuns) > 0)
    .map(({ day = '', endedRuns, runMilliseconds = '0', overheadMilliseconds = '0' }) => {
      const seconds = (ms: number): number => rounded(ms / Number(endedRuns) / 1_000);
      const overheadMs = Number(overheadMilliseconds);
      const values = { out: seconds(Number(runMilliseconds) - overheadMs), overhead: seconds(overheadMs) };
      return { label: day, values };
    });
  return everyDay(points);
}

/** By kind, on average of a day. What a person decides takes no worker. */
function perStep(days: readonly UsageDay[], amount: (steps: UsageSteps) => number): readonly Point[] {
  const points = days.map(({ day = '', steps = [] }) => ({
    label: day,
    values: Object.fromEntries(
      steps
        .map((each) => [each.kind ?? '', Number(each.steps), amount(each)] as const)
        .filter(([kind, count, sum]) => kind !== 'human' && count > 0 && !Number.isNaN(sum))
        .map(([kind, count, sum]) => [kind, rounded(sum / count)]),
    ),
  }));
  return everyDay(points);
}

/** Days since the date of a worker's firmware level; no value where no vendor says one. */
export function firmwareAges(
  workers: readonly { readonly name: string; readonly machine: WorkerMachine | null }[],
  nowMs: number,
): readonly Point[] {
  return workers.map(({ name, machine }) => {
    const atMs = Date.parse(machine?.tcbTime ?? '');
    const values = Number.isNaN(atMs) ? {} : { days: Math.floor((nowMs - atMs) / DAY_MS) };
    return { label: name, values };
  });
}

/** A day without an entry is a gap in the picture too, and not drawn beside its neighbours. */
function everyDay(points: readonly Point[]): readonly Point[] {
  const known = new Map(points.map((point) => [point.label, point]));
  const labels = [...known.keys()].filter((label) => /^\d{4}-\d\d-\d\d$/.test(label)).sort();
  const [first, last] = [Date.parse(labels[0] ?? ''), Date.parse(labels.at(-1) ?? '')];
  if (Number.isNaN(first) || Number.isNaN(last)) return [];
  const count = Math.min(Math.round((last - first) / DAY_MS) + 1, DAYS_MAX);
  return Array.from({ length: count }, (_, index) => {
    const label = new Date(last - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return known.get(label) ?? { label, values: {} };
  });
}

function sums(pairs: readonly (readonly [string, number])[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const [key, count] of pairs) totals[key] = (totals[key] ?? 0) + count;
  return totals;
}

/** Three digits: more would claim an exactness that an average of a day has not. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
