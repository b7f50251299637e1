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
  type GetLogProofRequest__Output,
  type GetLogProofResponse,
  type ListBundlesRequest__Output,
  type ListBundlesResponse,
  type ListEvidenceAccessRequest__Output,
  type ListEvidenceAccessResponse,
  type ReappraiseRunsRequest__Output,
  type ReappraiseRunsResponse,
} from '#contracts';
import { bundleMediaType } from '#evidence';
import { asSystem, requirePrincipal } from '../auth/call-context.js';
import { sendBytes } from '../blobs/blob-sender.js';
import { BlobStore } from '../blobs/blob-store.js';
import { PageTokens } from '../listing/page-tokens.js';
import { AccessLog } from '../log/access-log.js';
import { AccessReader } from '../log/access-reader.js';
import { type AccessAction, actorOf } from '../log/access-record.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { parseReappraisalRequest } from '../reappraisal/reappraisal-request.js';
import { RunReappraiser } from '../reappraisal/run-reappraiser.js';
import { parseRunName } from '../runs/resource-names.js';
import { RunReader } from '../runs/run-reader.js';
import { RunStore } from '../runs/run-store.js';
import { serverStream } from '../server-stream.js';

/** How a caller may call whoever it asks for; see `actorOf`. */
const ACTOR_HEADER = 'sealflow-actor';

/** Bundles and the log, for whoever verifies. Every access to a run's evidence is itself logged. */
@Controller()
export class EvidenceController {
  constructor(
    private readonly runs: RunStore,
    private readonly blobs: BlobStore,
    private readonly log: TransparencyLog,
    private readonly access: AccessLog,
    private readonly accesses: AccessReader,
    private readonly reappraiser: RunReappraiser,
    private readonly reader: RunReader,
    private readonly tokens: PageTokens,
  ) {}

  @GrpcMethod('EvidenceService', 'GetBundle')
  async getBundle(request: GetBundleRequest__Output, metadata: Metadata): Promise<GetBundleResponse> {
    const digest = await this.#bundleOf(request.run);
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
      const digest = await this.#bundleOf(request.run);
      const bytes = await this.blobs.getFor(parseRunName(request.run).tenant, digest);
      // Before the first byte: whoever breaks off has had a part.
      await this.#logged(request.run, metadata, 'download-bundle');
      await sendBytes(call, bytes);
    });
  }

  @GrpcMethod('EvidenceService', 'GetCheckpoint')
  async getCheckpoint(): Promise<GetCheckpointResponse> {
    return { note: (await this.log.checkpoint()) ?? '' };
  }

  /** Newer than the proof in the bundle: one that was completed without its witnesses is completed with this. */
  @GrpcMethod('EvidenceService', 'GetLogProof')
  async getLogProof(request: GetLogProofRequest__Output, metadata: Metadata): Promise<GetLogProofResponse> {
    await this.#bundleOf(request.run);
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

  async #bundleOf(name: string): Promise<string> {
    const { tenant, runId } = parseRunName(name);
    const { bundle, state, evidenceDeletedAt } = await this.runs.getForTenant(tenant, runId);
    if (evidenceDeletedAt !== null) {
      throw new ApiError(
        'RETENTION_OVER',
        `run ${runId}: expected a run whose evidence is kept, got one whose bundle was deleted at ` +
          `${evidenceDeletedAt.toISOString()} as its retention rule says: its leaf in the log stays; a copy of the bundle verifies as before`,
        { facts: { deleted: evidenceDeletedAt.toISOString() } },
      );
    }
    if (bundle === null) {
      throw new ApiError(
        'RUN_NOT_FINISHED',
        `run ${runId}: expected a run that has ended, got ${state}: its bundle is made when it ends; watch the run and ask again`,
      );
    }
    return bundle;
  }
}

function callerOf(metadata: Metadata): string {
  return actorOf(requirePrincipal().subject, metadata.get(ACTOR_HEADER)[0]);
}
