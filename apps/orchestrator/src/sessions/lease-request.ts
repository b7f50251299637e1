import type { leases } from '../database/schema.js';

/** One attempt at a task, to be given to a worker or to wait for a person. */
export interface LeaseRequest {
  readonly lease: string;
  readonly runId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly operation: string;
  readonly waiter: string | null;
  readonly priority: number;
  /** A person answers through the API; no worker is looked for. */
  readonly forPerson: boolean;
  readonly deadlineMs: number;
}

/** The row of a lease that is opened. */
export function rowOf({ forPerson, deadlineMs, ...named }: LeaseRequest): typeof leases.$inferInsert {
  return { ...named, state: forPerson ? 'sent' : 'queued', deadline: new Date(deadlineMs) };
}
