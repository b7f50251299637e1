import { beforeEach, describe, expect, it } from 'vitest';
import type { PlanTask } from '#workflow';
import type { RunCloser } from '../evidence/run-closer.js';
import type { LedgerStore } from '../ledger/ledger-store.js';
import type { PageLedgerTasks } from '../ledger/page-ledger-tasks.js';
import type { PlanStore } from '../plans/plan-store.js';
import { RunDraft } from '../runs/run-draft.js';
import { GENESIS } from '../runs/run-events.js';
import type { RunChange, RunRow, RunStore, TaskRow } from '../runs/run-store.js';
import type { OutLease, RunView } from '../runs/run-view.js';
import { RunMoved, type RunWriter } from '../runs/run-writer.js';
import type { LeaseBook, LeaseRow } from '../sessions/lease-book.js';
import type { CrashWatch } from './crash-watch.js';
import type { Judged, ResultCollector } from './result-collector.js';
import { RunSteps } from './run-steps.js';
import type { RunWork } from './run-work.js';
import { plan, planned, run as someRun } from './statement.fixture.js';

const NOW_MS = someRun.createdAt.getTime();
const extract = planned('extract');
const ledgerTask = (): { authorize: PlanTask; apply: PlanTask } => {
  const apply = plan.tasks.find(({ completes, ledgerState }) => completes !== null && ledgerState);
  const authorize = plan.tasks.find(({ id }) => id === apply?.completes);
  if (apply === undefined || authorize === undefined) throw new RangeError('the plan changes no ledger');
  return { authorize, apply };
};

/** What was asked of the other parts, in order. */
let did: string[];
let judged: Judged;
let opened: LeaseRow[];
let moved: boolean;
let counted: RunDraft['usage'];
let unreachable: number;
let nowMs: number;
let steps: RunSteps;

const leaseOf = (task: PlanTask, change: Partial<LeaseRow> = {}): LeaseRow =>
  ({
    lease: `${someRun.runId}.${task.id}.1`,
    taskId: task.id,
    state: 'completed',
    worker: 'tee-worker-0',
    deadline: new Date(NOW_MS + 5_000),
    sentAt: new Date(NOW_MS - 40),
    result: { kind: 'completed' },
    ...change,
  }) as LeaseRow;

function taskRow(taskId: string, operation: string, change: Partial<TaskRow> = {}): TaskRow {
  return {
    ...{ runId: someRun.runId, taskId, operation, state: 'WAITING', attempt: 0, worker: null, reason: null },
    ...{ public: null, statement: null, outputs: null, blobs: null, memoryMib: null },
    ...{ startedAt: null, endedAt: null, failures: 0, retryAt: null, awaitsInput: false },
    ...change,
  };
}

function viewOf(rows: Readonly<Record<string, Partial<TaskRow>>> = {}, run: Partial<RunRow> = {}): RunView {
  const tasks = plan.tasks.map(({ id, operation }) => [id, taskRow(id, operation, rows[id])] as const);
  return {
    run: { ...someRun, ...run },
    tasks: new Map(tasks),
    out: new Map(),
    head: { sequence: 0, digest: GENESIS },
  };
}

function failed(reason: string, change: Partial<Judged> = {}): Judged {
  return {
    result: { status: 'failed', reason },
    retry: true,
    errorClass: 'worker-lost',
    lostInputs: [],
    checked: null,
    ...change,
  };
}

beforeEach(() => {
  did = [];
  opened = [];
  moved = false;
  unreachable = 0;
  nowMs = NOW_MS;
  judged = failed('WORKER_LOST');
  const write = async (draft: RunDraft): Promise<LeaseRow[]> => {
    did.push(`write ${draft.events.length}`);
    counted = draft.usage;
    if (moved) throw new RunMoved('the run moved on');
    return opened;
  };
  const away = (): void => {
    unreachable -= 1;
    if (unreachable >= 0) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  };
  steps = new RunSteps(
    {
      changeRun: async (_: string, change: RunChange) => void did.push(`change ${change.state}`),
    } as unknown as RunStore,
    { write } as unknown as RunWriter,
    {} as PlanStore,
    {
      get: async (lease: string) => {
        did.push(`get ${lease}`);
        return leaseOf(extract);
      },
      opened: (_: RunView, rows: readonly LeaseRow[]) => void did.push(`opened ${rows.length}`),
    } as unknown as LeaseBook,
    {
      releaseClaim: async ({ step }: { step: string }) => void did.push(`release ${step}`),
    } as unknown as LedgerStore,
    { written: () => undefined } as unknown as PageLedgerTasks,
    { judge: async () => judged } as unknown as ResultCollector,
    {
      end: async (_: object, status: string, record: (change: RunChange, time: Date) => Promise<void>) => {
        did.push(`end ${status}`);
        await record({ state: 'SUCCEEDED' }, new Date(nowMs));
      },
    } as unknown as RunCloser,
    {
      park: async (_: string, reason: string) => {
        away();
        did.push(`park ${reason}`);
      },
      tried: async (_: string, name: string, work: () => Promise<unknown>, moves: boolean) => {
        away();
        did.push(`tried ${name} ${moves}`);
        return { ok: true, value: await work() };
      },
    } as unknown as RunWork,
    { passed: async () => void did.push('passed') } as unknown as CrashWatch,
    () => nowMs,
  );
});

