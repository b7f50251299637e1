import { type Plan, type PlanTask, type RunStatus, runStatus } from '#workflow';
import type { Transaction } from '../database/database.js';
import type { Counter } from '../quotas/usage-book.js';
import { RunDraft } from '../runs/run-draft.js';
import { type RunRow, type TaskChange, terminalStates } from '../runs/run-store.js';
import type { OutLease, RunView } from '../runs/run-view.js';
import { CourseV3 } from './course-v3.js';
import type { Mailbox } from './mailbox.js';
import { RESULT_GRACE_MS, type Tried, taskOf } from './run-parts.js';

/** Time is looked at this often at least: a clock that was set is noticed. */
const WAIT_MS_MAX = 30_000;
const openStates: readonly string[] = ['queued', 'sent'];

/** What became of an attempt, or of a task that ends without one: what its row and others get. */
export interface Settlement {
  readonly change: TaskChange;
  readonly usage: Readonly<Partial<Record<Counter, number>>>;
  /** A change of the ledger that happens with it or not at all. */
  readonly ledger: ((transaction: Transaction) => Promise<void>) | null;
}

/** What interpreter v3 does besides deciding. */
export interface PartsV3 {
  nowMs(): number;
  read(runId: string): Promise<RunView>;
  planOf(run: RunRow): Promise<Plan>;
  /** @param lease as its row was when its result came, or by name alone */
  settle(view: RunView, task: PlanTask, lease: OutLease, cancelled: boolean): Promise<Settlement>;
  /** Of a task that ends without a result. */
  end(run: RunRow, task: PlanTask, reason: string): Settlement;
  /** Opens the next attempt. */
  open(draft: RunDraft, task: PlanTask): void;
  /** Null when the run moved on meanwhile: whoever drafted reads again, and decides again. */
  write(draft: RunDraft): Promise<RunView | null>;
  close(view: RunView, status: RunStatus): Promise<void>;
  park(runId: string, reason: string): Promise<void>;
  tried<T>(runId: string, name: string, work: () => Promise<T>): Promise<Tried<T>>;
  /** There is nothing to do for the run: whatever it did until now did not bring the process down. */
  waits(runId: string): Promise<void>;
}

/**
 * Interpreter v3: goes on from the rows of the run, and keeps nothing besides.
 *
 * It reads the rows, decides, writes what follows in one statement that fails when the rows are others by then, and
 * waits. A crash anywhere leaves rows from which the next execution decides the same. Two executions at a time, after
 * a replica was wrongly called dead, write in turn: the later one finds that the run moved on.
 *
 * Frozen like its forerunners: changed behaviour is a new version beside this one.
 */
export class RunV3 {
  constructor(private readonly parts: PartsV3) {}

  /** @param known rows that were read or written just now, or null */
  async interpret(runId: string, mailbox: Mailbox, known: RunView | null): Promise<void> {
    try {
      const view = known ?? (await this.#step(runId, 'read', () => this.parts.read(runId)));
      const plan = await this.#step(runId, 'read', () => this.parts.planOf(view.run));
      await new Execution(this.parts, plan, mailbox, view).follow();
    } catch (error) {
      const reason = error instanceof StepBroken ? error.message : 'INTERPRETER_FAILED';
      await this.parts.park(runId, reason);
    }
  }

  #step<T>(runId: string, name: string, work: () => Promise<T>): Promise<T> {
    return needed(this.parts, runId, name, work);
  }
}

class Execution {
  readonly #runId: string;
  /** Rows of leases whose result came and is not settled. */
  readonly #answers = new Map<string, OutLease>();
  /** A cancellation is not taken back, whatever becomes of the clock. */
  #cancelled = false;

  constructor(
    private readonly parts: PartsV3,
    private readonly plan: Plan,
    private readonly mailbox: Mailbox,
    private view: RunView,
  ) {
    this.#runId = view.run.runId;
  }

