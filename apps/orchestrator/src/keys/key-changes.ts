import { Inject, Injectable } from '@nestjs/common';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { requirePrincipal } from '../auth/call-context.js';
import { PlainBlobs } from '../blobs/plain-blobs.js';
import { Database, type Transaction } from '../database/database.js';
import { keyDestructions, tenants } from '../database/schema.js';
import { LogSequencer } from '../log/log-sequencer.js';
import { ReplicaSignals } from '../replicas/replica-signals.js';
import { invalidField } from '../request-fields.js';
import { Changes } from '../requests/changes.js';
import { requireSameEtag } from '../requests/etag.js';
import { type RetentionAction, writeRecord } from '../retention/retention-record.js';
import { RetentionStore } from '../retention/retention-store.js';
import { CLOCK, type Clock } from '../tokens.js';
import { lockKey } from './key-lock.js';
import { destroyed, mayBecome, resumed, rotated, suspended } from './key-states.js';
import { keyEtag } from './key-view.js';
import { Keyring, keyState } from './keyring.js';
import { StagingKeys } from './staging-keys.js';
import type { KeyState, TenantKey } from './tenant-key-store.js';

export interface KeyChange {
  readonly tenant: string;
  readonly reason: string;
  readonly etag: string;
  readonly requestId: string;
}

type Destruction = typeof keyDestructions.$inferSelect;

/** Whoever finishes what a call began that did not come to its end. */
const FINISHER = 'sweeper';

/**
 * What operators change of the keys of tenants. The store is changed at the end of a transaction that says so in the
 * log: a replica that dies between the two leaves a change without its record, and never a record without its change,
 * except for a destruction, whose decision is recorded before, and which is then finished by whoever finds it.
 */
@Injectable()
export class KeyChanges {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
    private readonly ring: Keyring,
    private readonly staging: StagingKeys,
    private readonly plain: PlainBlobs,
    @Inject(LogSequencer) private readonly sequencer: Pick<LogSequencer, 'wake'>,
    @Inject(ReplicaSignals) private readonly signals: Pick<ReplicaSignals, 'send' | 'on'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    signals.on('keys', () => this.ring.forget());
  }

  suspend(change: KeyChange): Promise<void> {
    return this.#change('SuspendKey', 'suspend-key', change, {}, (key, nowMs) => {
      if (key.state === 'SUSPENDED') return null;
      return suspended(expected(key, 'SUSPENDED'), nowMs);
    });
  }

  resume(change: KeyChange): Promise<void> {
    return this.#change('ResumeKey', 'resume-key', change, {}, (key, nowMs) => {
      if (key.state === 'ACTIVE') return null;
      return resumed(expected(key, 'ACTIVE'), nowMs);
    });
  }

  rotate(change: KeyChange, compromised: boolean): Promise<void> {
    return this.#change(
      'RotateKey',
      'rotate-key',
      change,
      { compromised: String(compromised) },
      (key, nowMs) => {
        if (key.state === 'DESTROYED') throw keyState(key.owner, key.state);
        return rotated(key, nowMs, compromised);
      },
    );
  }

  async #change(
    method: string,
    action: RetentionAction,
    { tenant, reason, etag, requestId }: KeyChange,
    facts: Readonly<Record<string, string>>,
    step: (key: TenantKey, nowMs: number) => TenantKey | null,
  ): Promise<void> {
    const actor = requirePrincipal().subject;
    const content = { tenant, reason, etag, ...facts };
    await this.changes.apply<null>(
      { tenant: null, method, requestId, validateOnly: false, content },
      {
        make: async (transaction) => {
          const key = await this.#locked(transaction, tenant, etag);
          const nowMs = this.clock();
          const next = step(key, nowMs);
          if (next !== null) {
            const version = next.versions.at(-1)?.version ?? 0;
            const record = {
              tenant,
              time: new Date(nowMs),
              actor,
              action,
              reason,
              facts: { ...facts, version },
            };
            await writeRecord(transaction, record);
            await this.ring.store.replace(next);
          }
          return { resource: tenant, answer: null };
        },
        again: () => Promise.resolve(null),
      },
    );
    this.#tell(tenant);
  }

  /** @param confirm the tenant once more @throws ApiError KEY_STATE_INVALID, HOLD_STANDING, RUNS_OPEN */
  async destroy({ tenant, reason, etag, requestId }: KeyChange, confirm: string): Promise<void> {
    if (confirm !== tenant) throw invalidField('confirm', `the name of the tenant, ${tenant}`);
    const actor = requirePrincipal().subject;
    await this.changes.apply<null>(
      {
        tenant: null,
        method: 'DestroyKey',
        requestId,
        validateOnly: false,
        content: { tenant, reason, etag },
      },
      {
        make: async (transaction) => {
          expected(await this.#locked(transaction, tenant, etag), 'DESTROYED');
          const refusal = await refusalOf(transaction, tenant);
          if (refusal !== null) throw refusal;
          const time = new Date(this.clock());
          const decided = await transaction
            .insert(keyDestructions)
            .values({ tenant, actor, reason, begunAt: time })
            .onConflictDoNothing()
            .returning();
          if (decided.length > 0)
            await writeRecord(transaction, {
              tenant,
              time,
              actor,
              action: 'decide-destruction',
              reason,
              facts: {},
            });
          return { resource: tenant, answer: null };
        },
        again: () => Promise.resolve(null),
      },
    );
    await this.finish(tenant);
  }

  /** Destructions that were decided before a time, and are not finished. */
  async unfinished(before: Date): Promise<string[]> {
    const rows = await this.database.queries
      .select({ tenant: keyDestructions.tenant, begunAt: keyDestructions.begunAt })
      .from(keyDestructions)
      .where(isNull(keyDestructions.finishedAt));
    return rows.filter(({ begunAt }) => begunAt < before).map(({ tenant }) => tenant);
  }

  /** Does what is left of a destruction that was decided; nothing where nothing is. Each step may be done again. */
  async finish(tenant: string): Promise<void> {
    if ((await this.#decided(this.database.queries, tenant)) === null) return;
    // Rows of before lie in the clear, where no key of anybody keeps them.
    await this.plain.sealAll(tenant);
    const refusal = await this.database.queries.transaction((transaction) =>
      this.#destroyKey(transaction, tenant),
    );
    this.#tell(tenant);
    if (refusal !== null) throw refusal;
    await this.staging.retire();
    await this.database.queries.transaction(async (transaction) => {
      await lockKey(transaction, tenant);
      const row = await this.#decided(transaction, tenant);
      if (row === null) return;
      const time = new Date(this.clock());
      const { actor, reason } = row;
      await transaction
        .update(keyDestructions)
        .set({ finishedAt: time })
        .where(eq(keyDestructions.tenant, tenant));
      await writeRecord(transaction, { tenant, time, actor, action: 'destroy-key', reason, facts: {} });
    });
    this.sequencer.wake();
  }

  /** Whether a hold was placed, or a run begun, meanwhile: then the decision is taken back. */
  async #destroyKey(transaction: Transaction, tenant: string): Promise<ApiError | null> {
    await lockKey(transaction, tenant);
    if ((await this.#decided(transaction, tenant)) === null) return null;
    const key = await this.ring.freshKeyOf(tenant);
    if (key.state === 'DESTROYED') return null;
    const time = new Date(this.clock());
    const refusal = mayBecome(key.state, 'DESTROYED')
      ? await refusalOf(transaction, tenant)
      : keyState(tenant, key.state);
    if (refusal !== null) {
      await transaction.delete(keyDestructions).where(eq(keyDestructions.tenant, tenant));
      const record = {
        tenant,
        time,
        actor: FINISHER,
        action: 'keep-key',
        reason: refusal.reason,
        facts: {},
      } as const;
      await writeRecord(transaction, record);
      return refusal;
    }
    await forgetWaiting(transaction, tenant);
    await this.ring.store.replace(destroyed(key, time.getTime()));
    return null;
  }

  async #locked(transaction: Transaction, tenant: string, etag: string): Promise<TenantKey> {
    await lockKey(transaction, tenant);
    const [row] = await transaction.select().from(tenants).where(eq(tenants.tenant, tenant));
    if (row === undefined) throw new ApiError('NOT_FOUND', `no tenant ${tenant}`);
    const key = await this.ring.freshKeyOf(tenant);
    requireSameEtag(etag, keyEtag(key), `the key of tenant ${tenant}`);
    return key;
  }

  async #decided(queries: Pick<Database['queries'], 'select'>, tenant: string): Promise<Destruction | null> {
    const [row] = await queries
      .select()
      .from(keyDestructions)
      .where(and(eq(keyDestructions.tenant, tenant), isNull(keyDestructions.finishedAt)));
    return row ?? null;
  }

  #tell(tenant: string): void {
    this.ring.forget();
    this.signals.send(`keys ${tenant}`);
    this.sequencer.wake();
  }
}

