import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
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
  type GetConsistencyProofRequest__Output,
  type GetConsistencyProofResponse,
  type GetInclusionProofRequest__Output,
  type GetInclusionProofResponse,
  type GetLogProofRequest__Output,
  type GetLogProofResponse,
  type ListBundlesRequest__Output,
  type ListBundlesResponse,
  type ListCheckpointsRequest__Output,
  type ListCheckpointsResponse,
  type ListEvidenceAccessRequest__Output,
  type ListEvidenceAccessResponse,
  type PreviewRedactionRequest__Output,
  type PreviewRedactionResponse,
  type ReappraiseRunsRequest__Output,
  type ReappraiseRunsResponse,
  type RedactBundleRequest__Output,
  type RedactBundleResponse,
} from '#contracts';
import { bundleMediaType } from '#evidence';
import { asSystem, requirePrincipal } from '../auth/call-context.js';
import { sendBytes } from '../blobs/blob-sender.js';
import { BlobStore } from '../blobs/blob-store.js';
import { PageTokens } from '../listing/page-tokens.js';
import { AccessLog } from '../log/access-log.js';
import { AccessReader } from '../log/access-reader.js';
import { type AccessAction, actorOf } from '../log/access-record.js';
import { LogReader } from '../log/log-reader.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { parseReappraisalRequest } from '../reappraisal/reappraisal-request.js';
import { RunReappraiser } from '../reappraisal/run-reappraiser.js';
import { parseRunName } from '../runs/resource-names.js';
import { RunReader } from '../runs/run-reader.js';
import { serverStream } from '../server-stream.js';
import { BundleReader } from './bundle-reader.js';

/** How a caller may call whoever it asks for; see `actorOf`. */
const ACTOR_HEADER = 'sealflow-actor';

/** Bundles and the log, for whoever verifies. Every access to a run's evidence is itself logged. */
@Controller()
export class EvidenceController {
  constructor(
    private readonly bundles: BundleReader,
    private readonly blobs: BlobStore,
    private readonly log: TransparencyLog,
    private readonly logReader: LogReader,
    private readonly access: AccessLog,
    private readonly accesses: AccessReader,
    private readonly reappraiser: RunReappraiser,
    private readonly reader: RunReader,
    private readonly tokens: PageTokens,
  ) {}

  @GrpcMethod('EvidenceService', 'GetBundle')
  async getBundle(request: GetBundleRequest__Output, metadata: Metadata): Promise<GetBundleResponse> {
    const digest = await this.bundles.digestOf(request.run);
    await this.#logged(request.run, metadata, 'get-bundle');
    const size = await asSystem(() => this.blobs.size(digest));
    return { digest, size: String(size ?? 0), mediaType: bundleMediaType };
  }

  /** Says that bundles are there; the bundles themselves are evidence, and reading one is logged. */
  @GrpcMethod('EvidenceService', 'ListBundles')
  listBundles(request: ListBundlesRequest__Output): Promise<ListBundlesResponse> {
    return this.reader.bundles(request);
  }

  @GrpcMethod('EvidenceService', 'DownloadBundle')
  downloadBundle(
    request: DownloadBundleRequest__Output,
    metadata: Metadata,
    call: ServerWritableStream<DownloadBundleRequest__Output, DownloadBundleResponse>,
  ): Observable<DownloadBundleResponse> {
    return serverStream(async () => {
      await sendBytes(call, await this.bundles.download(request.run, callerOf(metadata)));
    });
  }

  @GrpcMethod('EvidenceService', 'RedactBundle')
  redactBundle(
    request: RedactBundleRequest__Output,
    metadata: Metadata,
    call: ServerWritableStream<RedactBundleRequest__Output, RedactBundleResponse>,
  ): Observable<RedactBundleResponse> {
    return serverStream(async () => {
      await sendBytes(call, (await this.bundles.redacted(request, callerOf(metadata))).bytes);
    });
  }

  @GrpcMethod('EvidenceService', 'PreviewRedaction')
  previewRedaction(
    request: PreviewRedactionRequest__Output,
    metadata: Metadata,
  ): Promise<PreviewRedactionResponse> {
    return this.bundles.preview(request, callerOf(metadata));
  }

  @GrpcMethod('EvidenceService', 'ListCheckpoints')
  listCheckpoints(request: ListCheckpointsRequest__Output): Promise<ListCheckpointsResponse> {
    return this.logReader.checkpoints(request);
  }

  @GrpcMethod('EvidenceService', 'GetConsistencyProof')
  getConsistencyProof(request: GetConsistencyProofRequest__Output): Promise<GetConsistencyProofResponse> {
    return this.logReader.consistency(request);
  }

  @GrpcMethod('EvidenceService', 'GetInclusionProof')
  getInclusionProof(request: GetInclusionProofRequest__Output): Promise<GetInclusionProofResponse> {
    return this.logReader.inclusion(request);
  }

  @GrpcMethod('EvidenceService', 'GetCheckpoint')
  async getCheckpoint(): Promise<GetCheckpointResponse> {
    return { note: (await this.log.checkpoint()) ?? '' };
  }

  /** Newer than the proof in the bundle: one that was completed without its witnesses is completed with this. */
  @GrpcMethod('EvidenceService', 'GetLogProof')
  async getLogProof(request: GetLogProofRequest__Output, metadata: Metadata): Promise<GetLogProofResponse> {
    await this.bundles.digestOf(request.run);
    const { runId } = parseRunName(request.run);
    const newest = await this.log.newestProof(runId);
    if (newest === null) throw new ApiError('NOT_FOUND', `run ${runId} is not in the log`);
    await this.#logged(request.run, metadata, 'get-log-proof');
    const { origin, proof, leaf } = newest.entry;
    return { origin, proof, leaf: Buffer.from(leaf), cosignatures: newest.cosignatures };
  }

  @GrpcMethod('EvidenceService', 'ListEvidenceAccess')
  listEvidenceAccess(request: ListEvidenceAccessRequest__Output): Promise<ListEvidenceAccessResponse> {
    return this.accesses.list(request);
  }

  @GrpcMethod('EvidenceService', 'ReappraiseRuns')
  async reappraiseRuns(
    request: ReappraiseRunsRequest__Output,
    metadata: Metadata,
    call: ServerUnaryCall<ReappraiseRunsRequest__Output, ReappraiseRunsResponse>,
  ): Promise<ReappraiseRunsResponse> {
    const actor = callerOf(metadata);
    return this.reappraiser.page(parseReappraisalRequest(request, this.tokens), actor, () => call.cancelled);
  }

  async #logged(run: string, metadata: Metadata, action: AccessAction): Promise<void> {
    const actor = callerOf(metadata);
    await this.access.record({ ...parseRunName(run), actor, action });
  }
}

function callerOf(metadata: Metadata): string {
  return actorOf(requirePrincipal().subject, metadata.get(ACTOR_HEADER)[0]);
}
