import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { GetOverviewRequest__Output, GetOverviewResponse } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { LogReader } from '../log/log-reader.js';
import { parseTenantName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { CLOCK, type Clock } from '../tokens.js';
import { addUp, type CountRow } from './overview-counts.js';
import { bounds, type Period, parsePeriod } from './period.js';

/** What became of the runs of a period, in one look. */
@Injectable()
export class OverviewReader {
  constructor(
    private readonly database: Database,
    private readonly log: LogReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async overview(request: GetOverviewRequest__Output): Promise<GetOverviewResponse> {
    const tenant = parseTenantName(request.parent);
    const period = parsePeriod(request, this.clock());
    const [rows, waiting, unstampedRuns, log] = await Promise.all([
      this.#counts(tenant, period),
      this.#approvals(tenant),
      this.#unstamped(tenant, period),
      this.log.health(),
    ]);
    const { runs, states, workflows, levels, days, ...incomplete } = addUp(rows);
    return {
      startTime: timestamp(period.fromMs),
      endTime: timestamp(period.toMs),
      ...{ runs, states, workflows, levels, days, log },
      incomplete: { ...incomplete, unstampedRuns },
      approvalsWaiting: waiting.count,
      oldestApprovalTime: timestamp(waiting.oldestMs),
    };
  }

  /**
   * Read from the index `runs_overview` alone: runs themselves are wide, and there may be many. Day by day, because the
   * index has them in the order of time: so nothing is sorted, and the groups of one day fit in memory.
   */
  async #counts(tenant: string, period: Period): Promise<CountRow[]> {
    const { from, to } = bounds(period);
    const { rows } = await this.database.queries.execute<CountRow & Record<string, unknown>>(sql`
      select to_char(day at time zone 'UTC', 'YYYY-MM-DD') as day, state, workflow, assurance, runs, deleted
      from generate_series(date_trunc('day', ${from}::timestamptz, 'UTC'), ${to}::timestamptz, '24 hours') day
        cross join lateral (
          select state, workflow, assurance, count(*)::int as runs, count(evidence_deleted_at)::int as deleted
          from sealflow.runs
          where tenant = ${tenant} and created_at >= greatest(day, ${from}::timestamptz)
            and created_at < least(day + interval '24 hours', ${to}::timestamptz)
          group by 1, 2, 3
        ) counted`);
    return rows;
  }

  async #approvals(tenant: string): Promise<{ count: number; oldestMs: number | null }> {
    const { rows } = await this.database.queries.execute<{ count: number; oldest: number | null }>(sql`
      select count(*)::int as count, extract(epoch from min(tasks.started_at))::float8 * 1000 as oldest
      from sealflow.tasks join sealflow.runs using (run_id)
      where tasks.state = 'AWAITING_APPROVAL' and runs.tenant = ${tenant} and runs.ended_at is null`);
    const [row] = rows;
    return { count: row?.count ?? 0, oldestMs: row?.oldest ?? null };
  }

  /** The queue is the orchestrator's own; which of it is the tenant's is asked by name. */
  #unstamped(tenant: string, period: Period): Promise<number> {
    const { from, to } = bounds(period);
    return asSystem(async () => {
      const { rows } = await this.database.queries.execute<{ count: number }>(sql`
        select count(*)::int as count from sealflow.timestamp_queue join sealflow.runs using (run_id)
        where runs.tenant = ${tenant} and runs.created_at >= ${from}::timestamptz
          and runs.created_at < ${to}::timestamptz`);
      return rows[0]?.count ?? 0;
    });
  }
}
