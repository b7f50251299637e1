import { Inject, Injectable } from '@nestjs/common';
import { and, asc, eq, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { BlobKeys } from '../blobs/blob-keys.js';
import { contentKey, openBlob, sealBlob } from '../blobs/blob-seal.js';
import { limits } from '../config/limits.js';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { ledgerIntents } from '../database/schema.js';
import { CLOCK, type Clock } from '../tokens.js';
import type { Submission } from './intent-request.js';

export type IntentRow = typeof ledgerIntents.$inferSelect;

/** What one batch takes out of the queue of its ledger. */
interface BatchCut {
  readonly tenant: string;
  readonly ledger: string;
  readonly batch: string;
  readonly intentsMax: number;
}

/** What answers and watchers need of a row; the envelope itself stays where it is. */
export type IntentStatus = Pick<
  IntentRow,
  'digest' | 'state' | 'batch' | 'position' | 'version' | 'reason' | 'createdAt' | 'endedAt'
>;

const status = {
  digest: ledgerIntents.digest,
  state: ledgerIntents.state,
  batch: ledgerIntents.batch,
  position: ledgerIntents.position,
  version: ledgerIntents.version,
  reason: ledgerIntents.reason,
  createdAt: ledgerIntents.createdAt,
  endedAt: ledgerIntents.endedAt,
};

/**
 * Sealed intents that wait for a batch. An envelope is named by the digest of its bytes, so one that is sent again,
 * because an answer was lost, is there once. At rest it is sealed as blobs are, under the key of its tenant.
 */
@Injectable()
export class IntentQueue {
  constructor(
    private readonly database: Database,
    private readonly keys: BlobKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws ApiError QUOTA_EXCEEDED, and then none of them is taken */
  async add(submission: Submission): Promise<void> {
    const { tenant, ledger, envelopes } = submission;
    await this.#requireRoom(tenant, ledger, envelopes.length);
    await this.put(this.database.queries, submission);
  }

  /** Without a look at how many wait: what runs submit is bounded by how many runs a tenant may have. */
  async put(
    queries: Queries | Transaction,
    { tenant, ledger, envelopes }: Omit<Submission, 'digests'>,
  ): Promise<void> {
    const createdAt = new Date(this.clock());
    const rows = await Promise.all(
      envelopes.map(async ({ digest, sealed, intents }) => {
        const row = { tenant, ledger, digest, state: 'queued', intents, size: sealed.length, createdAt };
        if (!this.keys.ring.seals) return { ...row, envelope: sealed };
        const key = contentKey(sealed);
        const { version: keyVersion, wrapped: wrappedKey } = await this.keys.ring.wrap(tenant, digest, key);
        return { ...row, envelope: sealBlob(key, digest, sealed), keyVersion, wrappedKey };
      }),
    );
    await queries.insert(ledgerIntents).values(rows).onConflictDoNothing();
  }

  /** Approximate on purpose: two calls at one time may both find the last place. */
  async #requireRoom(tenant: string, ledger: string, more: number): Promise<void> {
    const waiting = await this.waiting(tenant, ledger);
    const max = limits.intentsWaitingMax;
    if (waiting + more <= max) return;
    throw new ApiError(
      'QUOTA_EXCEEDED',
      `intentsWaitingMax: expected at most ${max} envelopes that wait on this ledger, got ${waiting} and ${more} more: wait for batches`,
      {
        facts: { limit: 'intentsWaitingMax', max: String(max), actual: String(waiting + more) },
        retryMs: 1_000,
      },
    );
  }

  async waiting(tenant: string, ledger: string): Promise<number> {
    const { rows } = await this.database.queries.execute<{ waiting: number }>(
      sql`select count(*)::int as waiting from (
            select from sealflow.ledger_intents where tenant = ${tenant} and ledger = ${ledger} and state = 'queued'
            limit ${limits.intentsWaitingMax + 1}) few`,
    );
    return rows[0]?.waiting ?? 0;
  }

  /** Those that are there, in no order. */
  find(tenant: string, ledger: string, digests: readonly string[]): Promise<IntentStatus[]> {
    return this.database.queries
      .select(status)
      .from(ledgerIntents)
      .where(and(of(tenant, ledger), sql`${ledgerIntents.digest} = any(${sql.param([...digests])}::text[])`));
  }

  /**
   * Takes the next envelopes out of the queue, in the order in which they came, for one batch. Those of a batch that
   * failed go in halves, until the one that spoils it is alone.
   *
   * @returns how many it took
   */
  async take(transaction: Transaction, { tenant, ledger, batch, intentsMax }: BatchCut): Promise<number> {
    const { rows } = await transaction.execute<{ digest: string }>(
      sql`with waiting as (
            select digest, number, together,
              row_number() over (order by number) as place,
              sum(intents) over (order by number) as intents,
              sum(size + 4) over (order by number) as bytes
            from (
              select * from sealflow.ledger_intents
              where tenant = ${tenant} and ledger = ${ledger} and state = 'queued'
              order by number limit ${intentsMax} for update
            ) locked
          ), first as (select together from waiting where place = 1
          ), taken as (
            select digest, place from waiting, first
            where waiting.intents <= ${intentsMax}
              and waiting.bytes <= ${limits.smallBlobBytesMax - 64}
              and waiting.place <= coalesce(first.together, ${intentsMax})
              and waiting.together is not distinct from first.together
          )
          update sealflow.ledger_intents intent
          set state = 'batched', batch = ${batch}, position = taken.place - 1
          from taken
          where intent.tenant = ${tenant} and intent.ledger = ${ledger} and intent.digest = taken.digest
          returning intent.digest`,
    );
    return rows.length;
  }

  /** The envelopes of a batch, in its order. */
  async envelopes(batch: string): Promise<Buffer[]> {
    const rows = await this.database.queries
      .select()
      .from(ledgerIntents)
      .where(eq(ledgerIntents.batch, batch))
      .orderBy(asc(ledgerIntents.position));
    return Promise.all(rows.map((row) => this.#open(row)));
  }

  async #open({ tenant, digest, envelope, keyVersion, wrappedKey }: IntentRow): Promise<Buffer> {
    if (envelope === null) throw new Error(`envelope ${digest}: expected its bytes, got none`);
    if (keyVersion === null || wrappedKey === null) return envelope;
    const wrap = { owner: tenant, version: keyVersion, wrapped: wrappedKey };
    return openBlob(await this.keys.ring.unwrapFirst(digest, [wrap]), digest, envelope);
  }

  /** Their batch is applied: what became of them is in its outcomes. */
  async done(queries: Transaction, batch: string, version: number, time: Date): Promise<void> {
    await queries
      .update(ledgerIntents)
      .set({ state: 'done', version, endedAt: time, envelope: null, wrappedKey: null })
      .where(eq(ledgerIntents.batch, batch));
  }

  /** @param together so many go together next time at most; null: as many as fit */
  async putBack(queries: Transaction, batch: string, together: number | null): Promise<void> {
    await queries
      .update(ledgerIntents)
      .set({ state: 'queued', batch: null, position: null, together })
      .where(eq(ledgerIntents.batch, batch));
  }

  /**
   * The only one of a batch that failed. Others go before it next time; that one of them is applied says that it was
   * this one's fault.
   *
   * @returns how often that was, and whether another batch was applied since the first time
   */
  async failedAlone(
    queries: Transaction,
    batch: string,
    time: Date,
  ): Promise<{ readonly digest: string; readonly failures: number; readonly othersPass: boolean }> {
    const { rows } = await queries.execute<{ digest: string; failures: number; others: boolean }>(
      sql`update sealflow.ledger_intents intent
          set state = 'queued', batch = null, position = null, together = 1,
            number = nextval(pg_get_serial_sequence('sealflow.ledger_intents', 'number')),
            failures = failures + 1, failed_at = coalesce(failed_at, ${time.toISOString()}::timestamptz)
          where batch = ${batch}
          returning digest, failures, exists (
            select from sealflow.ledger_batches other
            where other.tenant = intent.tenant and other.ledger = intent.ledger and other.state = 'applied'
              and other.ended_at >= intent.failed_at) as others`,
    );
    const [row] = rows;
    return { digest: row?.digest ?? '', failures: row?.failures ?? 0, othersPass: row?.others ?? false };
  }

  async refuse(
    queries: Transaction,
    { batch, tenant, ledger }: { readonly batch: string; readonly tenant: string; readonly ledger: string },
    { digest, reason, time }: { readonly digest: string; readonly reason: string; readonly time: Date },
  ): Promise<void> {
    await queries
      .update(ledgerIntents)
      .set({ state: 'refused', batch, reason, endedAt: time, envelope: null, wrappedKey: null })
      .where(and(of(tenant, ledger), eq(ledgerIntents.digest, digest)));
  }

  /** Ledgers where a batch is due: somebody waited for the window, or a batch is full, and no batch is under way. */
  async due(queries: Queries, windowMs: number): Promise<{ tenant: string; ledger: string }[]> {
    const now = new Date(this.clock()).toISOString();
    const oldest = new Date(this.clock() - windowMs).toISOString();
    const { rows } = await queries.execute<{ tenant: string; ledger: string }>(
      sql`select page.tenant, page.ledger from sealflow.page_ledgers page
          where page.claimed_by is null and (page.retry_at is null or page.retry_at <= ${now}::timestamptz) and exists (
            select from sealflow.ledger_intents intent
            where intent.tenant = page.tenant and intent.ledger = page.ledger and intent.state = 'queued'
              and intent.created_at <= ${oldest}::timestamptz)`,
    );
    return rows;
  }

  /** What ended so long ago that nobody asks for it any more. */
  async sweep(): Promise<void> {
    const before = new Date(this.clock() - limits.intentsKeptMs).toISOString();
    await this.database.queries.execute(
      sql`delete from sealflow.ledger_intents where (tenant, ledger, digest) in (
            select tenant, ledger, digest from sealflow.ledger_intents
            where ended_at is not null and ended_at < ${before}::timestamptz limit 1000)`,
    );
  }
}

function of(tenant: string, ledger: string) {
  return and(eq(ledgerIntents.tenant, tenant), eq(ledgerIntents.ledger, ledger));
}
