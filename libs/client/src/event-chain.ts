import {
  canonicalBytes,
  type Digest,
  digestOf,
  formatTime,
  type Json,
  parseDigest,
  parseJsonStrict,
  toHex,
  utf8,
} from '#canonical';
import type {
  CurrentRun__Output,
  Step__Output,
  Timestamp__Output,
  WatchRunResponse__Output,
} from '#contracts';
import { ClientError } from './client-error.js';

export const endStates: readonly string[] = [
  'RUN_STATE_SUCCEEDED',
  'RUN_STATE_REJECTED',
  'RUN_STATE_FAILED',
  'RUN_STATE_CANCELLED',
  'RUN_STATE_EXPIRED',
];

const GENESIS: Digest = parseDigest(`sha256:${'0'.repeat(64)}`);

/**
 * Follows the events of one run, each of which names the digest of the one before. The digest is made here from what
 * was shown of the event, so an event that was left out, put in or changed later breaks the chain.
 */
export class EventChain {
  #sequence = 0;
  #digest = GENESIS;
  #resumeToken = '';
  #ended = false;
  /** An event that the orchestrator said is there, and has not shown yet. */
  #owed: { readonly sequence: number; readonly digest: string } | null = null;

  constructor(private readonly runId: string) {}

  /** Number of the last event. */
  get sequence(): number {
    return this.#sequence;
  }

  /** After which a watch goes on. */
  get resumeToken(): string {
    return this.#resumeToken;
  }

  /** Takes what a stream says at its beginning of the newest event, to hold it against what it then shows. */
  begin({ sequence, digest }: CurrentRun__Output): void {
    const head = { sequence: Number(sequence), digest: digestText(digest) };
    if (!(head.sequence >= this.#sequence)) {
      throw broken(`the newest event is ${sequence}, expected ${this.#sequence} or a later one`);
    }
    this.#owed = head;
    this.#settle();
  }

  /** A stream that has no news owes nothing. */
  silent(): void {
    if (this.#owed !== null) {
      throw broken(`no news after event ${this.#sequence}, expected events up to ${this.#owed.sequence}`);
    }
  }

  /** A stream ends when the run has: before that an event is missing. */
  finish(): void {
    this.silent();
    if (!this.#ended)
      throw broken(`the events end with ${this.#sequence}, expected those up to the run's end`);
  }

  #settle(): void {
    if (this.#owed?.sequence !== this.#sequence) return;
    if (this.#owed.digest !== this.#digest) {
      throw broken(
        `event ${this.#sequence} was named ${this.#owed.digest}, expected ${this.#digest}: the history that was shown is another one`,
      );
    }
    this.#owed = null;
  }

  /** Raises EVENTS_BROKEN unless the event is the next one. */
  follow(event: WatchRunResponse__Output): void {
    const expected = this.#sequence + 1;
    if (Number(event.sequence) !== expected) {
      throw broken(`expected event ${expected} of the run, got event ${event.sequence}`);
    }
    const before = digestText(event.prevDigest);
    if (before !== this.#digest) {
      throw broken(
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
    this.#resumeToken = event.resumeToken;
    this.#ended ||= endStates.includes(event.snapshot?.state ?? '');
    this.#settle();
  }
}

function broken(message: string): ClientError {
  return new ClientError('EVENTS_BROKEN', message);
}

function digestText(bytes: Uint8Array): string {
  return `sha256:${toHex(bytes)}`;
}

function bodyOf({ step, snapshot, sequence }: WatchRunResponse__Output): Json {
  if (step) return stepBody(step);
  if (snapshot) {
    return {
      state: snapshot.state.replace('RUN_STATE_', ''),
      reason: snapshot.reason === '' ? null : snapshot.reason,
    };
  }
  throw broken(`event ${sequence} is neither about the run nor about a step`);
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
    throw broken(`step ${step.id}: its facts are no JSON: ${why}`);
  }
}

function milliseconds(time: Timestamp__Output | null): number | null {
  return time === null ? null : Number(time.seconds) * 1000 + time.nanos / 1_000_000;
}
