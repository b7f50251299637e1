import type { LeaseRow } from '../sessions/lease-book.js';
import type { RunHead, RunRow, TaskRow } from './run-store.js';

/**
 * What a replica knows of a run that it executes, as of one event of the run. Every change of a run or of its tasks
 * appends an event, so whoever appends the next one on this head changes what it knows, and nothing newer.
 */
export interface RunView {
  readonly run: RunRow;
  /** By id, in no order. */
  readonly tasks: ReadonlyMap<string, TaskRow>;
  /** Leases of tasks that are at a worker, wait for one or wait for a person; by task. */
  readonly out: ReadonlyMap<string, OutLease>;
  readonly head: RunHead;
}

/** A lease that is out, or one whose result nobody has looked at. */
export type OutLease = Pick<LeaseRow, 'lease' | 'taskId' | 'deadline' | 'state'>;

export const outStates: readonly string[] = ['DISPATCHED', 'AWAITING_APPROVAL'];
