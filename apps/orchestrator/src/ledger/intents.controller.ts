import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import {
  ApiError,
  type GetIntentsRequest__Output,
  type GetIntentsResponse,
  type ListLedgerBatchesRequest__Output,
  type ListLedgerBatchesResponse,
  type SubmitIntentsRequest__Output,
  type SubmitIntentsResponse,
  type WatchIntentsRequest__Output,
  type WatchIntentsResponse,
} from '#contracts';
import { limits } from '../config/limits.js';
import { Drain } from '../replicas/drain.js';
import { serverStream, writeMessage } from '../server-stream.js';
import { Batcher } from './batcher.js';
import { IntentQueue } from './intent-queue.js';
import { IntentReader } from './intent-reader.js';
import { parseDigests, parseSubmission } from './intent-request.js';
import { IntentWatcher } from './intent-watcher.js';
import { LedgerReader } from './ledger-reader.js';
import { PageLedgerStore } from './page-ledger-store.js';

/** Sealed intents in, sealed outcomes out. Who pays whom, and whether it was enough, is in neither. */
@Controller()
export class IntentsController {
  constructor(
    private readonly ledgers: PageLedgerStore,
    private readonly queue: IntentQueue,
    private readonly intents: IntentReader,
    private readonly watcher: IntentWatcher,
    private readonly reader: LedgerReader,
    private readonly batcher: Batcher,
    private readonly drain: Drain,
  ) {}

  @GrpcMethod('LedgerService', 'SubmitIntents')
  async submitIntents(request: SubmitIntentsRequest__Output): Promise<SubmitIntentsResponse> {
    const submission = parseSubmission(request);
    const { tenant, ledger, envelopes, digests } = submission;
    await this.#requireLedger(tenant, ledger);
    await this.queue.add(submission);
    const count = envelopes.reduce((sum, { intents }) => sum + intents, 0);
    if (count >= limits.intentsPerBatchMax) this.batcher.hurry(tenant, ledger);
    else this.batcher.wake(tenant, ledger);
    return { submitted: await this.intents.find(tenant, ledger, digests) };
  }

  @GrpcMethod('LedgerService', 'GetIntents')
  async getIntents(request: GetIntentsRequest__Output): Promise<GetIntentsResponse> {
    const { tenant, ledger, digests } = parseDigests(request);
    await this.#requireLedger(tenant, ledger);
    return { submitted: await this.intents.find(tenant, ledger, digests) };
  }

  /** Written by hand: the watcher waits for a slow reader instead of queueing for it. */
  @GrpcMethod('LedgerService', 'WatchIntents')
  watchIntents(
    request: WatchIntentsRequest__Output,
    _metadata: Metadata,
    call: ServerWritableStream<WatchIntentsRequest__Output, WatchIntentsResponse>,
  ): Observable<WatchIntentsResponse> {
    return serverStream(async () => {
      const named = parseDigests(request);
      await this.#requireLedger(named.tenant, named.ledger);
      const abort = this.drain.signalOf(call);
      for await (const submitted of this.watcher.watch(named, abort)) await writeMessage(call, { submitted });
      if (!call.cancelled) this.drain.check();
    });
  }

  @GrpcMethod('LedgerService', 'ListLedgerBatches')
  listLedgerBatches(request: ListLedgerBatchesRequest__Output): Promise<ListLedgerBatchesResponse> {
    return this.reader.batches(request);
  }

  async #requireLedger(tenant: string, ledger: string): Promise<void> {
    if ((await this.ledgers.find(tenant, ledger)) !== undefined) return;
    throw new ApiError('NOT_FOUND', `no ledger of pages tenants/${tenant}/ledgers/${ledger}: found it first`);
  }
}
