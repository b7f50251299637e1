import { Injectable } from '@nestjs/common';
import { and, count, desc, eq, max, min } from 'drizzle-orm';
import type {
  GetPolicyRequest__Output,
  GetPolicyResponse,
  ListPoliciesRequest__Output,
  ListPoliciesResponse,
  Policy,
} from '#contracts';
import { ApiError } from '#contracts';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { runs } from '../database/schema.js';
import { parsePolicyName, parseTenantName, policyName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';

const LISTED_MAX = 1_000;

const used = {
  policy: runs.policy,
  runs: count(),
  first: min(runs.createdAt),
  last: max(runs.createdAt),
};

type Used = { policy: string; runs: number; first: Date | null; last: Date | null };

/** The policies that runs of a tenant pinned: there is no other list of them, since each client brings its own. */
@Injectable()
export class PolicyReader {
  constructor(
    private readonly database: Database,
    private readonly blobs: BlobStore,
  ) {}

  async list(request: ListPoliciesRequest__Output): Promise<ListPoliciesResponse> {
    const tenant = parseTenantName(request.parent);
    const rows = await this.database.queries
      .select(used)
      .from(runs)
      .where(eq(runs.tenant, tenant))
      .groupBy(runs.policy)
      .orderBy(desc(max(runs.createdAt)), runs.policy)
      .limit(LISTED_MAX);
    return { policies: rows.map((row) => message(tenant, row)) };
  }

  async get({ name }: GetPolicyRequest__Output): Promise<GetPolicyResponse> {
    const { tenant, digest } = parsePolicyName(name);
    const [row] = await this.database.queries
      .select(used)
      .from(runs)
      .where(and(eq(runs.tenant, tenant), eq(runs.policy, digest)))
      .groupBy(runs.policy);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no run of tenant ${tenant} pinned ${name}`);
    return { policy: { ...message(tenant, row), content: await this.blobs.getFor(tenant, digest) } };
  }
}

function message(tenant: string, row: Used): Policy {
  return {
    name: policyName(tenant, row.policy),
    digest: row.policy,
    runs: row.runs,
    firstTime: timestamp(row.first),
    lastTime: timestamp(row.last),
    content: Buffer.alloc(0),
  };
}
