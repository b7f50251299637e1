import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import { csvRow } from '#evidence';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { runs } from '../database/schema.js';
import { filterSql } from '../listing/filter-sql.js';
import { type ListRequest, parseListQuery, parseQuestion } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { limitExceeded } from '../request-fields.js';
import type { ListedRun } from '../runs/listed-run.js';
import { runName } from '../runs/resource-names.js';
import { runList } from '../runs/run-lists.js';
import { RunStore } from '../runs/run-store.js';

const PAGE = 1_000;

const columns: readonly (readonly [name: string, of: (row: ListedRun) => string])[] = [
  ['run', ({ tenant, runId }) => runName(tenant, runId)],
  ['state', ({ state }) => state],
  ['reason', ({ reason }) => reason ?? ''],
  ['workflow', ({ workflow }) => workflow ?? ''],
  ['create_time_utc', ({ createdAt }) => createdAt.toISOString()],
  ['end_time_utc', ({ endedAt }) => endedAt?.toISOString() ?? ''],
  ['integrity', ({ integrity }) => integrity ?? ''],
  ['confidentiality', ({ confidentiality }) => confidentiality ?? ''],
  ['steps_by_level', ({ assurance }) => assurance ?? ''],
  ['plan', ({ plan }) => plan],
  ['policy', ({ policy }) => policy],
  ['bundle', ({ bundle }) => bundle ?? ''],
];

/** A list of runs as a table, read page by page, so that memory is bounded however long it is. */
@Injectable()
export class RunsCsv {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly tokens: PageTokens,
  ) {}

  /** Refuses what is too long before the first line: a table that ends early would look whole. */
  async check(tenant: string, request: ListRequest): Promise<void> {
    const { filter } = parseQuestion(runList, tenant, request);
    parseListQuery(runList, tenant, request, this.tokens, PAGE);
    const some = this.database.queries
      .select({ id: runs.runId })
      .from(runs)
      .where(and(eq(runs.tenant, tenant), filterSql(filter, runList.fields, runList.columns)))
      .limit(limits.csvRowsMax + 1)
      .as('some');
    const found = await this.database.queries.$count(some);
    if (found > limits.csvRowsMax) throw limitExceeded('csvRowsMax', null, 'filter by a shorter period');
  }

  async *lines(tenant: string, request: ListRequest): AsyncGenerator<string> {
    yield csvRow(columns.map(([name]) => name));
    let pageToken = '';
    do {
      const asked = { ...request, pageSize: PAGE, pageToken };
      const query = parseListQuery(runList, tenant, asked, this.tokens, PAGE);
      const { rows, nextPageToken } = query.page(await this.runs.list(tenant, query));
      yield rows.map((row) => csvRow(columns.map(([, of]) => of(row)))).join('');
      pageToken = nextPageToken;
    } while (pageToken !== '');
  }
}
