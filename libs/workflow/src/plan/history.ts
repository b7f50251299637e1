import type { Json } from '#canonical';
import { costMicrosOf } from '../catalogue/estimates.js';
import type { Candidate, Estimate, TaskTemplate } from '../catalogue/operation.js';
import { ObjectReader, OPERATION } from '../definition/object-reader.js';

/** What finished tasks of one operation took, from the moment a worker had the lease. */
export interface OperationHistory {
  /** Tasks that were measured. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  /** What a worker's processes held at most meanwhile; absent where none has said. */
  readonly memoryMiB?: number;
}

/** By operation of a task, e.g. `ledger.reserve.authorize`. */
export type History = Readonly<Record<string, OperationHistory>>;

/** Fewer say more about their day than about the operation. */
export const MEASURED_TASKS_MIN = 5;
const COUNT_MAX = 1_000_000_000;
const DURATION_MS_MAX = 7 * 24 * 3_600_000;
const MEMORY_MIB_MAX = 64 * 1_048_576;
const OPERATIONS_MAX = 256;

/** Behind an estimate: present only where every worker's part of it was measured. */
export interface Measured {
  /** Of the part with the fewest. */
  readonly tasks: number;
  /** Nine of ten took no longer. */
  readonly p90Ms: number;
}

export interface MeasuredEstimate {
  readonly estimate: Estimate;
  readonly measured: Measured | null;
}

/** The middle of what was measured, and the most that it held, else the catalogue's estimate. */
export function estimateTask(template: TaskTemplate, history: History): MeasuredEstimate {
  const found = Object.hasOwn(history, template.operation) ? history[template.operation] : undefined;
  if (found === undefined || found.count < MEASURED_TASKS_MIN) {
    return { estimate: template.estimate, measured: null };
  }
  return {
    estimate: {
      durationMs: found.p50Ms,
      memoryMiB: found.memoryMiB ?? template.estimate.memoryMiB,
      costMicros: costMicrosOf(found.p50Ms),
    },
    measured: { tasks: found.count, p90Ms: found.p90Ms },
  };
}

/** A person is waited for, not measured: such a task says nothing about how good an estimate is. */
export function estimateCandidate({ tasks }: Candidate, history: History): MeasuredEstimate {
  const parts = tasks.map((template) => ({ template, ...estimateTask(template, history) }));
  const sum = (pick: (estimate: Estimate) => number) =>
    parts.reduce((total, { estimate }) => total + pick(estimate), 0);
  const worked = parts.filter(({ template }) => template.kind !== 'human');
  const known = worked.flatMap(({ measured }) => measured ?? []);
  return {
    estimate: {
      durationMs: sum((estimate) => estimate.durationMs),
      memoryMiB: Math.max(0, ...parts.map(({ estimate }) => estimate.memoryMiB)),
      costMicros: sum((estimate) => estimate.costMicros),
    },
    measured:
      known.length === 0 || known.length < worked.length
        ? null
        : {
            tasks: Math.min(...known.map((measured) => measured.tasks)),
            p90Ms: known.reduce((total, measured) => total + measured.p90Ms, 0),
          },
  };
}

/** @throws WorkflowError `SCHEMA_INVALID`, `UNKNOWN_FIELD` or `LIMIT_EXCEEDED`; `path` starts with `history` */
export function parseHistory(value: Json): History {
  const reader = new ObjectReader(value, 'history');
  return Object.fromEntries(
    reader.names(OPERATION, 'operations', OPERATIONS_MAX).map((name) => {
      const entry = reader.object(name).only(['count', 'p50Ms', 'p90Ms', 'memoryMiB']);
      return [
        name,
        {
          count: entry.integer('count', 0, COUNT_MAX),
          p50Ms: entry.integer('p50Ms', 0, DURATION_MS_MAX),
          p90Ms: entry.integer('p90Ms', 0, DURATION_MS_MAX),
          ...(entry.has('memoryMiB') ? { memoryMiB: entry.integer('memoryMiB', 0, MEMORY_MIB_MAX) } : {}),
        },
      ];
    }),
  );
}
