import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { parseDigest, toJson } from '#canonical';
import {
  ApiError,
  type ListParkedRunsRequest__Output,
  type ListParkedRunsResponse,
  type PauseRunRequest__Output,
  type PauseRunResponse,
  type ResumeRunRequest__Output,
  type ResumeRunResponse,
  type RetryStepRequest__Output,
  type RetryStepResponse,
  type RewrapInputRequest__Output,
  type RewrapInputResponse,
  type UnparkRunRequest__Output,
  type UnparkRunResponse,
} from '#contracts';
import { rootDigest } from '#evidence';
import { asSystem } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import type { RunInput } from '../database/schema.js';
import { RunEngine } from '../engine/run-engine.js';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { PlanStore } from '../plans/plan-store.js';
import { CLOCK, type Clock } from '../tokens.js';
import { RequestBook } from './request-book.js';
import { runName } from './resource-names.js';
import { RunAdmission } from './run-admission.js';
import { runEtag } from './run-etag.js';
import { awaitsInput, inputNotAwaited, RunLifecycle, refuseUnlessKept } from './run-lifecycle.js';
import { parkedList } from './run-lists.js';
import { RunReader } from './run-reader.js';
import { parseRewrap } from './run-request.js';
import { type RunRow, RunStore } from './run-store.js';
import { timestamp } from './timestamp.js';

/** What people do to runs that have begun. */
@Controller()
export class RunLifecycleController {
  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    private readonly admission: RunAdmission,
    private readonly lifecycle: RunLifecycle,
    private readonly reader: RunReader,
    private readonly engine: RunEngine,
    private readonly requests: RequestBook,
    private readonly tokens: PageTokens,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @GrpcMethod('RunService', 'PauseRun')
  async pauseRun(request: PauseRunRequest__Output): Promise<PauseRunResponse> {
    const row = await this.reader.named(request.name);
    await this.#once(row, 'PauseRun', request, async () => {
      await this.lifecycle.pause(row.runId, this.#time(), request);
      if (!request.validateOnly) await this.engine.tell(row, { look: true });
    });
    return { run: await this.#now(row) };
  }

  @GrpcMethod('RunService', 'ResumeRun')
  async resumeRun(request: ResumeRunRequest__Output): Promise<ResumeRunResponse> {
    const row = await this.reader.named(request.name);
    await this.#once(row, 'ResumeRun', request, async () => {
      await this.lifecycle.resume(row.runId, this.#time(), request);
      if (!request.validateOnly) await this.engine.tell(row, { look: true });
    });
    return { run: await this.#now(row) };
  }

  @GrpcMethod('RunService', 'RetryStep')
  async retryStep(request: RetryStepRequest__Output): Promise<RetryStepResponse> {
    const row = await this.reader.named(request.name);
    await this.#once(row, 'RetryStep', request, async () => {
      // Before the bundle is looked at, which is gone by then as well.
      refuseUnlessKept(row);
      const { bundle } = row;
      if (bundle === null) {
        throw new ApiError(
          'RUN_NOT_FINISHED',
          `run ${row.runId} is ${row.state}, expected FAILED: it goes on`,
        );
      }
      const { plan } = await this.plans.get(row.plan);
      // The bundle and the queue of timestamps are the orchestrator's; the run was found as the caller's.
      await asSystem(async () => {
        const root = rootDigest(await this.blobs.getFor(row.tenant, bundle));
        await this.lifecycle.retryStep(row, plan, request.step, root, this.#time(), request);
      });
      if (!request.validateOnly) await this.engine.goOn(row.runId);
    });
    return { run: await this.#now(row) };
  }

  @GrpcMethod('RunService', 'ListParkedRuns')
  async listParkedRuns(request: ListParkedRunsRequest__Output): Promise<ListParkedRunsResponse> {
    const query = parseListQuery(parkedList, '', request, this.tokens);
    const { rows, nextPageToken } = query.page(await this.lifecycle.parked(query));
    const tasks = await this.runs.tasksOf(rows.map(({ runId }) => runId));
    return {
      runs: rows.map((row) => ({
        name: runName(row.tenant, row.runId),
        reason: row.reason ?? '',
        createTime: timestamp(row.createdAt),
        deadline: timestamp(row.deadline),
        etag: runEtag(row, tasks.get(row.runId) ?? []),
      })),
      nextPageToken,
    };
  }

  @GrpcMethod('RunService', 'UnparkRun')
  async unparkRun(request: UnparkRunRequest__Output): Promise<UnparkRunResponse> {
    const row = await this.reader.named(request.name);
    await this.#once(row, 'UnparkRun', request, async () => {
      await this.lifecycle.unpark(row.runId, this.#time(), request);
      if (!request.validateOnly) await this.engine.goOn(row.runId);
    });
    return {};
  }

  /** The same values, as their commitments say, sealed to workers that live. */
  @GrpcMethod('RunService', 'RewrapInput')
  async rewrapInput(request: RewrapInputRequest__Output): Promise<RewrapInputResponse> {
    const row = await this.reader.named(request.name);
    const { inputs, offers } = parseRewrap(request);
    const { etag, requestId, validateOnly } = request;
    const content = { name: request.name, inputs, offers, etag, requestId, validateOnly };
    await this.#once(row, 'RewrapInput', content, async () => {
      if (!awaitsInput(row)) throw inputNotAwaited(row);
      for (const input of inputs) requireSameValue(row, input);
      const { plan } = await this.plans.get(row.plan);
      const { tenant, runId, clientSealKey, clientSignKey } = row;
      const bound = { plan: parseDigest(row.plan), policy: parseDigest(row.policy), clientSealKey };
      await this.admission.checkSealed({ tenant, runId, ...bound, clientSignKey, inputs, offers }, plan);
      await this.lifecycle.rewrap(runId, { inputs, offers }, this.#time(), { etag, validateOnly });
      if (!validateOnly) await this.engine.tell(row, { input: true });
    });
    return { run: await this.#now(row) };
  }

  /** The id is of the tenant of the run, also where an operator calls. */
  #once(
    { tenant }: RunRow,
    method: string,
    { requestId, validateOnly, ...content }: { readonly requestId: string; readonly validateOnly: boolean },
    work: () => Promise<void>,
  ): Promise<void> {
    const asked = { tenant, requestId, validateOnly, method, content: toJson(content) };
    return this.requests.once(asked, work);
  }

  async #now(row: RunRow) {
    return this.reader.message(await this.runs.get(row.runId));
  }

  #time(): Date {
    return new Date(this.clock());
  }
}

function requireSameValue(row: RunRow, input: RunInput): void {
  const before = row.inputs.find(({ name }) => name === input.name);
  if (before === undefined) {
    throw new ApiError('INVALID_REQUEST', `inputs: expected inputs of run ${row.runId}, got ${input.name}`);
  }
  if (before.commitment === input.commitment) return;
  throw new ApiError(
    'COMMITMENT_MISMATCH',
    `input ${input.name}: expected the commitment ${before.commitment} that the run began with, got ${input.commitment}: another value needs another run`,
    { facts: { expected: before.commitment, actual: input.commitment } },
  );
}
