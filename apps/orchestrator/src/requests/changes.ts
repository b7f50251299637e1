import { Inject, Injectable } from '@nestjs/common';
import { and, eq, lt, sql } from 'drizzle-orm';
import { canonicalBytes, digestOf, type Json } from '#canonical';
import { ApiError } from '#contracts';
import { Database, type Transaction } from '../database/database.js';
import { requests } from '../database/schema.js';
import { requestIdField } from '../request-fields.js';
import { CLOCK, type Clock } from '../tokens.js';
import { transactionOf } from './checked.js';

/** How long a request id is known (AIP-155 asks for what a client may take to try again). */
export const REQUEST_KEPT_MS = 48 * 3_600_000;

/** Ids that one call takes away after their time. */
const SWEPT_MAX = 100;

/** What every call that changes something carries. */
export interface Change {
  /** Null for the platform. */
  readonly tenant: string | null;
  readonly method: string;
  /** Empty: the caller wants no such protection. */
  readonly requestId: string;
  readonly validateOnly: boolean;
  /** Everything that makes the request this request. */
  readonly content: Json;
}

export interface Work<Answer> {
  /** Does it, in the transaction that is given: what it wrote is taken back where the call only checks. */
  readonly make: (
    transaction: Transaction,
  ) => Promise<{ readonly resource: string; readonly answer: Answer }>;
  /** The answer to a call that was done before; `resource` is what it made. */
  readonly again: (resource: string, transaction: Transaction) => Promise<Answer>;
}

/**
 * Calls that change rows and nothing else: the change and its request id are one transaction. A call that is repeated
 * because its answer was lost does nothing more, also when both come at one time: the second waits for the first.
 */
@Injectable()
export class Changes {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async apply<Answer>(change: Change, { make, again }: Work<Answer>): Promise<Answer> {
    const requestId = requestIdField(change.requestId);
    return transactionOf(this.database, change.validateOnly, async (transaction) => {
      const earlier = requestId === '' ? undefined : await this.#claim(transaction, requestId, change);
      if (earlier !== undefined) return again(earlier, transaction);
      const { answer, resource } = await make(transaction);
      if (requestId !== '') await finish(transaction, requestId, change, resource);
      return answer;
    });
  }

  /** What the same request made before; undefined where it has not been done, and then it is this call's to do. */
  async #claim(
    transaction: Transaction,
    requestId: string,
    { tenant, method, content }: Change,
  ): Promise<string | undefined> {
    const own = ownOf(tenant, requestId);
    const nowMs = this.clock();
    const contentDigest = digestOf(canonicalBytes({ method, content }));
    await transaction
      .delete(requests)
      .where(and(own, lt(requests.createdAt, new Date(nowMs - REQUEST_KEPT_MS))));
    await sweep(transaction, tenant ?? PLATFORM, new Date(nowMs - REQUEST_KEPT_MS));
    // Of two that come at one time, the second waits here for the end of the first.
    const claimed = await transaction
      .insert(requests)
      .values({
        tenant: tenant ?? PLATFORM,
        requestId,
        contentDigest,
        done: false,
        createdAt: new Date(nowMs),
      })
      .onConflictDoNothing()
      .returning({ requestId: requests.requestId });
    if (claimed.length > 0) return undefined;
    const [row] = await transaction.select().from(requests).where(own);
    if (row?.contentDigest === contentDigest) return row.resource;
    throw reused(requestId);
  }
}

/** Requests of the platform are no tenant's; no tenant has an empty name. */
const PLATFORM = '';

function ownOf(tenant: string | null, requestId: string) {
  return and(eq(requests.tenant, tenant ?? PLATFORM), eq(requests.requestId, requestId));
}

/** Others that sweep at the same time take other rows. */
async function sweep(transaction: Transaction, tenant: string, before: Date): Promise<void> {
  await transaction.execute(
    sql`delete from sealflow.requests where (tenant, request_id) in (
          select tenant, request_id from sealflow.requests
          where tenant = ${tenant} and created_at < ${before.toISOString()}::timestamptz
          limit ${SWEPT_MAX} for update skip locked)`,
  );
}

async function finish(
  transaction: Transaction,
  requestId: string,
  { tenant }: Change,
  resource: string,
): Promise<void> {
  await transaction.update(requests).set({ done: true, resource }).where(ownOf(tenant, requestId));
}

export function reused(requestId: string): ApiError {
  return new ApiError(
    'REQUEST_ID_REUSED',
    `request_id ${requestId}: expected the content that it came with before, got other content: take a new one`,
    { facts: { resource: requestId, resourceType: 'request' } },
  );
}
