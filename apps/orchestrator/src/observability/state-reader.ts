import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { migrationsKnown } from '../database/migrations.js';

/** What the database holds at a moment, for metrics and diagnoses: counts and ages, by its own clock. */
export interface StoredState {
  readonly version: string;
  readonly migrations: { readonly applied: number; readonly known: number };
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly pingMs: number;
  /** Open runs by state. */
  readonly runs: Readonly<Record<string, number>>;
  readonly leases: { readonly queued: number; readonly sent: number; readonly people: number };
  readonly oldestQueuedMs: number;
  readonly log: {
    readonly size: number;
    readonly queued: number;
    readonly oldestQueuedMs: number;
    /** Null while the log is empty. */
    readonly checkpointAgeMs: number | null;
  };
  readonly timestamps: { readonly waiting: number; readonly oldestMs: number };
  /** Large blobs whose files lie in the clear, since before blobs were sealed; a few of them by their digests. */
  readonly plainFiles: { readonly count: number; readonly digests: readonly string[] };
  readonly replicas: { readonly live: number; readonly dead: number };
}

/** A scrape a second at most reaches the database, whoever asks how often. */
const KEPT_MS = 1_000;
const READ_MS_MAX = 2_000;
const NAMED_MAX = 5;

const inTheClear = sql`not segments @> '[{"sealed":true}]'`;

const ageMs = (column: string) =>
  sql.raw(`coalesce(extract(epoch from now() - min(${column})) * 1000, 0)::float8`);

@Injectable()
export class StateReader {
  #kept: { readonly atMs: number; readonly state: Promise<StoredState> } | null = null;
  #reading = false;

  constructor(private readonly database: Database) {}

  /** Rejects while the database is away, and when it takes too long: whoever asks wants to know that it hangs. */
  async read(): Promise<StoredState> {
    const atMs = performance.now();
    // One question at a time: a database that hangs must not get more of them, nor all connections.
    if (this.#kept === null || (!this.#reading && atMs - this.#kept.atMs > KEPT_MS)) {
      this.#reading = true;
      const state = this.#read().finally(() => {
        this.#reading = false;
      });
      state.catch(() => undefined);
      this.#kept = { atMs, state };
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the database does not answer')), READ_MS_MAX);
    });
    return Promise.race([this.#kept.state, late]).finally(() => clearTimeout(timer));
  }

  async #read(): Promise<StoredState> {
    const { queries } = this.database;
    const startedMs = performance.now();
    await this.database.ping();
    const pingMs = performance.now() - startedMs;
    const runs = await queries.execute<{ state: string; count: number }>(
      sql`select state, count(*)::int as count from sealflow.runs
          where ended_at is null group by state`,
    );
    const { rows } = await queries.execute<Record<string, unknown>>(sql`
      select current_setting('server_version') as version,
        extract(epoch from clock_timestamp())::float8 * 1000 as "nowMs",
        (select count(*)::int from sealflow_migrations.__drizzle_migrations) as applied,
        (select count(*)::int from sealflow.leases where state = 'queued') as queued,
        (select count(*)::int from sealflow.leases where state = 'sent' and boot_id is not null) as sent,
        (select count(*)::int from sealflow.leases where state = 'sent' and boot_id is null) as people,
        (select ${ageMs('t.started_at')} from sealflow.leases l
          join sealflow.tasks t on t.run_id = l.run_id and t.task_id = l.task_id
          where l.state = 'queued') as "oldestQueuedMs",
        (select coalesce(max(index) + 1, 0)::int from sealflow.log_entries) as size,
        (select count(*)::int from sealflow.log_queue) as "leavesQueued",
        (select ${ageMs('since')} from sealflow.log_queue) as "oldestLeafMs",
        (select extract(epoch from now() - at)::float8 * 1000 from sealflow.log_checkpoints
          order by size desc limit 1) as "checkpointAgeMs",
        (select count(*)::int from sealflow.timestamp_queue) as unstamped,
        (select ${ageMs('since')} from sealflow.timestamp_queue) as "oldestUnstampedMs",
        (select count(*)::int from sealflow.large_blobs where ${inTheClear}) as "plainFiles",
        (select coalesce(jsonb_agg(digest), '[]') from (select digest from sealflow.large_blobs where ${inTheClear}
          order by digest limit ${NAMED_MAX}) plain) as "plainDigests",
        (select count(*)::int from sealflow.replicas
          where seen_at > now() - ${limits.replicaDeadMs} * interval '1 millisecond') as live,
        (select count(*)::int from sealflow.replicas
          where seen_at <= now() - ${limits.replicaDeadMs} * interval '1 millisecond') as dead`);
    const row = rows[0] ?? {};
    const number = (name: string): number => Math.round(Number(row[name] ?? 0));
    return {
      version: String(row['version']),
      migrations: { applied: number('applied'), known: migrationsKnown() },
      nowMs: number('nowMs'),
      pingMs,
      runs: Object.fromEntries(runs.rows.map(({ state, count }) => [state, count])),
      leases: { queued: number('queued'), sent: number('sent'), people: number('people') },
      oldestQueuedMs: number('oldestQueuedMs'),
      log: {
        size: number('size'),
        queued: number('leavesQueued'),
        oldestQueuedMs: number('oldestLeafMs'),
        checkpointAgeMs: row['checkpointAgeMs'] == null ? null : number('checkpointAgeMs'),
      },
      timestamps: { waiting: number('unstamped'), oldestMs: number('oldestUnstampedMs') },
      plainFiles: { count: number('plainFiles'), digests: texts(row['plainDigests']) },
      replicas: { live: number('live'), dead: number('dead') },
    };
  }
}

function texts(column: unknown): string[] {
  return Array.isArray(column) ? column.map(String) : [];
}