function expected(key: TenantKey, next: KeyState): TenantKey {
  if (mayBecome(key.state, next)) return key;
  if (key.state !== 'ACTIVE') throw keyState(key.owner, key.state);
  throw new ApiError(
    'KEY_STATE_INVALID',
    `tenant ${key.owner}: expected a key that is SUSPENDED, got one that is ACTIVE: suspend it, and look who misses it`,
    { facts: { state: key.state } },
  );
}

/** Why the key may not be destroyed now. Holds and their placing wait for each other. */
async function refusalOf(transaction: Transaction, tenant: string): Promise<ApiError | null> {
  const store = new RetentionStore(transaction);
  await store.lock();
  if (await store.isHeld(tenant)) {
    return new ApiError(
      'HOLD_STANDING',
      `tenant ${tenant}: expected no legal hold, got one that stands: see ListHolds`,
      {
        facts: { resource: `tenants/${tenant}`, resourceType: 'tenant' },
      },
    );
  }
  const { rows } = await transaction.execute<{ count: number }>(
    sql`select count(*)::int as count from sealflow.runs where tenant = ${tenant} and ended_at is null`,
  );
  const count = rows[0]?.count ?? 0;
  if (count === 0) return null;
  return new ApiError(
    'RUNS_OPEN',
    `tenant ${tenant}: expected no open run, got ${count}: wait for their end, or cancel them`,
    {
      facts: { resource: `tenants/${tenant}`, resourceType: 'tenant', actual: String(count) },
    },
  );
}

/** What would go on with blobs that open no more. */
async function forgetWaiting(transaction: Transaction, tenant: string): Promise<void> {
  await transaction.execute(
    sql`delete from sealflow.timestamp_queue where run_id in (select run_id from sealflow.runs where tenant = ${tenant})`,
  );
}
