import type { RetryClass } from '../definition/definition.js';
import type { PlanTask } from '../plan/plan.js';

/**
 * What an attempt that failed says about the next one. One table: which reasons are worth another attempt, how long
 * to wait for it, and why. A worker may say that a failure is final; it can never make a final one worth repeating.
 */
export interface ErrorClass {
  /** Whether another attempt on the same inputs can end otherwise. */
  readonly retried: boolean;
  /** Pause before the second attempt; it doubles with each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** What authors of workflows call it; null where they have no say. */
  readonly authorsName: RetryClass | null;
  readonly why: string;
}

export const ERROR_CLASSES = {
  'worker-lost': {
    retried: true,
    firstMs: 200,
    maxMs: 30_000,
    authorsName: 'worker_lost',
    why: 'the worker or one of its processes went away; another one, or its next boot, does the same work',
  },
  'worker-capacity': {
    retried: true,
    firstMs: 500,
    maxMs: 60_000,
    authorsName: 'capacity',
    why: 'nobody had room; room comes back when other work ends',
  },
  timeout: {
    retried: true,
    firstMs: 500,
    maxMs: 60_000,
    authorsName: 'timeout',
    why: 'the work took longer than its lease; a less busy worker may be in time',
  },
  'collateral-unavailable': {
    retried: true,
    firstMs: 1_000,
    maxMs: 120_000,
    authorsName: 'collateral',
    why: 'what a vendor publishes could not be fetched; vendors come back, and are not to be stormed',
  },
  'service-away': {
    retried: true,
    firstMs: 200,
    maxMs: 30_000,
    authorsName: 'worker_lost',
    why: 'a call of the worker to the orchestrator or the blob store failed on the way',
  },
  'result-refused': {
    retried: true,
    firstMs: 0,
    maxMs: 0,
    authorsName: 'worker_lost',
    why: 'no honest worker returns such a result: its key is fenced, and another worker starts at once',
  },
  'keys-gone': {
    retried: false,
    firstMs: 0,
    maxMs: 0,
    authorsName: null,
    why: 'the keys that an input was sealed to died with their boots; only who sealed it can seal it again',
  },
  'evidence-refused': {
    retried: false,
    firstMs: 0,
    maxMs: 0,
    authorsName: null,
    why: 'evidence that fails the pinned policy fails it again; nobody weakens the policy of a run',
  },
  refused: {
    retried: false,
    firstMs: 0,
    maxMs: 0,
    authorsName: null,
    why: 'the runtime refuses these very inputs: the same inputs give the same answer',
  },
  internal: {
    retried: false,
    firstMs: 0,
    maxMs: 0,
    authorsName: null,
    why: 'the orchestrator itself failed at the task, repeatedly; somebody has to look',
  },
  stopped: {
    retried: false,
    firstMs: 0,
    maxMs: 0,
    authorsName: null,
    why: 'the run was cancelled or given up',
  },
} as const satisfies Record<string, ErrorClass>;

export type ErrorClassName = keyof typeof ERROR_CLASSES;

const classOfReason: Readonly<Record<string, ErrorClassName>> = {
  WORKER_LOST: 'worker-lost',
  WORKER_SILENT: 'worker-lost',
  WORKER_STOPPED: 'worker-lost',
  WORKER_ERROR: 'worker-lost',
  LEASE_REVOKED: 'worker-lost',
  RESULT_MISSING: 'worker-lost',
  TASK_ABORTED: 'worker-lost',
  STEP_OUTSIDE_PERIOD: 'worker-lost',
  PROVER_FAILED: 'worker-lost',
  FHE_PROCESS_LOST: 'worker-lost',
  FHE_START_FAILED: 'worker-lost',
  NO_WORKER: 'worker-capacity',
  WORKER_CAPACITY: 'worker-capacity',
  PROVER_CAPACITY: 'worker-capacity',
  FHE_BUSY: 'worker-capacity',
  RESOURCE_EXHAUSTED: 'worker-capacity',
  DRAINING: 'worker-capacity',
  DEADLINE_EXCEEDED: 'timeout',
  PROVER_TIMEOUT: 'timeout',
  FHE_DEADLINE_EXCEEDED: 'timeout',
  COLLATERAL_UNAVAILABLE: 'collateral-unavailable',
  COLLATERAL_UNREACHABLE: 'collateral-unavailable',
  COLLATERAL_TIMEOUT: 'collateral-unavailable',
  COLLATERAL_RATE_LIMITED: 'collateral-unavailable',
  COLLATERAL_MISSING: 'collateral-unavailable',
  UNAVAILABLE: 'service-away',
  ABORTED: 'service-away',
  BLOB_DIGEST_MISMATCH: 'service-away',
  RECIPIENTS_GONE: 'keys-gone',
  EVIDENCE_INVALID: 'evidence-refused',
  EVIDENCE_UNBOUND: 'evidence-refused',
  MEASUREMENT_NOT_ALLOWED: 'evidence-refused',
  INTERNAL: 'internal',
  CANCELLED: 'stopped',
  RUN_GIVEN_UP: 'stopped',
};

/** Where a failure was seen. */
export type FailureSource =
  /** The orchestrator: no answer, no room, no time. */
  | { readonly by: 'orchestrator' }
  /** A worker gave up. `retryable` is its own word. */
  | { readonly by: 'worker'; readonly retryable: boolean }
  /** A result came and failed a check. */
  | { readonly by: 'check' };

/**
 * The class of a reason. A reason that the table does not list is the refusal of a runtime, unless the worker calls
 * it passing: then it is as if the worker had been lost.
 */
export function errorClassOf(reason: string, source: FailureSource): ErrorClassName {
  if (source.by === 'check') return 'result-refused';
  const listed = Object.hasOwn(classOfReason, reason) ? classOfReason[reason] : undefined;
  if (source.by === 'orchestrator') return listed ?? 'internal';
  if (!source.retryable) {
    return listed !== undefined && !ERROR_CLASSES[listed].retried ? listed : 'refused';
  }
  // What failed inside the orchestrator while a worker called it, on a full disk say, is the call's failure and not the task's.
  if (listed === 'internal') return 'service-away';
  return listed ?? 'worker-lost';
}

/**
 * Whether a task may have another attempt after a failure of this class. Authors narrow what is tried again; they
 * cannot widen it.
 */
export function isRetried(name: ErrorClassName, task: Pick<PlanTask, 'retry'>): boolean {
  const { retried, authorsName } = ERROR_CLASSES[name];
  if (!retried || task.retry === undefined) return retried;
  return authorsName !== null && task.retry.on.includes(authorsName);
}

/**
 * Pause before the next attempt: doubled with each failure, half of it by chance, so that what failed together does
 * not come back together.
 *
 * @param task whose author may have said how long the first pause is
 * @param failures attempts that failed so far, this one included
 * @param chance from 0 up to 1; recorded by the caller, so that a replay waits as long
 */
export function backOffMs(
  name: ErrorClassName,
  task: Pick<PlanTask, 'retry'>,
  failures: number,
  chance: number,
): number {
  const firstMs = task.retry?.backoffMs ?? ERROR_CLASSES[name].firstMs;
  const maxMs = Math.max(firstMs, ERROR_CLASSES[name].maxMs);
  const full = Math.min(firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30), maxMs);
  return Math.round(full / 2 + (full / 2) * Math.min(Math.max(chance, 0), 1));
}
