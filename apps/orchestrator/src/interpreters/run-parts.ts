import type { Plan, PlanTask, RunStatus, TaskState } from '#workflow';
import type { Collected, TaskResult } from '../engine/result-collector.js';
import type { OpenedLease } from '../engine/task-dispatcher.js';

/** After a lease's deadline the collector decides; the extra wait only lets a result in flight arrive. */
export const RESULT_GRACE_MS = 250;

/** What somebody asked of a run, as an interpreter last saw it. */
export interface Look {
  /** The client or the deadline ended the run. */
  readonly cancelled: boolean;
  /** Nothing new starts, except what finishes a signed change. */
  readonly paused: boolean;
}

/** Where a run stands when an interpreter takes it up: at its beginning, or where an earlier one left it. */
export interface Begun {
  readonly states: Readonly<Record<string, TaskState>>;
  /** Number of the last attempt of each task that had one. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly deadlineMs: number;
  readonly look: Look;
}

/** What became of one attempt. */
export type Settled =
  | { readonly next: 'over'; readonly result: TaskResult; readonly look: Look }
  /** Another attempt, not before `atMs`; 0 is at once. */
  | { readonly next: 'retry'; readonly atMs: number; readonly look: Look }
  /** The client has to seal an input again. */
  | { readonly next: 'input'; readonly look: Look };

/** States of a run that an interpreter shows on the way. */
export type ShownState = 'RUNNING' | 'AWAITING_APPROVAL' | 'AWAITING_INPUT';

/** What interpreters do inside their steps. All of it may be repeated, and none of it is replayed. */
export interface RunParts {
  /** Never changes. */
  planOf(runId: string): Promise<Plan>;
  /** @param waiter the durable workflow that waits for the lease; null for v1, whose tasks have one each */
  open(runId: string, task: PlanTask, attempt: number, waiter?: string | null): Promise<OpenedLease>;
  skip(runId: string, taskIds: readonly string[]): Promise<void>;
  finish(runId: string, task: PlanTask, result: TaskResult): Promise<void>;
  close(runId: string, status: RunStatus): Promise<void>;

  /** Of v1 alone. */
  begin(runId: string): Promise<void>;
  shouldStop(runId: string): Promise<boolean>;
  collect(runId: string, task: PlanTask, lease: string): Promise<Collected>;

  takeUp(runId: string, plan: Plan): Promise<Begun>;
  look(runId: string): Promise<Look>;
  /** @param failures attempts of the task that failed before this one */
  settle(runId: string, task: PlanTask, lease: string, failures: number): Promise<Settled>;
  show(runId: string, state: ShownState): Promise<void>;
  park(runId: string, reason: string): Promise<void>;
  /** Repeats `work` a few times; what fails for good is a value, so that a replay sees the same. */
  tried<T>(runId: string, name: string, work: () => Promise<T>): Promise<Tried<T>>;
}

export type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

export function taskWorkflowId(runId: string, taskId: string): string {
  return `${runId}.${taskId}`;
}

export function taskOf(plan: Plan, taskId: string): PlanTask {
  const task = plan.tasks.find(({ id }) => id === taskId);
  if (task === undefined) throw new Error(`the plan has no task ${taskId}`);
  return task;
}
