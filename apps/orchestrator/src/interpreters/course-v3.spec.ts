import { describe, expect, it } from 'vitest';
import type { Plan, PlanTask } from '#workflow';
import { run as someRun } from '../engine/statement.fixture.js';
import { GENESIS } from '../runs/run-events.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import type { OutLease } from '../runs/run-view.js';
import { CourseV3 } from './course-v3.js';
import { recordedRun } from './replayed-journal.fixture.js';
import { RESULT_GRACE_MS } from './run-parts.js';

const NOW_MS = 1_000;
const DEADLINE_MS = 1_000_000;
const { plan: recorded } = recordedRun('v2');
const [any] = recorded.tasks;

interface Drawn extends Partial<PlanTask> {
  readonly id: string;
}

function planOf(...drawn: readonly Drawn[]): Plan {
  const tasks = drawn.map((task): PlanTask => {
    if (any === undefined) throw new RangeError('the recorded plan has no task');
    const plain = {
      when: [],
      inputs: [],
      outputs: [],
      completes: null,
      compensates: null,
      ledgerState: false,
    };
    return { ...any, ...plain, step: task.id, after: [], ...task };
  });
  return { ...recorded, tasks, rejected: [] };
}

/** `a`, then `b`. */
const chain = planOf({ id: 'a' }, { id: 'b', after: ['a'] });
/** `sign` authorises a change of a ledger, which `apply` finishes. */
const ledger = planOf(
  { id: 'sign', ledgerState: true },
  { id: 'apply', after: ['sign'], completes: 'sign', ledgerState: true },
);

interface Drawing {
  readonly tasks?: Readonly<Record<string, Partial<TaskRow>>>;
  readonly run?: Partial<RunRow>;
  readonly out?: Readonly<Record<string, number>>;
  readonly cancelled?: boolean;
}

function course(plan: Plan, { tasks = {}, run = {}, out = {}, cancelled = false }: Drawing = {}): CourseV3 {
  const rows = plan.tasks.map(
    ({ id, operation }) =>
      ({
        taskId: id,
        operation,
        state: 'WAITING',
        reason: null,
        retryAt: null,
        awaitsInput: false,
        public: null,
        ...tasks[id],
      }) as unknown as TaskRow,
  );
  const leases = Object.entries(out).map(([taskId, deadlineMs]): [string, OutLease] => [
    taskId,
    { lease: `${taskId}.1`, taskId, state: 'sent', deadline: new Date(deadlineMs) },
  ]);
  return new CourseV3(
    plan,
    {
      run: { ...someRun, state: 'RUNNING', deadline: new Date(DEADLINE_MS), ...run },
      tasks: new Map(rows.map((row) => [row.taskId, row])),
      out: new Map(leases),
      head: { sequence: 0, digest: GENESIS },
    },
    cancelled,
  );
}

const ids = (tasks: readonly PlanTask[]) => tasks.map(({ id }) => id);
const at = (ms: number) => new Date(ms);
const done = { state: 'SUCCEEDED', public: {} } as const;

describe('what starts now', () => {
  it.each<[string, Plan, Drawing, string[]]>([
    ['nothing that waits for another', chain, {}, ['a']],
    ['nothing while it is out', chain, { tasks: { a: { state: 'DISPATCHED' } }, out: { a: 9 } }, []],
    ['nothing while a person is asked', chain, { tasks: { a: { state: 'AWAITING_APPROVAL' } } }, []],
    ['what came next', chain, { tasks: { a: done } }, ['b']],
    ['no retry before its time', chain, { tasks: { a: { retryAt: at(NOW_MS + 1) } } }, []],
    ['a retry whose time has come', chain, { tasks: { a: { retryAt: at(NOW_MS) } } }, ['a']],
    ['nothing that waits for its input', chain, { tasks: { a: { awaitsInput: true } } }, []],
    ['nothing under a pause', chain, { run: { pausedFrom: 'RUNNING' } }, []],
    ['nothing after a cancellation', chain, { cancelled: true }, []],
    [
      'a signed change of a ledger under a pause: it would hold its ledger for everybody',
      ledger,
      { tasks: { sign: done }, run: { pausedFrom: 'RUNNING' } },
      ['apply'],
    ],
    [
      'a signed change of a ledger after a cancellation',
      ledger,
      { tasks: { sign: done }, cancelled: true },
      ['apply'],
    ],
  ])('is %s', (_what, plan, drawing, started) => {
    expect(ids(course(plan, drawing).startable(NOW_MS))).toEqual(started);
  });
});

