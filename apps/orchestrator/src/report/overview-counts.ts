import type { DayCount, LevelCount, RunState, StateCount, WorkflowCount } from '#contracts';
import { parseSeen } from '../evidence/seen-assurance.js';

/** Runs of one day that are alike. */
export interface CountRow {
  /** UTC, e.g. `2026-11-21`. */
  readonly day: string;
  readonly state: string;
  readonly workflow: string | null;
  readonly assurance: string | null;
  readonly runs: number;
  /** Of these, those whose evidence retention took away. */
  readonly deleted: number;
}

export interface Counts {
  readonly runs: number;
  readonly states: StateCount[];
  readonly workflows: WorkflowCount[];
  readonly levels: LevelCount[];
  readonly days: DayCount[];
  readonly openRuns: number;
  readonly parkedRuns: number;
  readonly deletedRuns: number;
  readonly uncountedRuns: number;
}

const WORKFLOWS_MAX = 50;
const ended = ['SUCCEEDED', 'REJECTED', 'FAILED', 'CANCELLED', 'EXPIRED'];
const failed = ['FAILED', 'EXPIRED'];

/** Adds groups of runs up, for the whole period and for each day. */
export function addUp(rows: readonly CountRow[]): Counts {
  const days = new Map<string, CountRow[]>();
  for (const row of rows) days.set(row.day, [...(days.get(row.day) ?? []), row]);
  const sum = (some: (row: CountRow) => boolean): number =>
    rows.reduce((runs, row) => runs + (some(row) ? row.runs : 0), 0);
  return {
    runs: sum(() => true),
    states: statesOf(rows),
    workflows: workflowsOf(rows),
    levels: levelsOf(rows),
    days: [...days]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([day, of]) => ({ day, states: statesOf(of), levels: levelsOf(of) })),
    openRuns: sum(({ state }) => !ended.includes(state)),
    parkedRuns: sum(({ state }) => state === 'PARKED'),
    deletedRuns: rows.reduce((runs, { deleted }) => runs + deleted, 0),
    uncountedRuns: sum(({ state, assurance }) => ended.includes(state) && assurance === null),
  };
}

function statesOf(rows: readonly CountRow[]): StateCount[] {
  const counts = countBy(
    rows,
    ({ state }) => state,
    ({ runs }) => runs,
  );
  return [...counts].sort(byName).map(([state, runs]) => ({ state: `RUN_STATE_${state}` as RunState, runs }));
}

function workflowsOf(rows: readonly CountRow[]): WorkflowCount[] {
  const named = ({ workflow }: CountRow): string => workflow ?? '';
  const all = countBy(rows, named, ({ runs }) => runs);
  const bad = countBy(rows, named, ({ state, runs }) => (failed.includes(state) ? runs : 0));
  return [...all]
    .sort((one, other) => other[1] - one[1] || byName(one, other))
    .slice(0, WORKFLOWS_MAX)
    .map(([workflow, runs]) => ({ workflow, runs, failedRuns: bad.get(workflow) ?? 0 }));
}

function levelsOf(rows: readonly CountRow[]): LevelCount[] {
  const counts = new Map<string, Required<LevelCount>>();
  for (const { assurance, runs } of rows) {
    for (const { integrity, confidentiality, steps } of parseSeen(assurance)) {
      const key = `${integrity}/${confidentiality}`;
      const known = counts.get(key)?.steps ?? 0;
      counts.set(key, {
        integrity: `INTEGRITY_${integrity}`,
        confidentiality: `CONFIDENTIALITY_${confidentiality}`,
        steps: known + steps * runs,
      });
    }
  }
  return [...counts].sort(byName).map(([, count]) => count);
}

function countBy(
  rows: readonly CountRow[],
  key: (row: CountRow) => string,
  amount: (row: CountRow) => number,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + amount(row));
  return counts;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
