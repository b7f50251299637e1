import { describe, expect, it } from 'vitest';
import { eventDigest, GENESIS, runEventBody, taskEventBody } from './run-events.js';
import { stepMessage, stepOf } from './run-messages.js';
import type { TaskRow } from './run-store.js';

const time = new Date('2026-11-20T21:00:00.001Z');
const row: TaskRow = {
  runId: '01JD0000000000000000000000',
  taskId: 'reserve.authorize',
  operation: 'ledger.reserve.authorize',
  state: 'SUCCEEDED',
  attempt: 2,
  worker: 'tee-worker-0',
  reason: null,
  public: { outcome: 'reserved', receipt: { payload: 'long' } },
  statement: 'sha256:00',
  outputs: [],
  blobs: [],
  memoryMib: null,
  failures: 0,
  retryAt: null,
  awaitsInput: false,
  startedAt: time,
  endedAt: null,
};
const event = {
  runId: row.runId,
  sequence: 3,
  taskId: row.taskId,
  body: taskEventBody(row),
  prevDigest: GENESIS,
  time,
};

describe('an event of a step', () => {
  it('shows the step as it was then, from the event alone', () => {
    expect(stepOf(event.body)).toEqual(stepMessage(row));
    expect(stepOf(event.body)).toMatchObject({
      id: 'reserve.authorize',
      state: 'STEP_STATE_SUCCEEDED',
      attempt: 2,
      worker: 'tee-worker-0',
      reason: '',
      publicJson: '{"outcome":"reserved"}',
      startTime: { seconds: '1795208400', nanos: 1_000_000 },
      endTime: null,
    });
  });

  it('leaves receipts out: they are in the bundle', () => {
    expect(JSON.stringify(event.body)).not.toContain('payload');
  });

  it('has one form for an empty text', () => {
    expect(taskEventBody({ ...row, reason: '', worker: '' })).toEqual(
      taskEventBody({ ...row, reason: null, worker: null }),
    );
    expect(runEventBody('SUCCEEDED', '')).toEqual({ state: 'SUCCEEDED', reason: null });
  });
});

describe('the digest of an event', () => {
  it.each([
    ['run', { runId: '01JD0000000000000000000001' }],
    ['number', { sequence: 4 }],
    ['step', { taskId: 'score' }],
    ['content', { body: runEventBody('FAILED', null) }],
    ['predecessor', { prevDigest: `sha256:${'1'.repeat(64)}` }],
    ['time', { time: new Date(time.getTime() + 1) }],
  ])('is another one with another %s', (_what, change) => {
    expect(eventDigest({ ...event, ...change })).not.toBe(eventDigest(event));
  });

  it('does not depend on the order in which a database gives members back', () => {
    const body = Object.fromEntries(Object.entries(event.body).toReversed());
    expect(eventDigest({ ...event, body })).toBe(eventDigest(event));
  });
});
