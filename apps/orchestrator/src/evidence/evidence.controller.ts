import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import {
  ApiError,
  type DownloadBundleRequest__Output,
  type DownloadBundleResponse,
  type GetBundleRequest__Output,
  type GetBundleResponse,
  type GetCheckpointResponse,
} from '#contracts';
import { bundleMediaType } from '#evidence';
import { sendBytes } from '../blobs/blob.controller.js';
import { BlobStore } from '../blobs/blob-store.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { parseRunName } from '../runs/resource-names.js';
import { RunStore } from '../runs/run-store.js';
import { serverStream } from '../server-stream.js';

/** Bundles and the log, for whoever verifies. */
@Controller()
export class EvidenceController {
  constructor(
    private readonly runs: RunStore,
    private readonly blobs: BlobStore,
    private readonly log: TransparencyLog,
  ) {}

  @GrpcMethod('EvidenceService', 'GetBundle')
  async getBundle(request: GetBundleRequest__Output): Promise<GetBundleResponse> {
    const digest = await this.#bundleOf(request.run);
    const size = await this.blobs.size(digest);
    return { digest, size: String(size ?? 0), mediaType: bundleMediaType };
  }

  @GrpcMethod('EvidenceService', 'DownloadBundle')
  downloadBundle(
    request: DownloadBundleRequest__Output,
    _metadata: Metadata,
    call: ServerWritableStream<DownloadBundleRequest__Output, DownloadBundleResponse>,
  ): Observable<DownloadBundleResponse> {
    return serverStream(async () => {
      await sendBytes(call, await this.blobs.get(await this.#bundleOf(request.run)));
    });
  }

  @GrpcMethod('EvidenceService', 'GetCheckpoint')
  async getCheckpoint(): Promise<GetCheckpointResponse> {
    return { note: (await this.log.checkpoint()) ?? '' };
  }

  async #bundleOf(name: string): Promise<string> {
    const { tenant, runId } = parseRunName(name);
    const { bundle, state } = await this.runs.getForTenant(tenant, runId);
    if (bundle === null) {
      throw new ApiError('RUN_NOT_FINISHED', `run ${runId} is ${state}: its bundle is made when it ends`);
    }
    return bundle;
  }
}
