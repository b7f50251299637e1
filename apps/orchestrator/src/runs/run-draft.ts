import type { JsonObject } from '#canonical';
import type { Transaction } from '../database/database.js';
import type { Counter } from '../quotas/usage-book.js';
import { eventDigest, runEventBody, taskEventBody } from './run-events.js';
import {
  type RunChange,
  type RunHead,
  type RunRow,
  type TaskChange,
  type TaskRow,
  underPause,
} from './run-store.js';
import { type OutLease, outStates, type RunView } from './run-view.js';

/** A lease that a draft opens: as its row will be, but for what the database gives it. */
export interface NewLease {
  readonly lease: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly operation: string;
  /** `sent` where a person answers. */
  readonly state: 'queued' | 'sent';
  readonly deadline: Date;
  readonly priority: number;
}

export interface NewEvent {
  readonly sequence: number;
  readonly taskId: string | null;
  readonly body: JsonObject;
  readonly prevDigest: string;
  readonly digest: string;
}

/** Changes of a run, each with its event, that are written as one or not at all. */
export class RunDraft {
  readonly #tasks: Map<string, TaskRow>;
  readonly #out: Map<string, OutLease>;
  readonly #changed = new Set<string>();
  readonly #events: NewEvent[] = [];
  readonly #leases: NewLease[] = [];
  readonly #usage: Partial<Record<Counter, number>> = {};
  readonly #alongside: ((transaction: Transaction) => Promise<void>)[] = [];
  #run: RunRow;
  #head: RunHead;

  constructor(
    readonly base: RunView,
    readonly time: Date,
  ) {
    this.#run = base.run;
    this.#tasks = new Map(base.tasks);
    this.#out = new Map(base.out);
    this.#head = base.head;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  get changedTasks(): TaskRow[] {
    return [...this.#changed].map((id) => this.#task(id));
  }

  get events(): readonly NewEvent[] {
    return this.#events;
  }

  get leases(): readonly NewLease[] {
    return this.#leases;
  }

  get usage(): Readonly<Partial<Record<Counter, number>>> {
    return this.#usage;
  }

  /** Changes of other rows, part of the same transaction. */
  get others(): readonly ((transaction: Transaction) => Promise<void>)[] {
    return this.#alongside;
  }

  /** What is known once it is written. */
  get view(): RunView {
    return { run: this.#run, tasks: this.#tasks, out: this.#out, head: this.#head };
  }

  changeRun(change: RunChange): void {
    const shown = underPause(this.#run, change);
    this.#run = { ...this.#run, ...shown };
    this.#append(null, runEventBody(this.#run.state, shown.reason ?? null));
  }

  changeTask(taskId: string, change: TaskChange): void {
    const row = { ...this.#task(taskId), ...change };
    this.#tasks.set(taskId, row);
    this.#changed.add(taskId);
    if (!outStates.includes(row.state)) this.#out.delete(taskId);
    this.#append(taskId, taskEventBody(row));
  }

  /** Opens the next attempt of a task. */
  open(lease: NewLease): void {
    this.#leases.push(lease);
    this.changeTask(lease.taskId, {
      state: lease.state === 'sent' ? 'AWAITING_APPROVAL' : 'DISPATCHED',
      attempt: lease.attempt,
      startedAt: this.time,
      reason: null,
      retryAt: null,
      awaitsInput: false,
    });
    this.#out.set(lease.taskId, lease);
  }

  count(amounts: Readonly<Partial<Record<Counter, number>>>): void {
    for (const [counter, amount] of Object.entries(amounts) as [Counter, number][]) {
      this.#usage[counter] = (this.#usage[counter] ?? 0) + amount;
    }
  }

  alongside(change: (transaction: Transaction) => Promise<void>): void {
    this.#alongside.push(change);
  }

  #task(taskId: string): TaskRow {
    const row = this.#tasks.get(taskId);
    if (row === undefined) throw new RangeError(`run ${this.#run.runId} has no step ${taskId}`);
    return row;
  }

  #append(taskId: string | null, body: JsonObject): void {
    const { sequence, digest: prevDigest } = { sequence: this.#head.sequence + 1, digest: this.#head.digest };
    const event = { runId: this.#run.runId, sequence, taskId, body, prevDigest, time: this.time };
    const digest = eventDigest(event);
    this.#events.push({ sequence, taskId, body, prevDigest, digest });
    this.#head = { sequence, digest };
  }
}
