import type { ClientDuplexStream } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { type Digest, parseDigest } from '#canonical';
import {
  ApiError,
  type ConnectRequest,
  type ConnectResponse__Output,
  type Lease__Output,
  type OfferRequest__Output,
  type ServiceClients,
  withSpan,
} from '#contracts';
import { TaskError, type TaskRuntime } from '../runtime.js';
import { type ExecuteTaskDependencies, executeTask } from '../task/execute-task.js';
import { OpenCalls } from './open-calls.js';

export interface AgentLogger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface WorkerAgentOptions extends ExecuteTaskDependencies {
  readonly services: ServiceClients;
  readonly runtimes: readonly TaskRuntime[];
  /** Tasks at once; the orchestrator sends no more. */
  readonly leasesMax: number;
  readonly logger: AgentLogger;
}

type Stream = ClientDuplexStream<ConnectRequest, ConnectResponse__Output>;

interface RunningTask {
  readonly fence: string;
  readonly controller: AbortController;
}

/** Binds a registration to no verifier's policy: it serves for routing only. */
const NO_POLICY: Digest = parseDigest(`sha256:${'0'.repeat(64)}`);
/** The first pause before a worker dials again; it doubles with every attempt that fails. */
const RECONNECT_MS = 250;
/** Well below the grace in which a replica keeps a worker's leases for it. */
const RECONNECT_MS_MAX = 2_000;
/** Whatever the orchestrator asks for: it is not trusted with this worker's time. */
const HEARTBEAT_MS_MIN = 50;
/** From the dial until a replica accepts this worker. One that cannot, since its database is away, is left for another. */
const ACCEPT_MS = 20_000;
const FINISHED_MAX = 64;

/**
 * A worker's life: dial out, prove who answers, take leases, return signed results, dial again when the stream breaks.
 *
 * A task goes on while the stream is down. Its result is kept until the orchestrator, which sends every open lease
 * again after a reconnect, has taken it.
 */
export class WorkerAgent {
  readonly #running = new Map<string, RunningTask>();
  readonly #finished = new Map<string, ConnectRequest>();
  readonly #calls: OpenCalls;
  readonly #runtimes: ReadonlyMap<string, TaskRuntime>;
  #stream: Stream | null = null;
  /** Whether the orchestrator took the registration of this stream; before that nothing else may be sent. */
  #isAccepted = false;
  #heartbeat: NodeJS.Timeout | null = null;
  /** Attempts since a replica last accepted this worker. */
  #failures = 0;
  #stopped = false;
  #draining = false;
  #wake: () => void = () => undefined;
  readonly #served = Promise.withResolvers<void>();

  constructor(private readonly options: WorkerAgentOptions) {
    this.#runtimes = new Map(options.runtimes.map((runtime) => [runtime.operation, runtime]));
    this.#calls = new OpenCalls(options.identity.signSeed);
  }

  /** Whether an orchestrator took this worker and may send it tasks. */
  get isServing(): boolean {
    return this.#isAccepted && !this.#draining;
  }

  /** Resolves when an orchestrator took this worker for the first time. */
  get served(): Promise<void> {
    return this.#served.promise;
  }

  /** Runs until `stop`; never rejects, since a worker outlives its orchestrator. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      await this.#session();
      if (!this.#stopped) await this.#pause(this.#backOffMs());
    }
  }

  /** Half of it by chance: workers of a replica that ended do not all dial the next one at once. */
  #backOffMs(): number {
    const fullMs = Math.min(RECONNECT_MS * 2 ** this.#failures, RECONNECT_MS_MAX);
    this.#failures += 1;
    return (fullMs / 2) * (1 + (this.options.random(1)[0] ?? 0) / 256);
  }

  /** Takes no more leases, waits for running ones up to `graceMs`, then ends. */
  async stop(graceMs: number): Promise<void> {
    this.#draining = true;
    this.#calls.drain();
    const until = this.options.now() + graceMs;
    while (this.#running.size > 0 && this.options.now() < until) await this.#pause(20);
    this.#stopped = true;
    this.#beatEvery(0);
    for (const { controller } of this.#running.values())
      controller.abort(new TaskError('WORKER_STOPPED', 'worker stops', true));
    this.#stream?.end();
    this.#wake();
  }

  #session(): Promise<void> {
    return new Promise((resolve) => {
      const { services, logger } = this.options;
      const stream: Stream = services.worker.connect();
      this.#stream = stream;
      this.#isAccepted = false;
      // Connections that lead nowhere end by keepalive; a replica that answers pings and nothing else would hold us.
      const patience = setTimeout(() => {
        if (this.#isAccepted || this.#stream !== stream) return;
        logger.warn({ acceptMs: ACCEPT_MS }, 'not accepted in time');
        stream.cancel();
      }, ACCEPT_MS);
      const over = (): void => {
        clearTimeout(patience);
        this.#calls.left(stream);
        resolve();
      };
      stream.on('data', (message: ConnectResponse__Output) => this.#receive(stream, message));
      stream.on('error', (error: Error) => {
        logger.warn({ reason: error.message }, 'session ended');
        over();
      });
      stream.on('end', () => {
        stream.end();
        over();
      });
    });
  }

  #receive(stream: Stream, message: ConnectResponse__Output): void {
    if (message.challenge) {
      // Whoever takes the quote may be away for a moment; the next dial asks again.
      this.#register(stream, message.challenge.nonce).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.options.logger.warn({ reason }, 'not registered');
        stream.cancel();
      });
    } else if (message.accepted) {
      this.#failures = 0;
      this.options.logger.info({ session: message.accepted.session }, 'session open');
      this.#isAccepted = true;
      this.#served.resolve();
      this.#beatEvery(message.accepted.heartbeatMs);
    } else if (message.offerRequest) void this.#offer(stream, message.offerRequest);
    else if (message.lease) this.#accept(message.lease);
    else if (message.call) this.#calls.receive(stream, message.call);
    else if (message.callCancel) this.#calls.cancel(stream, message.callCancel.call);
    else if (message.revoke) {
      const { lease, reason } = message.revoke;
      this.#finished.delete(lease);
      // No fault of the task: where the lease counts after all, another attempt is made.
      this.#running.get(lease)?.controller.abort(new TaskError('LEASE_REVOKED', reason, true));
    } else if (message.drain) {
      // This replica stops. Tasks go on, and the next session takes their results.
      this.options.logger.info({ reason: message.drain.reason }, 'sent elsewhere');
      stream.end();
    }
  }

