import { describe, expect, it } from 'vitest';
import type { Plan, PlanTask } from '#workflow';
import { run as someRun } from '../engine/statement.fixture.js';
import type { RunDraft } from '../runs/run-draft.js';
import { GENESIS } from '../runs/run-events.js';
import type { RunRow, TaskChange, TaskRow } from '../runs/run-store.js';
import type { RunView } from '../runs/run-view.js';
import type { LeaseRow } from '../sessions/lease-book.js';
import { Mailboxes } from './mailbox.js';
import { recordedRun } from './replayed-journal.fixture.js';
import { type PartsV3, RunV3, type Settlement } from './run-v3.js';

const START_MS = 1_000;
const DEADLINE_MS = 1_000_000;
const TIMEOUT_MS = 5_000;
const { plan: recorded } = recordedRun('v2');
const [any] = recorded.tasks;

/** A chain: each task runs after the one before it. */
function chain(...ids: readonly string[]): Plan {
  const tasks = ids.map((id, index): PlanTask => {
    if (any === undefined) throw new RangeError('the recorded plan has no task');
    const before = ids[index - 1];
    const plain = {
      when: [],
      inputs: [],
      outputs: [],
      completes: null,
      compensates: null,
      ledgerState: false,
    };
    return { ...any, ...plain, id, step: id, after: before === undefined ? [] : [before], attemptsMax: 3 };
  });
  return { ...recorded, tasks, rejected: [] };
}

type Answer = (view: RunView, task: PlanTask, lease: string) => Settlement;

const succeeded: Answer = () => ({ change: { state: 'SUCCEEDED', public: {} }, usage: {}, ledger: null });
const failed: Answer = () => ({
  change: { state: 'FAILED', reason: 'INPUT_INVALID' },
  usage: {},
  ledger: null,
});
const again =
  (change: TaskChange): Answer =>
  () => ({ change: { state: 'WAITING', reason: 'WORKER_LOST', ...change }, usage: {}, ledger: null });

/** One run in memory, with a clock of its own: time passes while the interpreter waits, and at no other time. */
class Run implements PartsV3 {
  readonly did: string[] = [];
  readonly boxes = new Mailboxes();
  answers: Answer[] = [];
  /** Called before each write, as somebody else who is quicker. */
  meanwhile: (() => void) | null = null;
  broken = new Set<string>();
  closed: string | null = null;
  parked: string | null = null;
  #nowMs = START_MS;
  view: RunView;

  constructor(
    readonly plan: Plan,
    run: Partial<RunRow> = {},
  ) {
    const rows = plan.tasks.map(({ id, operation }) => taskRow(id, operation));
    this.view = {
      run: { ...someRun, state: 'PENDING', deadline: new Date(DEADLINE_MS), pausedFrom: null, ...run },
      tasks: new Map(rows.map((row) => [row.taskId, row])),
      out: new Map(),
      head: { sequence: 0, digest: GENESIS },
    };
  }

  get states(): Record<string, string> {
    return Object.fromEntries([...this.view.tasks].map(([id, { state }]) => [id, state]));
  }

  /** What another replica, a worker or a person did to the rows. */
  change(run: Partial<RunRow>, tasks: Readonly<Record<string, Partial<TaskRow>>> = {}): void {
    const rows = new Map(this.view.tasks);
    for (const [id, change] of Object.entries(tasks)) rows.set(id, { ...this.task(id), ...change });
    const head = { ...this.view.head, sequence: this.view.head.sequence + 1 };
    this.view = { ...this.view, run: { ...this.view.run, ...run }, tasks: rows, head };
  }

  task(id: string): TaskRow {
    const row = this.view.tasks.get(id);
    if (row === undefined) throw new RangeError(`no task ${id}`);
    return row;
  }

  /** Takes the run from its rows as far as it goes; every lease is answered by the next of `answers`. */
  async follow(known: RunView | null = null): Promise<void> {
    const { runId } = this.view.run;
    using box = this.boxes.open(runId);
    const take = box.take.bind(box);
    box.take = async (timeoutMs) => {
      this.did.push(`wait ${timeoutMs}`);
      const next = this.#answer() || this.inputComes();
      if (!next) this.#nowMs += timeoutMs;
      return next ? take(0) : [];
    };
    await new RunV3(this).interpret(runId, box, known);
  }

