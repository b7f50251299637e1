import {
  canonicalBytes,
  type Digest,
  digestOf,
  formatTime,
  type Json,
  type JsonObject,
  parseDigest,
} from '#canonical';
import type { EventRow, TaskRow } from './run-store.js';

/*
 * The events of a run form a chain: each names the digest of the one before. What is digested is exactly what a
 * watcher is shown of the event, so that a client can follow the chain by itself and sees an omission or a change.
 */

/** The first event's predecessor. */
export const GENESIS: Digest = parseDigest(`sha256:${'0'.repeat(64)}`);

export type ChainedEvent = Pick<EventRow, 'runId' | 'sequence' | 'taskId' | 'time'> & {
  readonly body: JsonObject;
  readonly prevDigest: string;
};

export function eventDigest({ runId, sequence, taskId, body, prevDigest, time }: ChainedEvent): Digest {
  return digestOf(
    canonicalBytes({ runId, sequence, taskId, body, prevDigest, time: formatTime(time.getTime()) }),
  );
}

export function runEventBody(state: string, reason: string | null): JsonObject {
  return { state, reason: orNull(reason) };
}

/** What an event says of a task. */
export type TaskFacts = Pick<
  TaskRow,
  'taskId' | 'operation' | 'state' | 'attempt' | 'worker' | 'reason' | 'startedAt' | 'endedAt' | 'public'
>;

export function taskEventBody(task: TaskFacts): JsonObject {
  return {
    id: task.taskId,
    operation: task.operation,
    state: task.state,
    attempt: task.attempt,
    worker: orNull(task.worker),
    reason: orNull(task.reason),
    startedMs: task.startedAt?.getTime() ?? null,
    endedMs: task.endedAt?.getTime() ?? null,
    public: disclosedFacts(task.public ?? {}),
  };
}

/** A message has no null text: what is empty there is null here. */
function orNull(text: string | null): string | null {
  return text === '' ? null : text;
}

/** Receipts are long and are in the bundle; a watcher wants the facts. */
export function disclosedFacts(facts: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => name !== 'receipt') as [string, Json][]);
}
