import type { Counter } from '../quotas/usage-book.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';

/**
 * What a run that ends adds to the counters of its tenant: its length, and the part of it that is overhead. One that was
 * taken up again after an end adds nothing: it was counted, and lay still for as long as nobody wanted it.
 */
export function usageOfRun(
  { createdAt, generation }: Pick<RunRow, 'createdAt' | 'generation'>,
  tasks: readonly Pick<TaskRow, 'startedAt' | 'endedAt'>[],
  endedAt: Date,
): Readonly<Partial<Record<Counter, number>>> {
  if (generation > 1) return {};
  const from = createdAt.getTime();
  const to = Math.max(from, endedAt.getTime());
  const overheadMs = to - from - outMs(tasks, from, to);
  return { endedRuns: 1, runMs: to - from, overheadMs };
}

/** In which at least one step was out: ready for a worker or a person, or at one. */
function outMs(
  tasks: readonly Pick<TaskRow, 'startedAt' | 'endedAt'>[],
  fromMs: number,
  toMs: number,
): number {
  const spans = tasks
    .flatMap(({ startedAt, endedAt }) =>
      startedAt === null || endedAt === null ? [] : [[startedAt.getTime(), endedAt.getTime()] as const],
    )
    .sort(([one], [other]) => one - other);
  let sum = 0;
  let reached = fromMs;
  for (const [start, end] of spans) {
    const until = Math.min(end, toMs);
    sum += Math.max(0, until - Math.max(start, reached));
    reached = Math.max(reached, until);
  }
  return sum;
}
