import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import {
  ApiError,
  type ApproveStepRequest__Output,
  type ApproveStepResponse,
  type CancelRunRequest__Output,
  type CancelRunResponse,
  type CreateRunRequest__Output,
  type CreateRunResponse,
  type GetRunRequest__Output,
  type GetRunResponse,
  type ListRunsRequest__Output,
  type ListRunsResponse,
  traceparentIn,
  traceparentOf,
  type WaitRunRequest__Output,
  type WaitRunResponse,
  type WatchRunRequest__Output,
  type WatchRunResponse,
} from '#contracts';
import type { Plan } from '#workflow';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { RunEngine } from '../engine/run-engine.js';
import { Drain } from '../replicas/drain.js';
import { durationField } from '../request-fields.js';
import { serverStream, writeMessage } from '../server-stream.js';
import { CLOCK, type Clock, CONFIG } from '../tokens.js';
import { RequestBook } from './request-book.js';
import { RunAdmission } from './run-admission.js';
import { requireEtag } from './run-etag.js';
import { RunLifecycle } from './run-lifecycle.js';
import { RunReader } from './run-reader.js';
import { parseRunRequest } from './run-request.js';
import { RunStore, terminalStates } from './run-store.js';
import { RunWatcher } from './run-watcher.js';
import { StepDecisions } from './step-decisions.js';

/** Of the author's words for it; a greater one gets workers first. */
function priorityOf({ definition }: Plan): number {
  return definition.priority === undefined ? 0 : definition.priority === 'high' ? 1 : -1;
}

@Controller()
export class RunController {
  constructor(
    private readonly runs: RunStore,
    private readonly reader: RunReader,
    private readonly admission: RunAdmission,
    private readonly decisions: StepDecisions,
    private readonly engine: RunEngine,
    private readonly lifecycle: RunLifecycle,
    private readonly watcher: RunWatcher,
    @Inject(CONFIG) private readonly config: Config,
    private readonly requests: RequestBook,
    private readonly drain: Drain,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @GrpcMethod('RunService', 'CreateRun')
  async createRun(message: CreateRunRequest__Output, metadata: Metadata): Promise<CreateRunResponse> {
    const request = parseRunRequest(message);
    const earlier = await this.admission.earlier(request);
    if (earlier !== undefined) return { run: await this.reader.message(earlier) };
    const plan = await this.admission.check(request);
    if (request.validateOnly) return { run: null };
    const inserted = await this.runs.insert(
      {
        runId: request.runId,
        tenant: request.tenant,
        requestId: request.requestId,
        contentDigest: request.contentDigest,
        plan: request.plan,
        workflow: plan.definition.name,
        policy: request.policy,
        state: 'PENDING',
        interpreter: this.config.interpreter,
        priority: priorityOf(plan),
        inputs: request.inputs,
        offers: request.offers,
        clientSealKey: request.clientSealKey,
        clientSignKey: request.clientSignKey,
        previousRun: request.previousRun,
        previousRoot: await this.admission.previousRoot(request),
        workflowRevision: await this.admission.workflowRevision(request, plan),
        traceparent: traceparentOf() || traceparentIn(metadata),
        deadline: new Date(request.deadlineMs),
        createdAt: new Date(this.clock()),
      },
      plan.tasks,
    );
    const row = inserted?.run ?? (await this.admission.earlier(request));
    if (row === undefined) {
      throw new ApiError(
        'REQUEST_ID_REUSED',
        `run_id ${request.runId}: expected a new ULID, got one that a run has: make another`,
      );
    }
    await this.engine.start(row, inserted);
    return { run: await (inserted === null ? this.reader.message(row) : this.reader.begun(inserted)) };
  }

  @GrpcMethod('RunService', 'GetRun')
  async getRun(request: GetRunRequest__Output): Promise<GetRunResponse> {
    return { run: await this.reader.get(request.name) };
  }

  @GrpcMethod('RunService', 'ListRuns')
  listRuns(request: ListRunsRequest__Output): Promise<ListRunsResponse> {
    return this.reader.list(request);
  }

  /** Written by hand: the watcher waits for a slow reader instead of queueing for it. */
  @GrpcMethod('RunService', 'WatchRun')
  watchRun(
    request: WatchRunRequest__Output,
    _metadata: Metadata,
    call: ServerWritableStream<WatchRunRequest__Output, WatchRunResponse>,
  ): Observable<WatchRunResponse> {
    return serverStream(async () => {
      const abort = this.drain.signalOf(call);
      const { name, resumeToken, heartbeat } = request;
      const heartbeatMs = durationField('heartbeat', heartbeat, {
        min: limits.watchHeartbeatMsMin,
        max: limits.watchHeartbeatMsMax,
        otherwise: limits.watchHeartbeatMs,
      });
      const row = await this.reader.named(name);
      for await (const event of this.watcher.watch(row, { resumeToken, heartbeatMs }, abort)) {
        await writeMessage(call, event);
      }
      if (!call.cancelled) this.drain.check();
    });
  }

  @GrpcMethod('RunService', 'WaitRun')
  async waitRun(
    request: WaitRunRequest__Output,
    _metadata: Metadata,
    call: ServerUnaryCall<WaitRunRequest__Output, WaitRunResponse>,
  ): Promise<WaitRunResponse> {
    const timeoutMs = durationField('timeout', request.timeout, {
      min: 0,
      max: limits.waitRunMsMax,
      otherwise: limits.waitRunMs,
    });
    const abort = this.drain.signalOf(call);
    return { run: await this.watcher.wait(await this.reader.named(request.name), timeoutMs, abort) };
  }

  @GrpcMethod('RunService', 'CancelRun')
  async cancelRun(request: CancelRunRequest__Output): Promise<CancelRunResponse> {
    const { name, reason, etag, requestId, validateOnly } = request;
    const row = await this.reader.named(name);
    const { tenant, runId } = row;
    await this.requests.once(
      { tenant, requestId, validateOnly, method: 'CancelRun', content: { name, reason, etag } },
      async () => {
        if (validateOnly) return requireEtag(etag, row, await this.runs.tasks(runId));
        if (terminalStates.includes(row.state)) return;
        await this.runs.changeRun(runId, { cancelRequested: true }, new Date(this.clock()), etag);
        if (row.state === 'PARKED') {
          await this.lifecycle.unpark(runId, new Date(this.clock()));
          await this.engine.goOn(runId);
        } else await this.engine.cancel(runId);
      },
    );
    return { run: await this.reader.get(name) };
  }

  @GrpcMethod('RunService', 'ApproveStep')
  async approveStep(request: ApproveStepRequest__Output): Promise<ApproveStepResponse> {
    return { run: await this.decisions.decide(request) };
  }
}
