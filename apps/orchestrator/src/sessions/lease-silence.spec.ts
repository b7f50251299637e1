import { beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../config/limits.js';
import { LeaseSilence } from './lease-silence.js';
import { type WorkerIdentity, WorkerSession } from './worker-session.js';

const HEARTBEAT_MS = 1_000;
const SILENT_MS = limits.heartbeatsMissedMax * HEARTBEAT_MS;
const identity = { workerId: 'worker', leasesMax: 4 } as WorkerIdentity;

describe('a worker that says nothing of a lease', () => {
  let nowMs: number;
  let silence: LeaseSilence;
  let session: WorkerSession;

  beforeEach(() => {
    nowMs = 50_000;
    silence = new LeaseSilence(HEARTBEAT_MS, () => nowMs);
    session = new WorkerSession('session', identity, nowMs, () => undefined);
    session.leases.set('a', silence.sent(7n));
  });

  /** Time as the sweep sees it: a look each second. */
  function pass(ms: number) {
    const found = [];
    for (let passed = 0; passed < ms; passed += limits.sweepMs) {
      nowMs += limits.sweepMs;
      found.push(...silence.silent([session]));
    }
    return found;
  }

  it('loses it, and gets no other one until it says something', () => {
    expect(pass(SILENT_MS)).toEqual([]);
    expect(session.hasRoom).toBe(true);
    expect(pass(limits.sweepMs)).toEqual([{ session, lease: 'a', stage: 'sent' }]);
    expect(session.hasRoom).toBe(false);
    session.silent = false;
    expect(session.hasRoom).toBe(true);
  });

  it('keeps it for half an hour if it says so each heartbeat', () => {
    for (let passed = 0; passed < 30 * 60_000; passed += HEARTBEAT_MS) {
      expect(silence.heard(session, 'a', '7', null)).toBe(true);
      expect(pass(HEARTBEAT_MS)).toEqual([]);
    }
    expect(pass(SILENT_MS)).toHaveLength(1);
  });

  it('loses the one that it forgot and keeps the others', () => {
    session.leases.set('b', silence.sent(8n));
    pass(SILENT_MS);
    silence.heard(session, 'b', '8', 'running');
    expect(pass(limits.sweepMs)).toEqual([{ session, lease: 'a', stage: 'sent' }]);
  });

  it('has answered, and its answer waits for the database: it keeps it', () => {
    silence.answered(session, 'a');
    nowMs += 10 * SILENT_MS;
    expect(pass(3 * SILENT_MS)).toEqual([]);
  });

  it('is named with what it was at', () => {
    silence.heard(session, 'a', '7', 'sealing');
    expect(pass(SILENT_MS + limits.sweepMs)).toEqual([{ session, lease: 'a', stage: 'sealing' }]);
  });

  it.each([
    ['another fence', 'a', '6'],
    ['a lease that it does not hold', 'c', '7'],
    ['no fence', 'a', ''],
  ])('does not keep it under %s', (_what, lease, fence) => {
    pass(SILENT_MS);
    expect(silence.heard(session, lease, fence, 'running')).toBe(false);
    expect(pass(limits.sweepMs)).toHaveLength(1);
  });

  it.each(['', 'RUNNING', 'x'.repeat(33), 'two words', '<script>'])(
    'is not quoted with a stage that is none: %j',
    (stage) => {
      silence.heard(session, 'a', '7', stage);
      expect(pass(SILENT_MS + limits.sweepMs)[0]?.stage).toBe('sent');
    },
  );

  it('is not judged after this process stood still: what was said meanwhile is unread', () => {
    nowMs += 10 * SILENT_MS;
    expect(silence.silent([session])).toEqual([]);
    expect(pass(SILENT_MS)).toEqual([]);
    expect(pass(limits.sweepMs)).toHaveLength(1);
  });
});