  async #register(stream: Stream, nonce: Buffer): Promise<void> {
    const evidence = await this.options.evidence.answer(nonce, NO_POLICY);
    stream.write({
      register: {
        worker: this.options.identity.workerId,
        operations: [...this.#runtimes.keys()],
        package: Buffer.from(evidence),
        leasesMax: this.options.leasesMax,
      },
    });
  }

  async #offer(stream: Stream, request: OfferRequest__Output): Promise<void> {
    try {
      const evidence = await withSpan('sealflow.offer', { parent: request.traceparent }, () =>
        this.options.evidence.answer(request.nonce, parseDigest(request.policy)),
      );
      stream.write({ offer: { requestId: request.requestId, package: Buffer.from(evidence) } });
    } catch (error) {
      this.options.logger.warn(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'offer refused',
      );
    }
  }

  #accept(lease: Lease__Output): void {
    const finished = this.#finished.get(lease.lease);
    if (finished !== undefined) this.#send(finished);
    else if (!this.#running.has(lease.lease) && !this.#draining) void this.#execute(lease);
  }

  async #execute(lease: Lease__Output): Promise<void> {
    const controller = new AbortController();
    const { lease: id, fence, operation } = lease;
    this.#running.set(id, { fence, controller });
    const { logger } = this.options;
    const facts = { lease: id, operation, run: lease.runId, attempt: lease.attempt };
    const timeoutMs = Math.max(1, deadlineOf(lease) - this.options.now());
    const timer = setTimeout(
      () => controller.abort(new TaskError('DEADLINE_EXCEEDED', 'the lease ran out', true)),
      timeoutMs,
    );
    let result: ConnectRequest;
    try {
      const runtime = this.#runtimes.get(operation);
      if (runtime === undefined)
        throw new TaskError('OPERATION_UNKNOWN', `this worker does not offer ${operation}`);
      const onStage = (stage: string): void => this.#send({ progress: { lease: id, fence, stage } });
      const { taskId: task, runId: run, attempt, traceparent: parent } = lease;
      const done = await withSpan(
        'sealflow.task',
        { kind: SpanKind.CONSUMER, parent, facts: { run, task, operation, attempt } },
        () => {
          const calls = runtime.converses === true ? this.#calls.open(id, fence) : undefined;
          return executeTask(lease, runtime, controller.signal, this.options, onStage, calls);
        },
      );
      const outputs = done.outputs.map((output) => ({ ...output }));
      result = {
        complete: {
          lease: id,
          fence,
          statement: Buffer.from(done.statement),
          outputs,
          blobs: [...done.blobs],
        },
      };
      logger.info(facts, 'task done');
    } catch (error) {
      const failure = asTaskError(error);
      logger.warn({ ...facts, reason: failure.code }, 'task failed');
      result = {
        fail: {
          lease: id,
          fence,
          reason: failure.code,
          message: failure.message,
          retryable: failure.retryable,
        },
      };
    } finally {
      clearTimeout(timer);
      this.#running.delete(id);
      this.#calls.close(id);
    }
    if (this.#finished.size >= FINISHED_MAX) this.#finished.delete([...this.#finished.keys()][0] ?? '');
    this.#finished.set(id, result);
    this.#send(result);
  }

  /** Says of every running task that it runs, as often as the orchestrator asked for; 0 ends that. */
  #beatEvery(heartbeatMs: number): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    if (heartbeatMs <= 0) return;
    this.#heartbeat = setInterval(
      () => {
        for (const [lease, { fence }] of this.#running) this.#send({ renew: { lease, fence } });
      },
      Math.max(heartbeatMs, HEARTBEAT_MS_MIN),
    );
  }

  #send(message: ConnectRequest): void {
    // A broken stream loses the message; the lease comes again after the reconnect and is answered from #finished.
    if (this.#isAccepted && this.#stream?.writable === true) this.#stream.write(message);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Errors of libraries may quote what they read; only a TaskError's text was written to leave the worker. */
function asTaskError(error: unknown): TaskError {
  if (error instanceof TaskError) return error;
  if (error instanceof ApiError)
    return new TaskError(error.reason, 'a call to the orchestrator failed', true);
  const code = (error as { code?: unknown } | null)?.code;
  const name = typeof code === 'string' && /^[A-Z_]{3,64}$/.test(code) ? code : 'WORKER_ERROR';
  return new TaskError(name, 'the task failed inside the worker', name === 'WORKER_ERROR');
}

function deadlineOf(lease: Lease__Output): number {
  return lease.deadline === null ? 0 : Number(lease.deadline.seconds) * 1000 + lease.deadline.nanos / 1e6;
}
