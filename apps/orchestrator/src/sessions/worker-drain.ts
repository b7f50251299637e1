import { Inject, Injectable } from '@nestjs/common';
import { ApiError, type Worker } from '#contracts';
import type { Logger } from '#telemetry';
import { Database } from '../database/database.js';
import { ReplicaSignals } from '../replicas/replica-signals.js';
import { ReplicaStore } from '../replicas/replica-store.js';
import { invalidField } from '../request-fields.js';
import { type Change, Changes } from '../requests/changes.js';
import { LOGGER } from '../tokens.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerList } from './worker-list.js';

const REASON_CHARS_MAX = 256;

interface DrainFields {
  readonly name: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

/**
 * Takes workers out of service and puts them back, for operators. The row in the database is what counts: this replica
 * reads it at once, others when they are told or at their next beat, and each after a restart.
 */
@Injectable()
export class WorkerDrain {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
    private readonly registry: SessionRegistry,
    private readonly list: WorkerList,
    private readonly signals: ReplicaSignals,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async drain(request: DrainFields & { readonly reason: string }): Promise<Worker[]> {
    const workerId = workerOf(request.name);
    const { reason } = request;
    if (reason.length > REASON_CHARS_MAX || /\p{Cc}/u.test(reason)) {
      throw invalidField('reason', `why, in at most ${REASON_CHARS_MAX} printable characters, or nothing`);
    }
    await this.#change('DrainWorker', request, { workerId, reason }, async (store) => {
      // A name with a slip would be kept until a worker of that name comes.
      if (!this.list.isConnected(workerId) && !this.registry.isDrained(workerId)) throw noWorker(workerId);
      await store.drain(workerId, reason);
    });
    return this.#answer(workerId, request, true);
  }

  async undrain(request: DrainFields): Promise<Worker[]> {
    const workerId = workerOf(request.name);
    await this.#change('UndrainWorker', request, { workerId }, async (store) => {
      const was = await store.undrain(workerId);
      if (!was && !this.list.isConnected(workerId)) throw noWorker(workerId);
    });
    return this.#answer(workerId, request, false);
  }

  async #change(
    method: string,
    { requestId, validateOnly }: DrainFields,
    content: Change['content'],
    work: (store: ReplicaStore) => Promise<void>,
  ): Promise<void> {
    await this.changes.apply<null>(
      { tenant: null, method, requestId, validateOnly, content },
      {
        make: async (transaction) => {
          await work(new ReplicaStore(transaction));
          return { resource: '', answer: null };
        },
        again: async () => null,
      },
    );
    if (validateOnly) return;
    this.logger.info({ method, change: content }, 'workers changed by an operator');
    this.registry.learnDrained(await new ReplicaStore(this.database.queries).drained());
    this.signals.send('workers drained');
  }

  async #answer(workerId: string, { validateOnly }: DrainFields, drained: boolean): Promise<Worker[]> {
    const workers = await this.list.named(workerId);
    return validateOnly ? workers.map((worker) => ({ ...worker, drained })) : workers;
  }
}

function workerOf(name: string): string {
  const found = /^workers\/([A-Za-z0-9][A-Za-z0-9._-]{0,62})$/.exec(name);
  if (found === null) throw invalidField('name', 'workers/{worker}');
  return found[1] ?? '';
}

function noWorker(workerId: string): ApiError {
  return new ApiError(
    'NOT_FOUND',
    `no worker ${workerId} is connected: \`sealflow worker list\` names those that are`,
    {
      facts: { resource: `workers/${workerId}`, resourceType: 'worker' },
    },
  );
}
