import {
  canonicalBytes,
  type Digest,
  digestOf,
  formatTime,
  type Json,
  parseDigest,
  parseJsonStrict,
  utf8,
} from '#canonical';
import type { Step__Output, Timestamp__Output, WatchRunResponse__Output } from '#contracts';
import { ClientError } from './client-error.js';

const GENESIS: Digest = parseDigest(`sha256:${'0'.repeat(64)}`);

/**
 * Follows the events of one run, each of which names the digest of the one before. The digest is made here from what
 * was shown of the event, so an event that was left out, put in or changed later breaks the chain.
 */
export class EventChain {
  #sequence = 0;
  #digest = GENESIS;

  constructor(private readonly runId: string) {}

  /** Number of the last event; the token after which a watch goes on. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Raises EVENTS_BROKEN unless the event is the next one. */
  follow(event: WatchRunResponse__Output): void {
    const expected = this.#sequence + 1;
    if (Number(event.sequence) !== expected) {
      throw new ClientError(
        'EVENTS_BROKEN',
        `expected event ${expected} of the run, got event ${event.sequence}`,
      );
    }
    const before = `sha256:${Buffer.from(event.prevDigest).toString('hex')}`;
    if (before !== this.#digest) {
      throw new ClientError(
        'EVENTS_BROKEN',
        `event ${expected} follows ${before}, expected ${this.#digest}: the history that was shown is another one`,
      );
    }
    this.#digest = digestOf(
      canonicalBytes({
        runId: this.runId,
        sequence: expected,
        taskId: event.step?.id ?? null,
        body: bodyOf(event),
        prevDigest: before,
        time: formatTime(milliseconds(event.time) ?? 0),
      }),
    );
    this.#sequence = expected;
  }
}

function bodyOf({ step, snapshot, sequence }: WatchRunResponse__Output): Json {
  if (step) return stepBody(step);
  if (snapshot) {
    return {
      state: snapshot.state.replace('RUN_STATE_', ''),
      reason: snapshot.reason === '' ? null : snapshot.reason,
    };
  }
  throw new ClientError('EVENTS_BROKEN', `event ${sequence} is neither about the run nor about a step`);
}

function stepBody(step: Step__Output): Json {
  return {
    id: step.id,
    operation: step.operation,
    state: step.state.replace('STEP_STATE_', ''),
    attempt: step.attempt,
    worker: step.worker === '' ? null : step.worker,
    reason: step.reason === '' ? null : step.reason,
    startedMs: milliseconds(step.startTime),
    endedMs: milliseconds(step.endTime),
    public: factsOf(step),
  };
}

function factsOf(step: Step__Output): Json {
  try {
    return parseJsonStrict(utf8(step.publicJson));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw new ClientError('EVENTS_BROKEN', `step ${step.id}: its facts are no JSON: ${why}`);
  }
}

function milliseconds(time: Timestamp__Output | null): number | null {
  return time === null ? null : Number(time.seconds) * 1000 + time.nanos / 1_000_000;
}
