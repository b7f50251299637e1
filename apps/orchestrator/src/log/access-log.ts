import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { evidenceAccess, logEntries } from '../database/schema.js';
import type { ListQuery, ListShape } from '../listing/list-query.js';
import { CLOCK, type Clock } from '../tokens.js';
import { type Access, type AccessAction, accessEntry } from './access-record.js';
import { LogSequencer } from './log-sequencer.js';
import { LogStore } from './log-store.js';

export interface LoggedAccess extends Access {
  /** Null while the leaf waits for its place. */
  readonly leafIndex: number | null;
}

export const accessList: ListShape<LoggedAccess> = {
  method: 'ListEvidenceAccess',
  fields: { action: { type: 'text' }, actor: { type: 'text' }, time: { type: 'time' } },
  columns: { action: evidenceAccess.action, actor: evidenceAccess.actor, time: evidenceAccess.time },
  // They are numbered in the order in which they came.
  orders: { time: { column: evidenceAccess.id, of: ({ id }) => id, type: 'number' } },
  defaultOrder: 'time desc',
  id: { column: evidenceAccess.id, of: ({ id }) => id },
};

/**
 * Every access to evidence, in the log that the evidence itself is in. A record and its waiting leaf are one
 * transaction; nobody who asks for evidence waits for the leaf to get its place.
 */
@Injectable()
export class AccessLog {
  constructor(
    private readonly database: Database,
    private readonly sequencer: LogSequencer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async record(access: {
    readonly tenant: string;
    readonly runId: string;
    readonly actor: string;
    readonly action: AccessAction;
  }): Promise<void> {
    const values = { ...access, time: new Date(this.clock()), salt: randomBytes(32) };
    // The queue of the log is the orchestrator's own.
    await asSystem(() => this.#write(values));
    this.sequencer.wake();
  }

  async #write(values: typeof evidenceAccess.$inferInsert & Omit<Access, 'id'>): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      const rows = await transaction
        .insert(evidenceAccess)
        .values(values)
        .returning({ id: evidenceAccess.id });
      for (const { id } of rows) {
        await new LogStore(transaction).enqueueNew(subjectOf(id), accessEntry({ ...values, id }));
      }
    });
  }

  async list(
    { tenant, runId }: { readonly tenant: string; readonly runId: string | null },
    query: ListQuery<LoggedAccess>,
  ): Promise<LoggedAccess[]> {
    const rows = await this.database.queries
      .select({ access: evidenceAccess, leafIndex: logEntries.index })
      .from(evidenceAccess)
      .leftJoin(logEntries, eq(logEntries.subject, sql`'access/' || ${evidenceAccess.id}`))
      .where(
        and(
          eq(evidenceAccess.tenant, tenant),
          runId === null ? undefined : eq(evidenceAccess.runId, runId),
          query.where,
        ),
      )
      .orderBy(...query.orderBy)
      .limit(query.limit);
    return rows.map(({ access, leafIndex }) => ({ ...access, leafIndex }));
  }
}

function subjectOf(id: number): string {
  return `access/${id}`;
}