  /** The client seals again, once, what the run waits for. */
  inputComes(): boolean {
    const awaited = [...this.view.tasks.values()].find(({ awaitsInput }) => awaitsInput);
    if (awaited === undefined) return false;
    this.change({}, { [awaited.taskId]: { awaitsInput: false, retryAt: new Date(this.#nowMs) } });
    this.answers.push(succeeded);
    return this.boxes.post(this.view.run.runId, { look: true });
  }

  #answer(): boolean {
    const [out] = this.view.out.values();
    if (out === undefined || this.answers.length === 0) return false;
    return this.boxes.post(this.view.run.runId, { lease: { ...out, state: 'completed' } as LeaseRow });
  }

  nowMs(): number {
    return this.#nowMs;
  }

  async read(): Promise<RunView> {
    this.did.push('read');
    return this.view;
  }

  async planOf(): Promise<Plan> {
    return this.plan;
  }

  async settle(view: RunView, task: PlanTask, { lease }: { lease: string }): Promise<Settlement> {
    this.did.push(`settle ${lease}`);
    const answer = this.answers.shift() ?? failed;
    return answer(view, task, lease);
  }

  end(_run: RunRow, _task: PlanTask, reason: string): Settlement {
    return {
      change: { state: 'FAILED', reason, retryAt: null, awaitsInput: false },
      usage: {},
      ledger: null,
    };
  }

  open(draft: RunDraft, { id, operation, kind }: PlanTask): void {
    const attempt = (draft.view.tasks.get(id)?.attempt ?? 0) + 1;
    const deadline = new Date(Math.min(draft.time.getTime() + TIMEOUT_MS, DEADLINE_MS));
    const state = kind === 'human' ? 'sent' : 'queued';
    draft.open({ lease: `${id}.${attempt}`, taskId: id, attempt, operation, state, deadline, priority: 0 });
  }

  async write(draft: RunDraft): Promise<RunView | null> {
    this.meanwhile?.();
    this.meanwhile = null;
    if (draft.base.head.sequence !== this.view.head.sequence) {
      this.did.push('moved');
      return null;
    }
    for (const { taskId, body } of draft.events) this.did.push(`${taskId ?? 'run'} ${String(body['state'])}`);
    for (const change of draft.others) await change(undefined as never);
    this.view = draft.view;
    return this.view;
  }

  async close(_view: RunView, status: string): Promise<void> {
    this.closed = status;
  }

  async park(_runId: string, reason: string): Promise<void> {
    this.parked = reason;
  }

  async waits(): Promise<void> {}

  async tried<T>(_runId: string, name: string, work: () => Promise<T>) {
    if (this.broken.has(name)) return { ok: false } as const;
    try {
      return { ok: true, value: await work() } as const;
    } catch {
      return { ok: false } as const;
    }
  }
}

function taskRow(taskId: string, operation: string): TaskRow {
  return {
    ...{ runId: someRun.runId, taskId, operation, state: 'WAITING', attempt: 0, worker: null, reason: null },
    ...{ public: null, statement: null, outputs: null, blobs: null, memoryMib: null },
    ...{ startedAt: null, endedAt: null, failures: 0, retryAt: null, awaitsInput: false },
  };
}

describe('interpreter v3', () => {
  it('writes a result and what follows from it as one', async () => {
    const run = new Run(chain('a', 'b'));
    run.answers = [succeeded, succeeded];
    await run.follow(run.view);
    expect(run.did).toEqual([
      'a DISPATCHED',
      'run RUNNING',
      `wait ${TIMEOUT_MS + 250}`,
      'settle a.1',
      'a SUCCEEDED',
      'b DISPATCHED',
      `wait ${TIMEOUT_MS + 250}`,
      'settle b.1',
      'b SUCCEEDED',
    ]);
    expect(run.closed).toBe('completed');
  });

  it.each([
    ['before anything', 0],
    ['while a task is out', 1],
    ['after a result', 2],
    ['at the end', 3],
  ])('goes on from the rows after a crash %s', async (_when, writes) => {
    const run = new Run(chain('a', 'b'));
    run.answers = [succeeded, succeeded];
    let left = writes;
    const write = run.write.bind(run);
    const crash = new Error('the process ended');
    run.write = async (draft) => {
      if (left === 0) throw crash;
      left -= 1;
      return write(draft);
    };
    run.tried = async (_id, _name, work) => ({ ok: true, value: await work() });
    run.park = () => Promise.reject(crash);
    await run.follow().catch((error: unknown) => expect(error).toBe(crash));
    run.write = write;
    if (writes < 3) run.answers = [succeeded, succeeded];
    await run.follow();
    expect(run.states).toEqual({ a: 'SUCCEEDED', b: 'SUCCEEDED' });
    expect([run.task('a').attempt, run.task('b').attempt]).toEqual([1, 1]);
    expect(run.closed).toBe('completed');
  });

  it('finds a result that came while nobody executed the run', async () => {
    const run = new Run(chain('a'));
    run.change({ state: 'RUNNING' }, { a: { state: 'DISPATCHED', attempt: 1 } });
    const lease = { lease: 'a.1', taskId: 'a', state: 'completed', deadline: new Date(DEADLINE_MS) };
    run.view = { ...run.view, out: new Map([['a', lease]]) };
    run.answers = [succeeded];
    await run.follow();
    expect(run.did).toEqual(['read', 'settle a.1', 'a SUCCEEDED']);
  });

  it('decides again when somebody else was quicker', async () => {
    const run = new Run(chain('a'));
    run.meanwhile = () => run.change({ cancelRequested: true });
    await run.follow(run.view);
    expect(run.did).toEqual(['moved', 'read', 'a SKIPPED']);
    expect(run.closed).toBe('cancelled');
  });

  it('tries again when the pause is over, and not before', async () => {
    const run = new Run(chain('a'));
    run.answers = [again({ failures: 1, retryAt: new Date(START_MS + 700) }), succeeded];
    const answers = run.answers;
    const held = () => answers.length === 1 && run.task('a').state === 'WAITING';
    const follow = run.follow(run.view);
    await follow;
    expect(held()).toBe(false);
    expect(run.did.slice(2, 6)).toEqual([`wait ${TIMEOUT_MS + 250}`, 'settle a.1', 'a WAITING', 'wait 700']);
    expect(run.task('a')).toMatchObject({ state: 'SUCCEEDED', attempt: 2, retryAt: null });
  });

  it('settles a lease that nobody answered when its time is over', async () => {
    const run = new Run(chain('a'));
    await run.follow(run.view);
    expect(run.did.slice(2)).toEqual([`wait ${TIMEOUT_MS + 250}`, 'settle a.1', 'a FAILED']);
    expect(run.closed).toBe('failed');
  });

  it('starts nothing while it is paused, and ends at its deadline', async () => {
    const run = new Run(chain('a'), { state: 'PAUSED', pausedFrom: 'RUNNING' });
    await run.follow(run.view);
    expect(run.did.every((what) => what.startsWith('wait') || what === 'a SKIPPED')).toBe(true);
    expect(run.closed).toBe('cancelled');
  });

  it('shows that it waits for an input, and tries again once it came', async () => {
    const run = new Run(chain('a'));
    run.answers = [again({ reason: 'RECIPIENTS_GONE', awaitsInput: true })];
    await run.follow(run.view);
    expect(run.did).toContain('run AWAITING_INPUT');
    expect(run.task('a')).toMatchObject({ state: 'SUCCEEDED', attempt: 2 });
  });

  it('gives up what waits when the run is cancelled', async () => {
    const run = new Run(chain('a', 'b'));
    run.answers = [
      () => {
        run.change({ cancelRequested: true });
        return { change: { state: 'WAITING', reason: 'WORKER_LOST', failures: 1 }, usage: {}, ledger: null };
      },
      () => ({ change: { state: 'FAILED', reason: 'CANCELLED' }, usage: {}, ledger: null }),
    ];
    await run.follow(run.view);
    expect(run.states).toEqual({ a: 'FAILED', b: 'SKIPPED' });
    expect(run.closed).toBe('cancelled');
  });

  it('writes a change of a ledger apart, and fails that task alone when the ledger refuses it', async () => {
    const run = new Run(chain('a', 'b'));
    run.answers = [
      () => ({
        change: { state: 'SUCCEEDED', public: {} },
        usage: {},
        ledger: () => Promise.reject(new Error('NULLIFIER_SPENT')),
      }),
    ];
    await run.follow(run.view);
    expect(run.states).toEqual({ a: 'FAILED', b: 'SKIPPED' });
    expect(run.task('a').reason).toBe('INTERNAL');
    expect([run.closed, run.parked]).toEqual(['failed', null]);
  });

  it('fails a task whose result cannot be looked at, and goes on', async () => {
    const run = new Run(chain('a'));
    run.answers = [succeeded];
    run.broken.add('settle');
    await run.follow(run.view);
    expect(run.task('a')).toMatchObject({ state: 'FAILED', reason: 'INTERNAL' });
    expect(run.closed).toBe('failed');
  });

  it.each(['write', 'close'])('is parked by name when it cannot %s', async (step) => {
    const run = new Run(chain('a'));
    run.answers = [succeeded];
    run.broken.add(step);
    await run.follow(run.view);
    expect(run.parked).toBe(`STEP_FAILED: ${step}`);
  });

  it.each(['PARKED', 'SUCCEEDED', 'FAILED'])('leaves a run alone that is %s', async (state) => {
    const run = new Run(chain('a'), { state });
    await run.follow(run.view);
    expect(run.did).toEqual([]);
    expect([run.closed, run.parked]).toEqual([null, null]);
  });
});
