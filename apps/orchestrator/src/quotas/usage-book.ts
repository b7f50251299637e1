import { type SQL, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../database/database.js';

/** Rows that one counter is spread over. Two calls at a time seldom want the same one. */
const SHARDS = 32;

/** A connection does one thing at a time, so calls on two of them do not wait for one row. */
export const ownShard = sql.raw(`pg_backend_pid() % ${SHARDS}`);

export const stepKinds = ['tee', 'zk', 'fhe', 'human'] as const;

export type StepKind = (typeof stepKinds)[number];

export type Counter =
  | 'runs'
  | 'endedRuns'
  | 'runMs'
  | 'overheadMs'
  | `steps.${StepKind}`
  | `stepMs.${StepKind}`
  | `waitMs.${StepKind}`
  | `bytes.${'in' | 'out' | 'stored'}`;

export interface UsageDay {
  /** yyyy-mm-dd */
  readonly day: string;
  /** What a counter that is missing here stands at is 0. */
  readonly amounts: Readonly<Partial<Record<Counter, number>>>;
  /** At the end of the day. */
  readonly bytesStored: number;
}

/**
 * Adds to counters of a tenant, by the day of the database's clock. Part of a transaction, as its last statement: it is
 * counted if and only if it happened.
 *
 * @param unless true where it was counted before
 */
export function countUsage(
  tenant: string,
  amounts: Readonly<Partial<Record<Counter, number>>>,
  unless: SQL = sql`false`,
): SQL {
  // One order for all: two transactions on one shard never wait for each other in a circle.
  return sql`insert into sealflow.usage_days (tenant, day, counter, shard, amount)
    select ${tenant}, (now() at time zone 'UTC')::date, key, ${ownShard}, value::bigint
    from jsonb_each_text(${JSON.stringify(amounts)}::jsonb) where value::bigint <> 0 and not (${unless}) order by key
    on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount`;
}

/** What tenants used. Asked as one, the database shows that tenant's alone. */
export class UsageBook {
  constructor(private readonly queries: Queries | Transaction) {}

  /** Newest first. @param before a day, exclusive; empty for all */
  async days(tenant: string, before: string, count: number): Promise<UsageDay[]> {
    const { rows } = await this.queries.execute<{
      day: string;
      amounts: UsageDay['amounts'];
      stored: string;
    }>(
      sql`with sums as (
            select day, counter, sum(amount) as amount from sealflow.usage_days
            where tenant = ${tenant} group by day, counter
          ), days as (
            select day, jsonb_object_agg(counter, amount) as amounts,
              sum(coalesce(sum(amount) filter (where counter = 'bytes.stored'), 0)) over (order by day) as stored
            from sums group by day
          )
          select day::text as day, amounts, stored::text as stored from days
          where ${before} = '' or day < nullif(${before}, '')::date order by day desc limit ${count}`,
    );
    return rows.map(({ day, amounts, stored }) => ({ day, amounts, bytesStored: Number(stored) }));
  }
}