  async follow(): Promise<void> {
    const { parts } = this;
    while (!isSetAside(this.view.run)) {
      const nowMs = parts.nowMs();
      this.#cancelled ||= this.view.run.cancelRequested || nowMs >= this.view.run.deadline.getTime();
      const draft = new RunDraft(this.view, new Date(nowMs));
      if (await this.#settle(draft, nowMs)) continue;
      this.#advance(draft, nowMs);
      if (!draft.isEmpty) {
        await this.#write(draft);
        continue;
      }
      const course = new CourseV3(this.plan, this.view, this.#cancelled);
      if (course.isOver()) {
        const status = runStatus(this.plan, course.states, { cancelled: this.#cancelled });
        await needed(parts, this.#runId, 'close', () => parts.close(this.view, status));
        return;
      }
      await parts.waits(this.#runId);
      await this.#wait(course.dueMs() - nowMs);
    }
  }

  /**
   * Puts into the draft what became of attempts.
   *
   * @returns whether something was written apart, because a ledger moved with it: the draft is then old
   */
  async #settle(draft: RunDraft, nowMs: number): Promise<boolean> {
    for (const out of this.view.out.values()) {
      const lease = this.#answers.get(out.lease) ?? out;
      if (openStates.includes(lease.state) && nowMs < out.deadline.getTime() + RESULT_GRACE_MS) continue;
      const task = taskOf(this.plan, out.taskId);
      const settled = await this.parts.tried(this.#runId, 'settle', () =>
        this.parts.settle(this.view, task, lease, this.#cancelled),
      );
      const settlement = settled.ok ? settled.value : this.parts.end(this.view.run, task, 'INTERNAL');
      if (settlement.ledger === null) {
        apply(draft, task, settlement);
        continue;
      }
      await this.#settleApart(task, settlement);
      return true;
    }
    return false;
  }

  /** What a ledger refuses fails one task, and not what happened besides. */
  async #settleApart(task: PlanTask, settlement: Settlement): Promise<void> {
    const apart = (what: Settlement): RunDraft => {
      const draft = new RunDraft(this.view, new Date(this.parts.nowMs()));
      apply(draft, task, what);
      return draft;
    };
    const written = await this.parts.tried(this.#runId, 'settle', () => this.parts.write(apart(settlement)));
    if (written.ok) await this.#know(written.value);
    else await this.#write(apart(this.parts.end(this.view.run, task, 'INTERNAL')));
  }

  /** Everything that follows from the rows and the time. */
  #advance(draft: RunDraft, nowMs: number): void {
    for (const task of this.#course(draft).stopped()) {
      apply(draft, task, this.parts.end(this.view.run, task, this.#cancelled ? 'CANCELLED' : 'RUN_GIVEN_UP'));
    }
    for (const id of this.#course(draft).skipped()) draft.changeTask(id, { state: 'SKIPPED' });
    for (const task of this.#course(draft).startable(nowMs)) this.parts.open(draft, task);
    const state = this.#course(draft).toShow();
    if (state !== null && !this.#course(draft).isOver()) draft.changeRun({ state });
  }

  #course(draft: RunDraft): CourseV3 {
    return new CourseV3(this.plan, draft.view, this.#cancelled);
  }

  async #write(draft: RunDraft): Promise<void> {
    const { parts } = this;
    await this.#know(await needed(parts, this.#runId, 'write', () => parts.write(draft)));
  }

  /** @param view null: read again */
  async #know(view: RunView | null): Promise<void> {
    const { parts } = this;
    this.view = view ?? (await needed(parts, this.#runId, 'read', () => parts.read(this.#runId)));
    for (const lease of this.#answers.keys()) {
      if (![...this.view.out.values()].some((out) => out.lease === lease)) this.#answers.delete(lease);
    }
  }

  async #wait(leftMs: number): Promise<void> {
    const mail = await this.mailbox.take(Math.max(0, Math.min(leftMs, WAIT_MS_MAX)));
    let look = false;
    for (const each of mail) {
      if ('look' in each) look = true;
      else this.#answers.set(each.lease.lease, each.lease);
    }
    if (look) await this.#know(null);
  }
}

function apply(draft: RunDraft, task: PlanTask, { change, usage, ledger }: Settlement): void {
  draft.changeTask(task.id, change);
  draft.count(usage);
  if (ledger !== null) draft.alongside(ledger);
}

/** Whether nobody executes the run any more. */
function isSetAside({ state }: RunRow): boolean {
  return state === 'PARKED' || terminalStates.includes(state);
}

async function needed<T>(
  parts: Pick<PartsV3, 'tried'>,
  runId: string,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const tried = await parts.tried(runId, name, work);
  if (!tried.ok) throw new StepBroken(name);
  return tried.value;
}

/** A step that failed on each of its tries, and without which the run cannot end. */
class StepBroken extends Error {
  constructor(step: string) {
    super(`STEP_FAILED: ${step}`);
  }
}
