import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { ListExecutorsRequest__Output, ListExecutorsResponse } from '#contracts';
import { Database } from '../database/database.js';
import { parseTenantName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { CLOCK, type Clock } from '../tokens.js';
import { bounds, parsePeriod } from './period.js';

const LISTED_MAX = 1_000;
/** Steps of more runs than these are not looked at for one answer. */
const RUNS_MAX = 10_000;
const VALUE_CHARS_MAX = 200;

/** Facts of steps that name a model or circuit. */
const modelFacts = ['model', 'modelName', 'modelCard', 'modelCommitment', 'circuit', 'network'];

interface ExecutorRow extends Record<string, unknown> {
  readonly worker: string;
  readonly operations: string[];
  readonly steps: number;
  readonly failed: number;
  readonly first: number | null;
  readonly last: number | null;
}

interface ModelRow extends Record<string, unknown> {
  readonly operation: string;
  readonly fact: string;
  readonly value: string;
  readonly steps: number;
  readonly last: number | null;
}

/** Who did the steps of a tenant's runs, and with which models, as the rows of the runs have it. */
@Injectable()
export class ExecutorList {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(request: ListExecutorsRequest__Output): Promise<ListExecutorsResponse> {
    const tenant = parseTenantName(request.parent);
    const { from, to } = bounds(parsePeriod(request, this.clock()));
    const looked = sql`select run_id from sealflow.runs where tenant = ${tenant}
      and created_at >= ${from}::timestamptz and created_at < ${to}::timestamptz
      order by created_at desc limit ${RUNS_MAX}`;
    const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`);
    const { queries } = this.database;
    const [counted, executors, models] = await Promise.all([
      queries.execute<{ count: number }>(sql`select count(*)::int as count from (${looked}) looked`),
      queries.execute<ExecutorRow>(sql`
        select worker, array_agg(distinct operation order by operation) as operations, count(*)::int as steps,
          count(*) filter (where state = 'FAILED')::int as failed, ${ms('min(started_at)')} as first,
          ${ms('max(coalesce(ended_at, started_at))')} as last
        from sealflow.tasks join (${looked}) looked using (run_id)
        where worker is not null group by worker order by max(started_at) desc nulls last, worker limit ${LISTED_MAX}`),
      queries.execute<ModelRow>(sql`
        select operation, fact.key as fact, fact.value, count(*)::int as steps, ${ms('max(ended_at)')} as last
        from sealflow.tasks join (${looked}) looked using (run_id)
          cross join lateral jsonb_each_text(public) fact
        where public is not null and jsonb_typeof(public) = 'object' and fact.key = any(${sql.param(modelFacts)}::text[])
          and length(fact.value) <= ${VALUE_CHARS_MAX}
        group by 1, 2, 3 order by 1, 2, 3 limit ${LISTED_MAX}`),
    ]);
    return {
      executors: executors.rows.map(({ worker, operations, steps, failed, first, last }) => ({
        worker,
        operations,
        steps,
        failedSteps: failed,
        firstTime: timestamp(first),
        lastTime: timestamp(last),
      })),
      models: models.rows.map(({ last, ...model }) => ({ ...model, lastTime: timestamp(last) })),
      runs: counted.rows[0]?.count ?? 0,
    };
  }
}
