import { Injectable } from '@nestjs/common';
import { and, eq, gt, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { workflowRevisions, workflows } from '../database/schema.js';
import type { ListQuery } from '../listing/list-query.js';
import type { RevisionName, WorkflowName } from '../runs/resource-names.js';

export type WorkflowRow = typeof workflows.$inferSelect;
export type StoredRevisionRow = typeof workflowRevisions.$inferSelect;
/** A revision without its text, as lists show it. */
export type RevisionRow = Omit<StoredRevisionRow, 'definition'>;

/** What a tenant stores, the deleted workflows among it. */
export interface StoredAmount {
  readonly workflows: number;
  readonly bytes: number;
}

const { definition: _text, ...withoutText } = columnsOf();

function columnsOf() {
  const { tenant, workflow, digest, version, number, definition, size, creator, createdAt, deprecatedAt } =
    workflowRevisions;
  return { tenant, workflow, digest, version, number, definition, size, creator, createdAt, deprecatedAt };
}

/** Workflows and their revisions as rows. Whoever changes them holds `lock`. */
@Injectable()
export class WorkflowStore {
  constructor(private readonly database: Database) {}

  /** One that is not purged; undefined for one of another tenant too. */
  async find(
    { tenant, workflow }: WorkflowName,
    now: Date,
    queries: Queries | Transaction = this.database.queries,
  ): Promise<WorkflowRow | undefined> {
    const [row] = await queries
      .select()
      .from(workflows)
      .where(and(eq(workflows.tenant, tenant), eq(workflows.workflow, workflow), notPurged(now)));
    return row;
  }

  async list(
    tenant: string,
    { showDeleted, now }: { readonly showDeleted: boolean; readonly now: Date },
    { where, orderBy, limit }: ListQuery<WorkflowRow>,
  ): Promise<WorkflowRow[]> {
    const shown = showDeleted ? notPurged(now) : isNull(workflows.deletedAt);
    return this.database.queries
      .select()
      .from(workflows)
      .where(and(eq(workflows.tenant, tenant), shown, where))
      .orderBy(...orderBy)
      .limit(limit);
  }

  async revision(
    { tenant, workflow, revision }: RevisionName,
    queries: Queries | Transaction = this.database.queries,
  ): Promise<StoredRevisionRow | undefined> {
    const named =
      revision === 'current'
        ? sql`${workflowRevisions.digest} = (select ${workflows.current} from ${workflows}
            where ${workflows.tenant} = ${tenant} and ${workflows.workflow} = ${workflow})`
        : 'digest' in revision
          ? eq(workflowRevisions.digest, revision.digest)
          : eq(workflowRevisions.version, revision.version);
    const [row] = await queries
      .select()
      .from(workflowRevisions)
      .where(and(ofWorkflow({ tenant, workflow }), named));
    return row;
  }

  /** Versions of the current revisions, by workflow. */
  async versions(rows: readonly WorkflowRow[]): Promise<ReadonlyMap<string, number>> {
    const [first] = rows;
    if (first === undefined) return new Map();
    const found = await this.database.queries
      .select({ workflow: workflows.workflow, version: workflowRevisions.version })
      .from(workflows)
      .innerJoin(
        workflowRevisions,
        and(
          eq(workflowRevisions.tenant, workflows.tenant),
          eq(workflowRevisions.workflow, workflows.workflow),
          eq(workflowRevisions.digest, workflows.current),
        ),
      )
      .where(
        and(
          eq(workflows.tenant, first.tenant),
          inArray(
            workflows.workflow,
            rows.map(({ workflow }) => workflow),
          ),
        ),
      );
    return new Map(found.map(({ workflow, version }) => [workflow, version]));
  }

  async revisions(
    name: WorkflowName,
    { where, orderBy, limit }: ListQuery<RevisionRow>,
  ): Promise<RevisionRow[]> {
    return this.database.queries
      .select(withoutText)
      .from(workflowRevisions)
      .where(and(ofWorkflow(name), where))
      .orderBy(...orderBy)
      .limit(limit);
  }

  /** One change at a time for each tenant, so that counts hold; and what is past its time goes. */
  async lock(transaction: Transaction, tenant: string, now: Date): Promise<void> {
    await transaction.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`sealflow.workflows/${tenant}`}, 0))`,
    );
    const purged = await transaction
      .delete(workflows)
      .where(and(eq(workflows.tenant, tenant), lte(workflows.purgeAt, now)))
      .returning({ workflow: workflows.workflow });
    if (purged.length === 0) return;
    const names = purged.map(({ workflow }) => workflow);
    await transaction
      .delete(workflowRevisions)
      .where(and(eq(workflowRevisions.tenant, tenant), inArray(workflowRevisions.workflow, names)));
  }

  async stored(transaction: Transaction, tenant: string): Promise<StoredAmount> {
    const [row] = await transaction
      .select({
        workflows: sql<number>`count(distinct ${workflowRevisions.workflow})::int`,
        bytes: sql<number>`coalesce(sum(${workflowRevisions.size}), 0)::float8`,
      })
      .from(workflowRevisions)
      .where(eq(workflowRevisions.tenant, tenant));
    return row ?? { workflows: 0, bytes: 0 };
  }

  async insert(transaction: Transaction, row: WorkflowRow): Promise<void> {
    await transaction.insert(workflows).values(row);
  }

  async insertRevision(transaction: Transaction, row: StoredRevisionRow): Promise<void> {
    await transaction.insert(workflowRevisions).values(row);
  }

  async update(transaction: Transaction, row: WorkflowRow): Promise<void> {
    const { tenant, workflow, ...change } = row;
    await transaction
      .update(workflows)
      .set(change)
      .where(and(eq(workflows.tenant, tenant), eq(workflows.workflow, workflow)));
  }

  async updateRevision(transaction: Transaction, row: RevisionRow): Promise<void> {
    await transaction
      .update(workflowRevisions)
      .set({ deprecatedAt: row.deprecatedAt })
      .where(and(ofWorkflow(row), eq(workflowRevisions.digest, row.digest)));
  }
}

function ofWorkflow({ tenant, workflow }: WorkflowName): SQL | undefined {
  return and(eq(workflowRevisions.tenant, tenant), eq(workflowRevisions.workflow, workflow));
}

function notPurged(now: Date): SQL | undefined {
  return or(isNull(workflows.purgeAt), gt(workflows.purgeAt, now));
}
