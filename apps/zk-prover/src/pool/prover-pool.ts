// SPDX-License-Identifier: GPL-3.0
/**
 * The proving service: a queue of proofs and child processes that make them, so that the process that talks to the
 * network never runs WASM on a witness.
 *
 * Children and backends are not trusted with the result: a proof that the strict verifier does not accept never
 * leaves. One proof's failure, whatever it is, ends that proof and at most its child.
 */
import type { BackendSpec } from '../backends/backend.js';
import type { Circuit } from '../circuit/circuit.js';
import { Estimator, estimateText, type ProofEstimate } from '../jobs/estimate.js';
import { ProofFailure } from '../jobs/proof-cause.js';
import { type MadeProof, ProofJob, type ProofRequest } from '../jobs/proof-job.js';
import { ProofQueue } from '../jobs/proof-queue.js';
import { ProofVerifier } from '../verify/proof-verifier.js';
import { Lane } from './lane.js';
import type { CircuitInput, ProvedMessage } from './messages.js';
import { PROVER_SCRIPT } from './prover-process.js';

export type { MadeProof } from '../jobs/proof-job.js';

export interface ProverPoolOptions {
  readonly backend: BackendSpec;
  /** Children, each with one proof at a time and one thread. */
  readonly processes: number;
  /** Proofs that may wait for a child; above it `submit` refuses. */
  readonly queueMax: number;
  /** From the moment a child takes the proof; includes a start of the child. */
  readonly deadlineMs: number;
  readonly heapMiBMax: number;
  /** A child is killed above this resident size. */
  readonly memoryMiBMax: number;
  /** A child above this resident size is replaced after its proof. */
  readonly rssMiBMax: number;
  /** A child is replaced after this many proofs. */
  readonly proofsPerProcessMax: number;
  readonly constraintsMax: number;
  readonly script: URL;
  readonly verifier: Pick<ProofVerifier, 'failuresOf' | 'close'>;
}

export const POOL_DEFAULTS: Omit<ProverPoolOptions, 'verifier'> = {
  backend: { name: 'groth16-snarkjs', threads: 'one' },
  processes: 1,
  queueMax: 64,
  deadlineMs: 60_000,
  heapMiBMax: 128,
  memoryMiBMax: 1_024,
  rssMiBMax: 512,
  proofsPerProcessMax: 500,
  constraintsMax: 1 << 18,
  script: PROVER_SCRIPT,
};

/** What of a request may be left out. */
export type ProofWishes = Pick<ProofRequest, 'expectation' | 'priority' | 'deadlineMs'>;

export class ProverPool implements AsyncDisposable {
  readonly #options: ProverPoolOptions;
  readonly #lanes: readonly Lane[];
  readonly #idle: Set<Lane>;
  readonly #queue = new ProofQueue<{ readonly job: ProofJob; readonly atMs: number }>();
  readonly #open = new Set<ProofJob>();
  readonly #estimator: Estimator;
  #nextId = 1;
  #closed = false;

  constructor(options: Partial<ProverPoolOptions> = {}) {
    this.#options = { ...POOL_DEFAULTS, verifier: new ProofVerifier(), ...options };
    this.#lanes = Array.from({ length: this.#options.processes }, () => new Lane(this.#options));
    this.#idle = new Set(this.#lanes);
    this.#estimator = new Estimator(this.#options.backend.name);
  }

