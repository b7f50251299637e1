import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type Json } from '#canonical';
import type { CurrentRun__Output, Run__Output, Step__Output, WatchRunResponse__Output } from '#contracts';
import { EventChain } from './event-chain.js';

const RUN = '01JD0000000000000000000000';
const START_MS = Date.parse('2026-11-20T21:00:00.000Z');
const refusal = expect.objectContaining({ name: 'ClientError', code: 'EVENTS_BROKEN' });

const timestamp = (ms: number) => ({
  seconds: String(Math.floor(ms / 1000)),
  nanos: (ms % 1000) * 1_000_000,
});

const step: Step__Output = {
  id: 'score',
  operation: 'scorecard.prove',
  state: 'STEP_STATE_SUCCEEDED',
  proof: 'PROOF_STATE_VERIFIED',
  settlement: 'SETTLEMENT_STATE_NONE',
  attempt: 1,
  worker: 'zk-prover-0',
  startTime: timestamp(START_MS + 5),
  endTime: timestamp(START_MS + 1_234),
  publicJson: '{"decision":"approve"}',
  reason: '',
  attempts: [],
};

/** Digests as the format says: the canonical JSON of number, place, time, content and predecessor. */
function digest(sequence: number, taskId: string | null, body: Json, prevDigest: string): string {
  const time = '2026-11-20T21:00:00.001Z';
  return digestOf(canonicalBytes({ runId: RUN, sequence, taskId, body, prevDigest, time }));
}

function event(sequence: number, prevDigest: string, content: object): WatchRunResponse__Output {
  return {
    sequence: String(sequence),
    prevDigest: Buffer.from(prevDigest.slice('sha256:'.length), 'hex'),
    time: timestamp(START_MS + 1),
    resumeToken: String(sequence),
    ...content,
  } as WatchRunResponse__Output;
}

const genesis = `sha256:${'0'.repeat(64)}`;
const first = digest(1, null, { state: 'PENDING', reason: null }, genesis);
const second = digest(
  2,
  'score',
  {
    id: 'score',
    operation: 'scorecard.prove',
    state: 'SUCCEEDED',
    attempt: 1,
    worker: 'zk-prover-0',
    reason: null,
    startedMs: START_MS + 5,
    endedMs: START_MS + 1_234,
    public: { decision: 'approve' },
  },
  first,
);
const snapshot = (state: string, reason = '') => ({
  kind: 'snapshot',
  snapshot: { state, reason } as Run__Output,
});
const pending = event(1, genesis, snapshot('RUN_STATE_PENDING'));
const scored = event(2, first, { kind: 'step', step });
const failed = event(3, second, snapshot('RUN_STATE_FAILED', 'score: PROOF_INVALID'));

let chain: EventChain;

beforeEach(() => {
  chain = new EventChain(RUN);
});

describe('the chain of events', () => {
  it('is followed from its beginning, event by event', () => {
    for (const next of [pending, scored, failed]) chain.follow(next);
    expect(chain.sequence).toBe(3);
  });

  it.each<[string, readonly WatchRunResponse__Output[]]>([
    ['an event is left out', [pending, failed]],
    ['an event is left out and the rest is numbered anew', [pending, { ...failed, sequence: '2' }]],
    ['an event comes twice', [pending, pending]],
    ['two events are exchanged', [scored, pending]],
    ['the first event follows something', [{ ...pending, prevDigest: Buffer.alloc(32, 1) }]],
    ['a number is no number', [{ ...pending, sequence: 'one' }]],
    ['an event says nothing', [event(1, genesis, { kind: 'snapshot', snapshot: null })]],
    [
      'a step states facts that are no JSON',
      [pending, event(2, first, { step: { ...step, publicJson: '{' } })],
    ],
  ])('breaks when %s', (_what, events) => {
    expect(() => {
      for (const next of events) chain.follow(next);
    }).toThrow(refusal);
  });

  it.each<[string, Partial<Step__Output>]>([
    ['state', { state: 'STEP_STATE_FAILED' }],
    ['facts', { publicJson: '{"decision":"decline"}' }],
    ['worker', { worker: 'zk-prover-1' }],
    ['reason', { reason: 'PROOF_INVALID' }],
    ['attempt', { attempt: 2 }],
    ['time of its end', { endTime: timestamp(START_MS + 1_235) }],
    ['operation', { operation: 'document.extract' }],
  ])('breaks after a step was shown with another %s', (_what, change) => {
    chain.follow(pending);
    chain.follow(event(2, first, { kind: 'step', step: { ...step, ...change } }));
    expect(() => chain.follow(failed)).toThrow(refusal);
  });

  it('is of one run: that of another run does not continue it', () => {
    const other = new EventChain('01JD0000000000000000000001');
    other.follow(pending);
    expect(() => other.follow(scored)).toThrow(refusal);
  });

  const head = (sequence: number, digest: string): CurrentRun__Output => ({
    run: null,
    sequence: String(sequence),
    digest: Buffer.from(digest.slice('sha256:'.length), 'hex'),
  });
  const third = digest(3, null, { state: 'FAILED', reason: 'score: PROOF_INVALID' }, second);

  it('comes to the event that the stream named at its beginning, and to the end of the run', () => {
    chain.begin(head(3, third));
    for (const next of [pending, scored, failed]) chain.follow(next);
    chain.silent();
    chain.finish();
    expect(chain.resumeToken).toBe('3');
    // Taken up again at its end it has nothing to show.
    chain.begin(head(3, third));
    chain.finish();
  });

  it.each<[string, () => void]>([
    ['the end of the events is withheld', () => chain.finish()],
    ['a stream without news owes an event', () => chain.silent()],
    ['the newest event was named otherwise', () => chain.follow(scored)],
    ['a later stream knows less', () => chain.begin(head(0, genesis))],
    ['a later stream names another event of this number', () => chain.begin(head(1, second))],
    ['a later stream names no number', () => chain.begin(head(Number.NaN, second))],
  ])('breaks when %s', (_what, then) => {
    chain.begin(head(2, third));
    chain.follow(pending);
    expect(then).toThrow(refusal);
  });

  it('breaks when a stream ends before the run', () => {
    chain.follow(pending);
    expect(() => chain.finish()).toThrow(refusal);
  });
});