describe('an attempt that came to nothing', () => {
  const settle = (view = viewOf(), cancelled = false, task = extract, out: OutLease = leaseOf(task)) =>
    steps.settle(view, task, out, cancelled);

  it('is tried again later, with one more failure', async () => {
    const { change, usage, ledger } = await settle();
    expect(change).toMatchObject({
      state: 'WAITING',
      worker: 'tee-worker-0',
      reason: 'WORKER_LOST',
      failures: 1,
    });
    expect(change.retryAt?.getTime()).toBeGreaterThanOrEqual(NOW_MS);
    expect([usage, ledger]).toEqual([{}, null]);
  });

  it.each<[string, Partial<Judged>, number, boolean]>([
    ['is of a class that is not', { retry: false }, 0, false],
    ['was the last that the plan allows', {}, extract.attemptsMax - 1, false],
    ['is of a run that was cancelled', {}, 0, true],
  ])('is not tried again when it %s', async (_what, change, failures, cancelled) => {
    judged = failed('WORKER_LOST', change);
    const settled = await settle(viewOf({ extract: { failures } }), cancelled);
    expect(settled.change).toMatchObject({ state: 'FAILED', endedAt: new Date(NOW_MS) });
  });

  it('is tried again after a cancellation where a signed change has to be finished', async () => {
    const { apply } = ledgerTask();
    const { change, ledger } = await settle(viewOf(), true, apply);
    expect(change).toMatchObject({ state: 'WAITING', failures: 1 });
    // It keeps its ledger: the change was signed.
    expect(ledger).toBeNull();
  });

  it('gives its ledger back, tried again or not, while nothing is signed', async () => {
    const { authorize } = ledgerTask();
    for (const retry of [true, false]) {
      judged = failed('WORKER_LOST', { retry });
      const { ledger } = await settle(viewOf(), false, authorize);
      await ledger?.({} as never);
    }
    expect(did).toEqual([`release ${authorize.step}`, `release ${authorize.step}`]);
  });

  const lost = [{ edge: 'inputs/statement', blob: 'sha256:old' }];
  const inputs = (blob: string) => [{ name: 'statement', blob }] as unknown as RunRow['inputs'];

  it('waits for an input whose keys are gone, and fails no attempt for it', async () => {
    judged = failed('RECIPIENTS_GONE', { lostInputs: lost });
    const { change } = await settle(viewOf({}, { inputs: inputs('sha256:old') }));
    expect(change).toMatchObject({ state: 'WAITING', awaitsInput: true });
    expect(change).not.toHaveProperty('failures');
  });

  it('goes on at once where the input came meanwhile', async () => {
    judged = failed('RECIPIENTS_GONE', { lostInputs: lost });
    const { change } = await settle(viewOf({}, { inputs: inputs('sha256:new') }));
    expect(change).toMatchObject({ state: 'WAITING', retryAt: new Date(NOW_MS) });
    expect(change).not.toHaveProperty('awaitsInput');
  });

  it('waits for no input once the run is cancelled', async () => {
    judged = failed('RECIPIENTS_GONE', { lostInputs: lost });
    expect((await settle(viewOf(), true)).change).toMatchObject({
      state: 'FAILED',
      reason: 'RECIPIENTS_GONE',
    });
  });

  it('is read where only its name is known, and is not where its row came along', async () => {
    await settle();
    expect(did).toEqual([]);
    const { lease, taskId, deadline } = leaseOf(extract);
    await settle(viewOf(), false, extract, { lease, taskId, deadline, state: 'sent' });
    expect(did).toEqual([`get ${lease}`]);
  });
});

describe('a result that counts', () => {
  const succeeded = (facts: object, checked: object | null = {}): Judged =>
    ({
      result: { status: 'succeeded', public: facts },
      retry: false,
      errorClass: 'stopped',
      lostInputs: [],
      checked: checked && {
        reason: null,
        signKey: 'k',
        statement: 'sha256:s',
        public: facts,
        outputs: [],
        blobs: [],
        memoryMib: 7,
        ...checked,
      },
    }) as unknown as Judged;

  it('is recorded with its statement and what it took, and reaches no ledger of others', async () => {
    judged = succeeded({ income: 1 });
    const view = viewOf({ extract: { startedAt: new Date(NOW_MS - 65) } });
    const { change, usage, ledger } = await steps.settle(view, extract, leaseOf(extract), false);
    expect(change).toEqual({
      state: 'SUCCEEDED',
      worker: 'tee-worker-0',
      public: { income: 1 },
      statement: 'sha256:s',
      outputs: [],
      blobs: [],
      memoryMib: 7,
      endedAt: new Date(NOW_MS),
      reason: null,
    });
    expect(usage).toEqual({ 'steps.tee': 1, 'stepMs.tee': 40, 'waitMs.tee': 25 });
    expect(ledger).toBeNull();
  });

  it('is refused without a check, which nothing here may forget', async () => {
    judged = succeeded({}, null);
    await expect(steps.settle(viewOf(), extract, leaseOf(extract), false)).rejects.toThrow(
      'a result without its check',
    );
  });

  it('of an authorisation keeps the ledger, and gives it back where the balance is too small', async () => {
    const { authorize } = ledgerTask();
    judged = succeeded({ outcome: 'authorized' });
    expect((await steps.settle(viewOf(), authorize, leaseOf(authorize), false)).ledger).toBeNull();
    judged = succeeded({ outcome: 'insufficient' });
    await (await steps.settle(viewOf(), authorize, leaseOf(authorize), false)).ledger?.({} as never);
    expect(did).toEqual([`release ${authorize.step}`]);
  });
});

