import { Injectable } from '@nestjs/common';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { SampleRunsRequest__Output, SampleRunsResponse } from '#contracts';
import { Database } from '../database/database.js';
import { runs } from '../database/schema.js';
import { filterSql } from '../listing/filter-sql.js';
import { parseQuestion } from '../listing/list-query.js';
import { invalidField } from '../request-fields.js';
import { parseTenantName } from '../runs/resource-names.js';
import { runList } from '../runs/run-lists.js';
import { RunReader } from '../runs/run-reader.js';

const SIZE = 25;
const SIZE_MAX = 100;
const seedPattern = /^[A-Za-z0-9._-]{1,64}$/;

interface Drawn extends Record<string, unknown> {
  readonly run_id: string;
  readonly rank: string;
  readonly population: number;
  readonly digest: string;
}

/**
 * Draws runs for an auditor. The rank of a run is SHA-256 of seed, line feed and run id, so the operator can choose
 * nothing once the seed is said, and the auditor draws the same runs from the list with `sha256sum`. That the list is
 * whole is for the log to show: it has a leaf for each run that ended.
 */
@Injectable()
export class RunSampler {
  constructor(
    private readonly database: Database,
    private readonly reader: RunReader,
  ) {}

  async sample(request: SampleRunsRequest__Output): Promise<SampleRunsResponse> {
    const tenant = parseTenantName(request.parent);
    const { seed, filter: text } = request;
    if (!seedPattern.test(seed)) throw invalidField('seed', '1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`');
    if (request.size < 0 || request.size > SIZE_MAX)
      throw invalidField('size', `1 to ${SIZE_MAX}, or nothing`);
    const size = request.size === 0 ? SIZE : request.size;
    const { filter } = parseQuestion(runList, tenant, { pageSize: 0, pageToken: '', filter: text });
    const drawn = await this.#draw(tenant, filterSql(filter, runList.fields, runList.columns), seed, size);
    const [first] = drawn;
    const ids = drawn.map(({ run_id }) => run_id);
    const rows =
      ids.length === 0
        ? []
        : await this.database.queries
            .select()
            .from(runs)
            .where(and(eq(runs.tenant, tenant), inArray(runs.runId, ids)));
    const messages = await this.reader.messages(rows);
    const byId = new Map(rows.map((row, index) => [row.runId, messages[index] ?? null]));
    return {
      runs: drawn.map(({ run_id, rank }) => ({ rank, run: byId.get(run_id) ?? null })),
      population: first?.population ?? 0,
      populationDigest: `sha256:${first?.digest ?? EMPTY}`,
      seed,
      filter: text,
    };
  }

  async #draw(
    tenant: string,
    where: ReturnType<typeof filterSql>,
    seed: string,
    size: number,
  ): Promise<readonly Drawn[]> {
    const condition = and(eq(runs.tenant, tenant), where);
    const { rows } = await this.database.queries.execute<Drawn>(sql`
      with found as materialized (select ${runs.runId} as run_id from ${runs} where ${condition}),
      counted as (
        select count(*)::int as population,
          encode(sha256(convert_to(string_agg(run_id || chr(10), '' order by run_id collate "C"), 'UTF8')), 'hex') as digest
        from found
      ), ranked as (
        select run_id, encode(sha256(convert_to(${seed} || chr(10) || run_id, 'UTF8')), 'hex') as rank
        from found
      )
      select run_id, rank, population, digest from ranked cross join counted
      order by rank collate "C", run_id collate "C" limit ${size}`);
    return rows;
  }
}

/** SHA-256 of nothing. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
