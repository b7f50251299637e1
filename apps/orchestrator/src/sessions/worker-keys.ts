import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import type { SiteFile } from '#worker';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { workerKeys } from '../database/schema.js';
import { CLOCK, type Clock, LOGGER, SITE } from '../tokens.js';
import { isKeyAttested } from './attested-key.js';
import type { WorkerIdentity } from './worker-session.js';

/**
 * The key that signs a worker's results stays the worker's. The first one that is seen under a worker id is kept, in
 * the database and so for every replica; another one needs a new boot and evidence that a CPU made over it. Without
 * this, whoever holds an API key of workers could take over the name of one that others know.
 *
 * It does not say that the worker is good: clients and hops appraise evidence under policies of their own.
 */
@Injectable()
export class WorkerKeys {
  constructor(
    private readonly database: Database,
    @Inject(SITE) private readonly site: SiteFile,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ApiError WORKER_KEY_UNATTESTED */
  admit(identity: WorkerIdentity, evidence: Uint8Array, nonce: Uint8Array): Promise<void> {
    return asSystem(() => this.#admit(identity, evidence, nonce));
  }

  async #admit(identity: WorkerIdentity, evidence: Uint8Array, nonce: Uint8Array): Promise<void> {
    const { workerId, signKey, bootId } = identity;
    const { queries } = this.database;
    await queries.insert(workerKeys).values({ workerId, signKey, bootId }).onConflictDoNothing();
    const [known] = await queries.select().from(workerKeys).where(eq(workerKeys.workerId, workerId));
    if (known === undefined || known.signKey === signKey) return;
    const { roots } = this.site;
    const attested = isKeyAttested(evidence, nonce, { roots, atMs: this.clock() });
    if (known.bootId === bootId || !attested) {
      throw new ApiError(
        'WORKER_KEY_UNATTESTED',
        `registration: expected the signing key that the worker ${workerId} has had, or a new boot with evidence that a CPU of this site signed over its key, got another key ${attested ? 'of the same boot' : 'without such evidence'}`,
        { facts: { worker: workerId } },
      );
    }
    await queries
      .update(workerKeys)
      .set({ signKey, bootId, seenAt: new Date(this.clock()) })
      .where(eq(workerKeys.workerId, workerId));
    this.logger.info({ worker: workerId }, 'a new boot of a worker brought a new attested key');
  }
}
