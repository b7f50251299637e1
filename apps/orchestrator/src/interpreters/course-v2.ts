import { isCarriedThrough, isGivenUp, nextTasks, type Plan, type PlanTask, type TaskState } from '#workflow';
import type { TaskResult } from '../engine/result-collector.js';
import {
  type Begun,
  type Look,
  RESULT_GRACE_MS,
  type Settled,
  type ShownState,
  taskOf,
} from './run-parts.js';

interface Dispatched {
  readonly lease: string;
  readonly dueMs: number;
}

interface Waiting {
  readonly for: 'time' | 'input';
  /** Of a pause before another attempt. */
  readonly dueMs: number;
}

/**
 * Where a run stands in interpreter v2: what is out, what waits and for what. It computes from recorded answers alone
 * and asks no clock: what time it is follows from the deadline that was waited for.
 *
 * Frozen with v2.
 */
export class CourseV2 {
  readonly #states: Record<string, TaskState>;
  readonly #attempts = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #dispatched = new Map<string, Dispatched>();
  readonly #waiting = new Map<string, Waiting>();
  /** Ready, and held back while the run is paused. */
  #held = false;
  #look: Look;
  #shown: ShownState = 'RUNNING';

  constructor(
    private readonly plan: Plan,
    private readonly begun: Begun,
  ) {
    this.#states = { ...begun.states };
    for (const [task, attempt] of Object.entries(begun.attempts)) this.#attempts.set(task, attempt);
    this.#look = begun.look;
  }

  get look(): Look {
    return this.#look;
  }

  get states(): Readonly<Record<string, TaskState>> {
    return this.#states;
  }

  saw(look: Look): void {
    // A cancellation is not taken back.
    this.#look = { ...look, cancelled: look.cancelled || this.#look.cancelled };
  }

  /** Tasks that will never run, from now on. */
  skip(): readonly string[] {
    const { skipped } = this.#next();
    for (const id of skipped) this.#states[id] = { status: 'skipped' };
    return skipped;
  }

  /** Tasks that wait for something that the run no longer waits for. */
  stopped(): readonly PlanTask[] {
    if (!this.#isGivenUp()) return [];
    return [...this.#waiting]
      .map(([id, waiting]) => ({ task: taskOf(this.plan, id), waiting }))
      .filter(({ task, waiting }) => waiting.for === 'input' || !isCarriedThrough(task))
      .map(({ task }) => task);
  }

  /** Tasks whose next attempt starts now. */
  startable(): readonly PlanTask[] {
    const due = [...this.#waiting]
      .filter(([, waiting]) => waiting.for === 'time' && waiting.dueMs === 0)
      .map(([id]) => id);
    const tasks = [...this.#next().ready, ...due].map((id) => taskOf(this.plan, id));
    const free = tasks.filter((task) => !this.#isHeld(task));
    this.#held = free.length < tasks.length;
    return free;
  }

  /** Number of the attempt of a task that is about to start. */
  nextAttempt(task: PlanTask): number {
    return (this.#attempts.get(task.id) ?? 0) + 1;
  }

  opened(task: PlanTask, lease: { readonly lease: string; readonly deadlineMs: number }): void {
    this.#attempts.set(task.id, this.nextAttempt(task));
    this.#waiting.delete(task.id);
    this.#dispatched.set(task.id, { lease: lease.lease, dueMs: lease.deadlineMs + RESULT_GRACE_MS });
    this.#states[task.id] = { status: 'running' };
    if (task.kind === 'human') this.#shown = 'AWAITING_APPROVAL';
  }

  failuresOf(task: PlanTask): number {
    return this.#failures.get(task.id) ?? 0;
  }

  /** The task that a lease is out for; undefined for a message about an older one. */
  taskOfLease(lease: string): { readonly task: PlanTask; readonly lease: string } | undefined {
    for (const [id, dispatched] of this.#dispatched) {
      if (dispatched.lease === lease) return { task: taskOf(this.plan, id), lease };
    }
    return undefined;
  }

  settled(task: PlanTask, settled: Settled): void {
    this.#dispatched.delete(task.id);
    this.saw(settled.look);
    if (settled.next === 'over') {
      this.over(task, settled.result);
    } else if (settled.next === 'retry') {
      this.#failures.set(task.id, this.failuresOf(task) + 1);
      this.#waiting.set(task.id, { for: 'time', dueMs: settled.atMs });
    } else {
      this.#waiting.set(task.id, { for: 'input', dueMs: Number.POSITIVE_INFINITY });
    }
  }

  over(task: PlanTask, result: TaskResult): void {
    this.#dispatched.delete(task.id);
    this.#waiting.delete(task.id);
    this.#states[task.id] =
      result.status === 'succeeded'
        ? { status: 'succeeded', public: result.public }
        : { status: result.status };
    if (task.kind === 'human') this.#shown = 'RUNNING';
  }

  /** The client sealed inputs again: whoever waited for them tries. */
  inputsCame(): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.for === 'input') this.#waiting.set(id, { for: 'time', dueMs: 0 });
    }
  }

  /** Until when to wait for news. */
  nextDueMs(): number {
    return Math.min(
      ...[...this.#dispatched.values()].map(({ dueMs }) => dueMs),
      ...[...this.#waiting]
        .filter(([id]) => !this.#isHeld(taskOf(this.plan, id)))
        .map(([, { dueMs }]) => dueMs),
      this.#look.cancelled ? Number.POSITIVE_INFINITY : this.begun.deadlineMs,
    );
  }

  /** It is `nowMs` or later. Returns the leases that ran out. */
  timeIs(nowMs: number): readonly { readonly task: PlanTask; readonly lease: string }[] {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.for === 'time' && waiting.dueMs <= nowMs) this.#waiting.set(id, { for: 'time', dueMs: 0 });
    }
    if (nowMs >= this.begun.deadlineMs) this.saw({ ...this.#look, cancelled: true });
    return [...this.#dispatched]
      .filter(([, { dueMs }]) => dueMs <= nowMs)
      .map(([id, { lease }]) => ({ task: taskOf(this.plan, id), lease }));
  }

  /** The state to show, when it is another than the one that is shown. */
  toShow(): ShownState | null {
    const state = this.#stateNow();
    if (state === this.#shown) return null;
    this.#shown = state;
    return state;
  }

  /** Whether there is nothing to wait for. */
  isIdle(): boolean {
    return this.#dispatched.size === 0 && this.#waiting.size === 0 && !this.#held;
  }

  isOver(): boolean {
    const { ready, skipped } = this.#next();
    return this.isIdle() && ready.length === 0 && skipped.length === 0;
  }

  #stateNow(): ShownState {
    if ([...this.#waiting.values()].some((waiting) => waiting.for === 'input')) return 'AWAITING_INPUT';
    const asksPerson = [...this.#dispatched.keys()].some((id) => taskOf(this.plan, id).kind === 'human');
    return asksPerson ? 'AWAITING_APPROVAL' : 'RUNNING';
  }

  /** A pause holds no signed change: it would hold its ledger for everybody. */
  #isHeld(task: PlanTask): boolean {
    return this.#look.paused && !this.#look.cancelled && task.completes === null;
  }

  #isGivenUp(): boolean {
    return this.#look.cancelled || isGivenUp(this.plan, this.#states);
  }

  #next() {
    return nextTasks(this.plan, this.#states, { cancelled: this.#look.cancelled });
  }
}
