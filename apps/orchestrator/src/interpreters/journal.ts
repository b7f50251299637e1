import { DBOS } from '@dbos-inc/dbos-sdk';
import { whileDatabaseAway } from '../database/while-database-away.js';

/** Steps touch the database only. An absence of it is waited out; this is for two who met at a lock. */
const databaseStep = { retriesAllowed: true, maxAttempts: 8, intervalSeconds: 0.2, backoffRate: 2 } as const;

/** How often a wait is checked at least, should a notification be lost. */
const POLL_MS = 10_000;
/** Checks of all waits of this process together: ten thousand of them must not keep the database busy. */
const POLLS_PER_SECOND_MAX = 100;
let waiting = 0;

export interface Started<T> {
  result(): Promise<T>;
}

/**
 * All that an interpreter may do besides computing. What each call gave is recorded; after a crash the interpreter
 * runs again from its first line and gets the recorded answers, so it has to make the same calls in the same order.
 */
export interface Journal {
  /** Does `work` and records what it gave, or that it failed. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The next message on a topic; null when none came in time. */
  receive<T>(topic: string, deadlineMs: number): Promise<T | null>;
  /** Starts another durable workflow, once for its id. */
  start<Args extends unknown[], T>(
    workflow: (...args: Args) => Promise<T>,
    workflowId: string,
    args: Args,
  ): Promise<Started<T>>;
  /** Repeats `read` while the database is away. Not recorded: only for what never changes. */
  read<T>(read: () => Promise<T>): Promise<T>;
}

/** The journal in the database. */
export const dbosJournal: Journal = {
  step: (name, work) => DBOS.runStep(() => whileDatabaseAway(work), { name, ...databaseStep }),
  receive: async (topic, deadlineMs) => {
    waiting += 1;
    const pollingIntervalMs = Math.max(POLL_MS, (waiting * 1_000) / POLLS_PER_SECOND_MAX);
    try {
      return await DBOS.recv(topic, { deadlineEpochMS: deadlineMs, pollingIntervalMs });
    } finally {
      waiting -= 1;
    }
  },
  start: async (workflow, workflowId, args) => {
    const handle = await DBOS.startWorkflow(workflow, { workflowID: workflowId })(...args);
    return { result: () => handle.getResult() };
  },
  read: whileDatabaseAway,
};
