import { Inject, Injectable } from '@nestjs/common';
import { and, eq, lt } from 'drizzle-orm';
import { canonicalBytes, digestOf, type Json } from '#canonical';
import { Database } from '../database/database.js';
import { requests } from '../database/schema.js';
import { requestIdField } from '../request-fields.js';
import { REQUEST_KEPT_MS, reused } from '../requests/changes.js';
import { CLOCK, type Clock } from '../tokens.js';

const SWEEP_MS = 3_600_000;

export interface MutatingRequest {
  readonly tenant: string;
  /** Empty: the caller wants no such protection. */
  readonly requestId: string;
  readonly method: string;
  /** `work` checks and changes nothing: the id stays free. */
  readonly validateOnly?: boolean;
  /** Everything that makes the request this request. */
  readonly content: Json;
}

/**
 * Request ids (AIP-155) of calls that change something and are not kept for ever, as CreateRun's are: a call that is
 * repeated because its answer was lost does nothing more. Known to all replicas, for two days.
 */
@Injectable()
export class RequestBook {
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Does `work` unless the same request did it before. Work that failed may be tried again under its id. Two calls at
   * one time may both come to do it: `work` is what the lock of its row, its lease or its etag lets happen once.
   */
  async once(request: MutatingRequest, work: () => Promise<void>): Promise<void> {
    const { tenant, requestId, method, content, validateOnly = false } = request;
    if (requestIdField(requestId) === '') return work();
    const contentDigest = digestOf(canonicalBytes({ method, content }));
    const own = and(eq(requests.tenant, tenant), eq(requests.requestId, requestId));
    await this.#sweep();
    if (validateOnly) {
      const [known] = await this.database.queries.select().from(requests).where(own);
      if (known !== undefined && known.contentDigest !== contentDigest) throw reused(requestId);
      return work();
    }
    await this.database.queries
      .insert(requests)
      .values({ tenant, requestId, contentDigest, done: false, createdAt: new Date(this.clock()) })
      .onConflictDoNothing();
    const [row] = await this.database.queries.select().from(requests).where(own);
    if (row !== undefined && row.contentDigest !== contentDigest) {
      throw reused(requestId);
    }
    if (row?.done === true) return;
    try {
      await work();
    } catch (error) {
      // A refusal leaves nothing behind, not even its id.
      await this.database.queries.delete(requests).where(and(own, eq(requests.done, false)));
      throw error;
    }
    await this.database.queries.update(requests).set({ done: true }).where(own);
  }

  async #sweep(): Promise<void> {
    const nowMs = this.clock();
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    await this.database.queries
      .delete(requests)
      .where(lt(requests.createdAt, new Date(nowMs - REQUEST_KEPT_MS)));
  }
}