describe('what waits for something that the run no longer waits for', () => {
  const retry = { tasks: { a: { retryAt: at(NOW_MS + 1) } } };

  it('is nothing while the run goes on', () => {
    expect(course(chain, retry).stopped()).toEqual([]);
  });

  it('is ended with the run: retries and inputs', () => {
    expect(ids(course(chain, { ...retry, cancelled: true }).stopped())).toEqual(['a']);
    const input = { tasks: { a: { awaitsInput: true } }, cancelled: true };
    expect(ids(course(chain, input).stopped())).toEqual(['a']);
  });

  it('is not the retry of what finishes a signed change, and is what waits for an input even of that', () => {
    const signed = { sign: done };
    const again = { tasks: { ...signed, apply: { retryAt: at(NOW_MS + 1) } }, cancelled: true };
    expect(course(ledger, again).stopped()).toEqual([]);
    const input = { tasks: { ...signed, apply: { awaitsInput: true } }, cancelled: true };
    expect(ids(course(ledger, input).stopped())).toEqual(['apply']);
  });
});

describe('until when a run waits', () => {
  it.each<[string, Drawing, number]>([
    ['its deadline, when nothing else comes', {}, DEADLINE_MS],
    [
      'a lease and what its result may be late',
      { tasks: { a: { state: 'DISPATCHED' } }, out: { a: 5_000 } },
      5_000 + RESULT_GRACE_MS,
    ],
    ['a retry', { tasks: { a: { retryAt: at(2_000) } } }, 2_000],
    [
      'its deadline alone under a pause',
      { tasks: { a: { retryAt: at(2_000) } }, run: { pausedFrom: 'RUNNING' } },
      DEADLINE_MS,
    ],
    ['for ever after a cancellation', { cancelled: true }, Number.POSITIVE_INFINITY],
  ])('is %s', (_what, drawing, dueMs) => {
    expect(course(chain, drawing).dueMs()).toBe(dueMs);
  });
});

describe('the state that is shown', () => {
  it.each<[string, Drawing, string | null]>([
    ['stays where it is right', {}, null],
    ['is RUNNING where it was another', { run: { state: 'PENDING' } }, 'RUNNING'],
    ['says that a person is asked', { tasks: { a: { state: 'AWAITING_APPROVAL' } } }, 'AWAITING_APPROVAL'],
    [
      'says that an input is missed before it says that a person is asked',
      { tasks: { a: { state: 'AWAITING_APPROVAL' }, b: { awaitsInput: true } } },
      'AWAITING_INPUT',
    ],
    ['is compared with what a pause covers', { run: { state: 'PAUSED', pausedFrom: 'RUNNING' } }, null],
  ])('%s', (_what, drawing, state) => {
    expect(course(chain, drawing).toShow()).toBe(state);
  });
});

describe('the end of a run', () => {
  it.each<[string, Drawing, boolean]>([
    ['is not while something can start', {}, false],
    [
      'is not while something is out',
      { tasks: { a: done, b: { state: 'DISPATCHED' } }, out: { b: 5 } },
      false,
    ],
    ['is not while something waits', { tasks: { a: done, b: { retryAt: at(9) } } }, false],
    ['is not before what never runs is said to be skipped', { tasks: { a: { state: 'FAILED' } } }, false],
    ['is when everything ended', { tasks: { a: done, b: done } }, true],
    ['is when the rest was skipped', { tasks: { a: { state: 'FAILED' }, b: { state: 'SKIPPED' } } }, true],
  ])('%s', (_what, drawing, isOver) => {
    expect(course(chain, drawing).isOver()).toBe(isOver);
  });

  it('skips what follows a failure', () => {
    expect(course(chain, { tasks: { a: { state: 'FAILED' } } }).skipped()).toEqual(['b']);
  });
});

describe('the states of tasks', () => {
  it.each<[Partial<TaskRow>, object | undefined]>([
    [{}, undefined],
    [{ retryAt: at(9) }, { status: 'running' }],
    [{ state: 'DISPATCHED' }, { status: 'running' }],
    [
      { state: 'SUCCEEDED', public: { score: 7 } },
      { status: 'succeeded', public: { score: 7 } },
    ],
    [{ state: 'FAILED', reason: 'INPUT_INVALID' }, { status: 'failed' }],
    [{ state: 'FAILED', reason: 'CANCELLED' }, { status: 'cancelled' }],
    [{ state: 'FAILED', reason: 'RUN_GIVEN_UP' }, { status: 'cancelled' }],
    [{ state: 'SKIPPED' }, { status: 'skipped' }],
  ])('of %j is %j', (row, state) => {
    expect(course(chain, { tasks: { a: row } }).states['a']).toEqual(state);
  });
});
