import type { ServerWritableStream } from '@grpc/grpc-js';
import { canonicalBytes, type Digest, digestOf, formatTime, type Json, parseDigest } from '#canonical';
import type {
  CreateRunRequest__Output,
  Run__Output,
  Step__Output,
  WatchRunRequest__Output,
  WatchRunResponse,
} from '#contracts';
import type { Plan } from '#workflow';

/** What a run comes to. */
export interface MockEnd {
  readonly state: 'SUCCEEDED' | 'REJECTED' | 'FAILED' | 'CANCELLED' | 'EXPIRED';
  readonly reason?: string;
}

type Watcher = ServerWritableStream<WatchRunRequest__Output, WatchRunResponse>;

const GENESIS = parseDigest(`sha256:${'0'.repeat(64)}`);

/** A run that does nothing, with the chained events of one that did. */
export class MockRun {
  readonly name: string;
  #state: Run__Output['state'] = 'RUN_STATE_PENDING';
  #reason = '';
  #digest: Digest = GENESIS;
  readonly #createdMs: number;
  #endedMs: number | null = null;
  readonly #steps: Step__Output[] = [];
  readonly #events: WatchRunResponse[] = [];
  readonly #watchers = new Set<Watcher>();

  constructor(
    readonly request: CreateRunRequest__Output,
    private readonly plan: Plan,
    private readonly now: () => number,
  ) {
    this.name = `${request.parent}/runs/${request.runId}`;
    this.#createdMs = now();
    this.#moved('PENDING');
    this.#moved('RUNNING');
  }

  get isOver(): boolean {
    return this.#endedMs !== null;
  }

  /** Ends it: where it succeeds, after each of its tasks did. */
  end({ state, reason = '' }: MockEnd): void {
    if (this.isOver) return;
    if (state === 'SUCCEEDED') for (const { id, operation } of this.plan.tasks) this.#done(id, operation);
    this.#endedMs = this.now();
    this.#moved(state, reason);
    for (const watcher of this.#watchers) watcher.end();
    this.#watchers.clear();
  }

  message(): Run__Output {
    return {
      name: this.name,
      state: this.#state,
      plan: this.request.plan,
      definition: this.plan.definitionDigest,
      createTime: timestamp(this.#createdMs),
      endTime: this.#endedMs === null ? null : timestamp(this.#endedMs),
      deadline: this.request.deadline,
      steps: this.#steps,
      outputs: [],
      bundle: '',
      reason: this.#reason,
      previousRun: this.request.previousRun,
      workflow: this.plan.definition.name,
      etag: String(this.#events.length),
      workflowRevision: this.request.workflowRevision,
    };
  }

  watch(call: Watcher): void {
    const head = {
      run: this.message(),
      sequence: String(this.#events.length),
      digest: bytesOf(this.#digest),
    };
    call.write({ current: head });
    for (const event of this.#events.slice(Number(call.request.resumeToken || 0))) call.write(event);
    if (this.isOver) {
      call.end();
      return;
    }
    this.#watchers.add(call);
    call.once('cancelled', () => this.#watchers.delete(call));
  }

  #done(id: string, operation: string): void {
    const time = timestamp(this.now());
    const step: Step__Output = {
      id,
      operation,
      state: 'STEP_STATE_SUCCEEDED',
      proof: 'PROOF_STATE_NOT_REQUIRED',
      settlement: 'SETTLEMENT_STATE_NONE',
      attempt: 1,
      worker: 'mock-worker',
      startTime: time,
      endTime: time,
      publicJson: '{}',
      reason: '',
      attempts: [],
    };
    this.#steps.push(step);
    const atMs = millisecondsOf(time);
    const body = {
      ...{ id, operation, state: 'SUCCEEDED', attempt: 1, worker: step.worker, reason: null },
      ...{ startedMs: atMs, endedMs: atMs, public: {} },
    };
    this.#append({ step }, id, body);
  }

  #moved(state: MockEnd['state'] | 'PENDING' | 'RUNNING', reason = ''): void {
    this.#state = `RUN_STATE_${state}`;
    this.#reason = reason;
    this.#append({ snapshot: this.message() }, null, { state, reason: reason === '' ? null : reason });
  }

  #append(content: WatchRunResponse, taskId: string | null, body: Json): void {
    const { runId } = this.request;
    const sequence = this.#events.length + 1;
    const prevDigest = this.#digest;
    const time = timestamp(this.now());
    const event: WatchRunResponse = {
      sequence: String(sequence),
      prevDigest: bytesOf(prevDigest),
      time,
      resumeToken: String(sequence),
      ...content,
    };
    this.#digest = digestOf(
      canonicalBytes({ runId, sequence, taskId, body, prevDigest, time: formatTime(millisecondsOf(time)) }),
    );
    this.#events.push(event);
    for (const watcher of this.#watchers) watcher.write(event);
  }
}

function bytesOf(digest: Digest): Buffer {
  return Buffer.from(digest.slice('sha256:'.length), 'hex');
}

export function timestamp(ms: number): { seconds: string; nanos: number } {
  return { seconds: String(Math.floor(ms / 1_000)), nanos: (Math.floor(ms) % 1_000) * 1_000_000 };
}

function millisecondsOf({ seconds, nanos }: { seconds: string; nanos: number }): number {
  return Number(seconds) * 1_000 + nanos / 1_000_000;
}