describe('a task that ends without a result', () => {
  it('waits for nothing any more, and gives its ledger back', async () => {
    const { authorize } = ledgerTask();
    const { change, ledger } = steps.end(someRun, authorize, 'CANCELLED');
    expect(change).toEqual({
      state: 'FAILED',
      reason: 'CANCELLED',
      endedAt: new Date(NOW_MS),
      retryAt: null,
      awaitsInput: false,
    });
    await ledger?.({} as never);
    expect(did).toEqual([`release ${authorize.step}`]);
    expect(steps.end(someRun, extract, 'CANCELLED').ledger).toBeNull();
  });
});

describe('the lease of the next attempt', () => {
  const openOf = (task: PlanTask, run: Partial<RunRow> = {}) => {
    const draft = new RunDraft(viewOf({ [task.id]: { attempt: 2 } }, run), new Date(NOW_MS));
    steps.open(draft, task);
    return draft.leases[0];
  };

  it('has the number of the attempt, and ends with the task or with the run', () => {
    const long = { deadline: new Date(NOW_MS + 10 * extract.timeoutMs), priority: 3 };
    expect(openOf(extract, long)).toMatchObject({
      lease: `${someRun.runId}.extract.3`,
      attempt: 3,
      state: 'queued',
      priority: 3,
      deadline: new Date(NOW_MS + extract.timeoutMs),
    });
    const deadline = new Date(NOW_MS + 1);
    expect(openOf(extract, { deadline })?.deadline).toEqual(deadline);
  });

  it('outlives the run where a signed change has to be finished', () => {
    const { apply } = ledgerTask();
    const deadline = new Date(NOW_MS + 1);
    expect(openOf(apply, { deadline })?.deadline).toEqual(new Date(NOW_MS + apply.timeoutMs));
  });

  it('waits for no worker where a person answers', () => {
    const human = plan.tasks.find(({ kind }) => kind === 'human');
    if (human === undefined) throw new RangeError('the plan asks nobody');
    expect(openOf(human)?.state).toBe('sent');
  });
});

describe('a draft', () => {
  const draftOf = () => {
    const draft = new RunDraft(viewOf(), new Date(NOW_MS));
    steps.open(draft, extract);
    return draft;
  };

  it('that was written gives its leases out, and is what is known from then on', async () => {
    const draft = draftOf();
    opened = [leaseOf(extract)];
    expect((await steps.write(draft))?.tasks.get('extract')?.state).toBe('DISPATCHED');
    expect(did).toEqual(['write 1', 'opened 1']);
  });

  it('is nothing when the run moved on meanwhile, or an attempt had its lease', async () => {
    moved = true;
    expect(await steps.write(draftOf())).toBeNull();
    moved = false;
    expect(await steps.write(draftOf())).toBeNull();
    expect(did).toEqual(['write 1', 'write 1', 'opened 0']);
  });
});

describe('the end of a run', () => {
  it('is not ended while anything of it is still at a worker: what is logged stays logged', async () => {
    await expect(steps.close(viewOf({ extract: { state: 'DISPATCHED' } }), 'completed')).rejects.toThrow(
      /ends while extract is out/,
    );
    expect(did).toEqual([]);
  });

  it('is recorded on the rows that are known, with what the run took', async () => {
    await steps.close(viewOf({}, { createdAt: new Date(NOW_MS - 70) }), 'completed');
    expect(counted).toEqual({ endedRuns: 1, runMs: 70, overheadMs: 70 });
    expect(did).toEqual(['end completed', 'write 1']);
  });

  it('is recorded as its bundle says, however the run moved on since that was logged', async () => {
    moved = true;
    await steps.close(viewOf(), 'completed');
    expect(did).toEqual(['end completed', 'write 1', 'change SUCCEEDED']);
  });
});

describe('an absence of the database', () => {
  it('is waited out: a run neither ends nor loses a try for it', async () => {
    unreachable = 2;
    expect(await steps.tried('r', 'write', async () => 7)).toEqual({ ok: true, value: 7 });
    unreachable = 1;
    await steps.park('r', 'X');
    expect(did).toEqual(['tried write true', 'park X']);
  });

  it('does not make a step of what is only read: after a crash it is no further', async () => {
    await steps.tried('r', 'read', async () => null);
    await steps.tried('r', 'close', async () => null);
    expect(did).toEqual(['tried read false', 'tried close true']);
  });
});
