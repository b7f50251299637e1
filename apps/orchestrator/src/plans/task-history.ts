import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { Logger } from '#telemetry';
import type { History } from '#workflow';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';

/** So long a plan is the same for the same question, and so seldom the whole table is looked at. */
const REFRESH_MS = 300_000;
/** Of each operation the last ones count: machines and models change. */
const TASKS_MAX = 1_000;
const AGE_DAYS_MAX = 7;

interface HistoryRow extends Record<string, unknown> {
  readonly operation: string;
  readonly count: string;
  readonly p50: number;
  readonly p90: number;
  readonly memory: number | null;
}

/**
 * What finished tasks of this installation took, for the planner: from the moment a worker got the lease until its
 * result was on record. Durations, memory and counts of all
 * tenants, rounded, and nothing else of their runs.
 */
@Injectable()
export class TaskHistory {
  #known: History = {};
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** An estimate is worth no failed plan: what cannot be read is what was known before. */
  async current(): Promise<History> {
    if (this.clock() - this.#readAtMs < REFRESH_MS) return this.#known;
    this.#readAtMs = this.clock();
    try {
      // Within a call the database would show the caller's tasks alone, and everybody would plan by them.
      this.#known = await asSystem(() => this.#read());
    } catch (error) {
      this.logger.warn({ err: error }, 'history of tasks not read');
    }
    return this.#known;
  }

  async #read(): Promise<History> {
    const { rows } = await this.database.queries.execute<HistoryRow>(sql`
      select operation, count(*) as count,
             percentile_cont(0.5) within group (order by ms) as p50,
             percentile_cont(0.9) within group (order by ms) as p90,
             max(memory_mib) as memory
      from (
        select t.operation, t.memory_mib, extract(epoch from (t.ended_at - l.sent_at)) * 1000 as ms,
               row_number() over (partition by t.operation order by t.ended_at desc) as nth
        from sealflow.tasks t
        join sealflow.leases l on l.run_id = t.run_id and l.task_id = t.task_id and l.attempt = t.attempt
        where t.state = 'SUCCEEDED' and l.sent_at is not null
          and t.ended_at > now() - make_interval(days => ${AGE_DAYS_MAX})
      ) finished
      where nth <= ${TASKS_MAX} and ms >= 0
      group by operation`);
    return Object.fromEntries(
      rows.map(({ operation, count, p50, p90, memory }) => [
        operation,
        {
          count: powerOfTwo(Number(count)),
          p50Ms: rounded(Number(p50)),
          p90Ms: rounded(Number(p90)),
          ...(memory === null ? {} : { memoryMiB: rounded(Number(memory)) }),
        },
      ]),
    );
  }
}

/** To two digits, upwards: more would be noise, and would give every plan a digest of its own. */
export function rounded(figure: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, figure))) - 1);
  return Math.ceil(figure / unit) * unit;
}

/** "At least so many". */
export function powerOfTwo(count: number): number {
  return count < 1 ? 0 : 2 ** Math.floor(Math.log2(count));
}
