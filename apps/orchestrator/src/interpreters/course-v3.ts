import type { JsonObject } from '#canonical';
import { isCarriedThrough, isGivenUp, nextTasks, type Plan, type PlanTask, type TaskState } from '#workflow';
import type { TaskRow } from '../runs/run-store.js';
import { outStates, type RunView } from '../runs/run-view.js';
import { RESULT_GRACE_MS, type ShownState } from './run-parts.js';

/** Reasons with which a task is ended because its run was. */
const stoppedReasons: readonly string[] = ['CANCELLED', 'RUN_GIVEN_UP'];

/**
 * Where a run stands in interpreter v3: computed from its rows each time, and from nothing else. Whoever has the rows
 * comes to the same answer, after a crash as before it.
 *
 * Frozen with v3.
 */
export class CourseV3 {
  readonly states: Readonly<Record<string, TaskState>>;
  readonly #waiting: readonly { readonly task: PlanTask; readonly row: TaskRow }[];

  /** @param cancelled the client or the deadline ended the run */
  constructor(
    private readonly plan: Plan,
    private readonly view: RunView,
    readonly cancelled: boolean,
  ) {
    const states: Record<string, TaskState> = {};
    const waiting: { readonly task: PlanTask; readonly row: TaskRow }[] = [];
    for (const task of plan.tasks) {
      const row = view.tasks.get(task.id);
      if (row === undefined) continue;
      if (isWaiting(row)) waiting.push({ task, row });
      const state = stateOf(row);
      if (state !== null) states[task.id] = state;
    }
    this.states = states;
    this.#waiting = waiting;
  }

  /** Tasks that will never run, from now on. */
  skipped(): readonly string[] {
    return this.#next().skipped;
  }

  /** Tasks that wait for something that the run no longer waits for. */
  stopped(): readonly PlanTask[] {
    if (!this.cancelled && !isGivenUp(this.plan, this.states)) return [];
    return this.#waiting
      .filter(({ task, row }) => row.awaitsInput || !isCarriedThrough(task))
      .map(({ task }) => task);
  }

  /** Tasks whose next attempt starts now. */
  startable(nowMs: number): readonly PlanTask[] {
    return this.#ready(nowMs).filter((task) => !this.#isHeld(task));
  }

  /** Until when to wait for news. */
  dueMs(): number {
    return Math.min(
      ...[...this.view.out.values()].map(({ deadline }) => deadline.getTime() + RESULT_GRACE_MS),
      ...this.#waiting
        .filter(({ task }) => !this.#isHeld(task))
        .map(({ row }) => row.retryAt?.getTime() ?? Number.POSITIVE_INFINITY),
      this.cancelled ? Number.POSITIVE_INFINITY : this.view.run.deadline.getTime(),
    );
  }

  /** The state to show, when it is another than the one that is shown or covered by a pause. */
  toShow(): ShownState | null {
    const state = this.#stateNow();
    const { run } = this.view;
    return state === (run.pausedFrom ?? run.state) ? null : state;
  }

  /** Whether nothing is out, nothing waits and nothing is left to start. */
  isOver(): boolean {
    const { ready, skipped } = this.#next();
    return (
      this.view.out.size === 0 && this.#waiting.length === 0 && ready.length === 0 && skipped.length === 0
    );
  }

  #stateNow(): ShownState {
    if (this.#waiting.some(({ row }) => row.awaitsInput)) return 'AWAITING_INPUT';
    const rows = [...this.view.tasks.values()];
    return rows.some(({ state }) => state === 'AWAITING_APPROVAL') ? 'AWAITING_APPROVAL' : 'RUNNING';
  }

  #ready(nowMs: number): readonly PlanTask[] {
    const { ready } = this.#next();
    const fresh = this.plan.tasks.filter(({ id }) => ready.includes(id));
    const due = this.#waiting.filter(({ row }) => row.retryAt !== null && row.retryAt.getTime() <= nowMs);
    return [...fresh, ...due.map(({ task }) => task)];
  }

  /** A pause holds no signed change: it would hold its ledger for everybody. */
  #isHeld(task: PlanTask): boolean {
    return this.view.run.pausedFrom !== null && !this.cancelled && task.completes === null;
  }

  #next() {
    return nextTasks(this.plan, this.states, { cancelled: this.cancelled });
  }
}

function isWaiting({ state, retryAt, awaitsInput }: TaskRow): boolean {
  return state === 'WAITING' && (awaitsInput || retryAt !== null);
}

function stateOf(row: TaskRow): TaskState | null {
  if (isWaiting(row) || outStates.includes(row.state)) return { status: 'running' };
  if (row.state === 'SUCCEEDED') return { status: 'succeeded', public: (row.public ?? {}) as JsonObject };
  if (row.state === 'SKIPPED') return { status: 'skipped' };
  if (row.state !== 'FAILED') return null;
  return { status: stoppedReasons.includes(row.reason ?? '') ? 'cancelled' : 'failed' };
}