  /** Starts every child and loads `circuit` in it, so that the first proof finds it warm. */
  async warm(circuit: Circuit): Promise<void> {
    const signal = AbortSignal.timeout(this.#options.deadlineMs);
    const lanes = [...this.#idle];
    for (const lane of lanes) this.#idle.delete(lane);
    const loaded = await Promise.allSettled(lanes.map((lane) => lane.load(circuit.files, signal)));
    for (const lane of lanes) this.#idle.add(lane);
    this.#dispatch();
    for (const each of loaded) if (each.status === 'rejected') throw each.reason;
  }

  estimate(circuit: Circuit): ProofEstimate {
    return this.#estimator.of(circuit);
  }

  /** Proofs that have not ended. */
  get open(): readonly ProofJob[] {
    return [...this.#open];
  }

  /**
   * Takes a proof into the queue.
   *
   * @throws ProofFailure when it cannot fit, with the estimate; or the reason of the request's signal
   */
  submit(request: ProofRequest): ProofJob {
    request.signal?.throwIfAborted();
    const estimate = this.#admit(request);
    const job = new ProofJob(this.#nextId, request, estimate);
    this.#nextId += 1;
    this.#open.add(job);
    const { signal, deadlineMs, priority = 'normal' } = request;
    const onAbort = (): void => this.cancel(job, signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      deadlineMs === undefined ? undefined : setTimeout(() => this.#expire(job, deadlineMs), deadlineMs);
    const ended = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#open.delete(job);
    };
    job.done.then(ended, ended);
    const atMs = performance.now();
    this.#queue.add({ job, atMs }, priority, atMs);
    this.#dispatch();
    return job;
  }

  /** Ends a proof wherever it is; `reason` is what its promise rejects with. */
  cancel(job: ProofJob, reason?: unknown): void {
    const failure = new ProofFailure('CANCELLED_BY_CALLER', `cancelled while ${job.state}`);
    this.#end(job, failure, reason ?? failure);
  }

  /**
   * Makes one proof.
   *
   * @throws ProofFailure, or the reason of `signal`
   */
  async prove(
    circuit: Circuit,
    input: CircuitInput,
    signal: AbortSignal,
    wishes: ProofWishes = {},
  ): Promise<MadeProof> {
    return await this.submit({ ...wishes, circuit, input, signal }).done;
  }

  /** Ends every child. Proofs in progress fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#open) this.#end(job, new ProofFailure('SHUTDOWN', 'the prover is shutting down'));
    await Promise.all(
      this.#lanes.map(async (lane) => {
        if (this.#idle.has(lane)) await lane.stop();
        else lane.kill();
      }),
    );
    await this.#options.verifier.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #admit({ circuit, deadlineMs }: ProofRequest): ProofEstimate {
    if (this.#closed) throw new ProofFailure('CLOSED', 'the prover is shutting down');
    const { constraintsMax, memoryMiBMax, queueMax } = this.#options;
    const estimate = this.#estimator.of(circuit);
    const { constraints, memoryMiB, durationMs } = estimate;
    const told = estimateText(estimate);
    if (constraints > constraintsMax) {
      const limit = `circuit has ${constraints} constraints, limit ${constraintsMax}`;
      throw new ProofFailure('TOO_MANY_CONSTRAINTS', `${limit}; ${told}`);
    }
    if (memoryMiB > memoryMiBMax)
      throw new ProofFailure('TOO_MUCH_MEMORY', `limit ${memoryMiBMax} MiB a proof; ${told}`);
    const limitMs = Math.min(this.#options.deadlineMs, deadlineMs ?? Number.POSITIVE_INFINITY);
    if (durationMs > limitMs)
      throw new ProofFailure('TOO_LITTLE_TIME', `limit ${limitMs} ms for this proof; ${told}`);
    if (this.#idle.size === 0 && this.#queue.size >= queueMax)
      throw new ProofFailure('QUEUE_FULL', `${queueMax} proofs wait already, limit ${queueMax}; ${told}`);
    const waitMs = this.#waitMs();
    if (deadlineMs !== undefined && waitMs + durationMs > deadlineMs)
      throw new ProofFailure('QUEUE_TOO_LONG', `limit ${deadlineMs} ms, ${waitMs} ms to wait; ${told}`);
    return estimate;
  }

  /** What waits before a proof that comes now. */
  #waitMs(): number {
    if (this.#idle.size > 0) return 0;
    const aheadMs = this.#queue.items.reduce((sum, { job }) => sum + job.estimate.durationMs, 0);
    return Math.ceil(aheadMs / this.#lanes.length);
  }

  #dispatch(): void {
    while (this.#idle.size > 0) {
      const next = this.#queue.take();
      if (next === undefined) return;
      const { files } = next.job.request.circuit;
      const idle = [...this.#idle];
      const lane = idle.find((each) => each.hasLoaded(files)) ?? idle[0];
      if (lane === undefined) return;
      this.#idle.delete(lane);
      void this.#run(lane, next.job, performance.now() - next.atMs);
    }
  }

  /** Never rejects: what goes wrong is the job's. */
  async #run(lane: Lane, job: ProofJob, queuedMs: number): Promise<void> {
    const { circuit, input, expectation = null } = job.request;
    const { deadlineMs } = this.#options;
    const timer = setTimeout(() => this.#expire(job, deadlineMs), deadlineMs);
    let made: ProvedMessage | null = null;
    job.begin();
    try {
      made = await lane.prove(circuit.files, input, job.stop.signal);
    } catch (error) {
      this.#end(job, asFailure(error));
    } finally {
      // The next proof starts while this one is verified.
      this.#idle.add(lane);
      if (!this.#closed) this.#dispatch();
    }
    if (made !== null) await this.#verify(lane, job, circuit, { ...made, expectation, queuedMs });
    clearTimeout(timer);
  }

  async #verify(
    lane: Lane,
    job: ProofJob,
    circuit: Circuit,
    made: ProvedMessage & Required<Pick<ProofRequest, 'expectation'>> & { readonly queuedMs: number },
  ): Promise<void> {
    const { proof, publicSignals, witnessMs, proveMs, expectation, queuedMs } = made;
    const startedAt = performance.now();
    try {
      const { manifestBytes, manifestDigest, vkeyBytes } = circuit;
      const failures = await this.#options.verifier.failuresOf({
        circuit: { manifestBytes, manifestDigest, vkeyBytes },
        proof,
        publicSignals,
        expectation,
      });
      if (failures.length > 0) {
        lane.retire();
        const reasons = failures.join(', ');
        return this.#end(
          job,
          new ProofFailure('PROOF_INVALID', `the proof made here does not verify: ${reasons}`),
        );
      }
    } catch {
      return this.#end(job, new ProofFailure('VERIFIER_ENDED', 'the proof could not be verified'));
    }
    const rssMiB = Math.ceil(made.rssBytes / 2 ** 20);
    this.#estimator.learn(circuit, { memoryMiB: rssMiB, durationMs: witnessMs + proveMs });
    job.succeed({
      proof,
      publicSignals,
      backend: this.#options.backend.name,
      queuedMs: Math.round(queuedMs),
      witnessMs,
      proveMs,
      verifyMs: Math.round(performance.now() - startedAt),
      rssMiB,
    });
  }

  #expire(job: ProofJob, limitMs: number): void {
    const [cause, where] =
      job.state === 'queued'
        ? (['DEADLINE_IN_QUEUE', 'no child came free'] as const)
        : (['DEADLINE_IN_PROOF', 'no proof'] as const);
    this.#end(job, new ProofFailure(cause, `${where} within ${limitMs} ms`));
  }

  #end(job: ProofJob, failure: ProofFailure, reason: unknown = failure): void {
    for (const waiting of this.#queue.items) if (waiting.job === job) this.#queue.remove(waiting);
    job.fail(failure, reason);
  }
}

function asFailure(error: unknown): ProofFailure {
  if (error instanceof ProofFailure) return error;
  return new ProofFailure('PROVER_ENDED', 'prover child could not be used');
}
