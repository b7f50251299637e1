import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import { type Digest, type JsonObject, toJson } from '#canonical';
import { ApiError } from '#contracts';
import { buildPlanStatement, planDigestOf, signStatement } from '#evidence';
import type { Plan } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { plans } from '../database/schema.js';
import { SigningKey } from '../evidence/signing-key.js';

export interface StoredPlan {
  readonly digest: Digest;
  readonly plan: Plan;
  /** Blob of the plan as a DSSE envelope. */
  readonly signedPlan: string;
}

/** Plans are immutable and named by digest: the same definition and minimums make the same plan, for every tenant. */
@Injectable()
export class PlanStore {
  readonly #cache = new Map<string, StoredPlan>();

  constructor(
    private readonly database: Database,
    private readonly blobs: BlobStore,
    private readonly key: SigningKey,
  ) {}

  async add(tenant: string, plan: Plan): Promise<StoredPlan> {
    const json = toJson(plan) as JsonObject;
    const digest = planDigestOf(json);
    const signed = signStatement({ statement: buildPlanStatement(json), seed: this.key.seed });
    const signedPlan = await this.blobs.put(signed);
    await this.database.queries
      .insert(plans)
      .values({ digest, tenant, signedPlan, plan: json })
      .onConflictDoNothing();
    return { digest, plan, signedPlan };
  }

  /** A plan that this tenant asked for. One of another tenant does not exist for the caller. */
  async getForTenant(tenant: string, digest: string): Promise<StoredPlan> {
    const [row] = await this.database.queries
      .select({ digest: plans.digest })
      .from(plans)
      .where(and(eq(plans.tenant, tenant), eq(plans.digest, digest)));
    if (row === undefined) throw new ApiError('NOT_FOUND', `no plan ${digest}: call PlanWorkflow first`);
    return this.get(digest);
  }

  /** A plan by its digest, whoever asked for it: the content is the same for all. */
  async get(digest: string): Promise<StoredPlan> {
    const cached = this.#cache.get(digest);
    if (cached !== undefined) return cached;
    const [row] = await this.database.queries.select().from(plans).where(eq(plans.digest, digest)).limit(1);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no plan ${digest}: call PlanWorkflow first`);
    const stored: StoredPlan = {
      digest: row.digest as Digest,
      plan: row.plan as Plan,
      signedPlan: row.signedPlan,
    };
    if (this.#cache.size >= 64) this.#cache.clear();
    this.#cache.set(digest, stored);
    return stored;
  }
}
