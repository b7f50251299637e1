import { ERROR_CLASSES, type ErrorClassName, type Plan } from '#workflow';
import type { LeaseRow } from '../sessions/lease-book.js';
import type { RunRow, TaskRow } from './run-store.js';

/** Envelopes bind the attempts that may open them, and clients and workers seal for so many. */
const ATTEMPTS_MAX = 16;

/** Final for the engine, and worth a try when a person says so. */
const byHand: readonly string[] = ['internal'];

export interface RunStanding {
  readonly tasks: readonly TaskRow[];
  readonly attempts: readonly LeaseRow[];
  readonly nowMs: number;
}

/** Why a step of a run cannot be tried again, and what else can be done; null when it can. */
export function whyNotRetryable(run: RunRow, plan: Plan, step: string, record: RunStanding): string | null {
  if (run.state !== 'FAILED') return `the run is ${run.state}, expected FAILED`;
  if (record.nowMs >= run.deadline.getTime()) return 'the deadline of the run is over: start another run';
  const planned = plan.tasks.find(({ id }) => id === step);
  const task = record.tasks.find(({ taskId }) => taskId === step);
  if (planned === undefined || task === undefined) return 'the plan has no such step';
  if (task.state !== 'FAILED') return `the step is ${task.state}, expected FAILED`;
  if (task.attempt >= ATTEMPTS_MAX)
    return `its inputs are sealed for ${ATTEMPTS_MAX} attempts: start another run`;
  const undone = plan.tasks.find(
    ({ id, compensates }) =>
      compensates !== null &&
      record.tasks.some(({ taskId, state }) => taskId === id && state === 'SUCCEEDED'),
  );
  if (undone !== undefined) return `${undone.id} gave back what the run held: start another run`;
  const last = record.attempts.filter(({ taskId }) => taskId === step).at(-1);
  const name = last?.errorClass ?? 'internal';
  if (!isErrorClass(name) || !(ERROR_CLASSES[name].retried || byHand.includes(name))) {
    return `it failed as ${name}, which is final: start another run`;
  }
  return null;
}

function isErrorClass(name: string): name is ErrorClassName {
  return Object.hasOwn(ERROR_CLASSES, name);
}
