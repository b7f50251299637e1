// SPDX-License-Identifier: GPL-3.0
/**
 * Runs proofs in child processes, so that the process that talks to the network never runs WASM on a witness.
 *
 * A child is not trusted with the result: whoever calls `prove` verifies what comes back.
 */
import { TaskError } from '#worker';
import type { Circuit } from '../circuit/circuit.js';
import type { CircuitInput } from './messages.js';
import { PROVER_SCRIPT, ProverProcess } from './prover-process.js';

export interface ProverPoolOptions {
  /** Children, each with one proof at a time and one thread. */
  readonly processes: number;
  /** Proofs that may wait for a child; above it `prove` refuses. */
  readonly queueMax: number;
  /** From the moment a child takes the proof; includes a start of the child. */
  readonly deadlineMs: number;
  readonly heapMiBMax: number;
  /** A child above this resident size is replaced after its proof. */
  readonly rssMiBMax: number;
  /** A child is replaced after this many proofs. */
  readonly proofsPerProcessMax: number;
  readonly constraintsMax: number;
  readonly script: URL;
}

export interface MadeProof {
  /** snarkjs' JSON text. Unverified. */
  readonly proof: string;
  readonly publicSignals: readonly string[];
  readonly witnessMs: number;
  readonly proveMs: number;
  readonly rssMiB: number;
}

const DEFAULTS: ProverPoolOptions = {
  processes: 1,
  queueMax: 64,
  deadlineMs: 60_000,
  heapMiBMax: 128,
  rssMiBMax: 512,
  proofsPerProcessMax: 500,
  constraintsMax: 1 << 18,
  script: PROVER_SCRIPT,
};

/** A place for one child. The child in it changes; the number of lanes is the number of proofs at once. */
interface Lane {
  process: ProverProcess | null;
}

interface Waiter {
  readonly take: (lane: Lane) => void;
  readonly refuse: (error: Error) => void;
}

export class ProverPool implements AsyncDisposable {
  readonly #options: ProverPoolOptions;
  readonly #lanes: readonly Lane[];
  readonly #idle: Lane[];
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  constructor(options: Partial<ProverPoolOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#lanes = Array.from({ length: this.#options.processes }, () => ({ process: null }));
    this.#idle = [...this.#lanes];
  }

  /** Starts every child and loads `circuit` in it, so that the first proof finds it warm. */
  async warm(circuit: Circuit): Promise<void> {
    const signal = new AbortController().signal;
    const run = (): Promise<void> =>
      this.#onLane(signal, async (lane, deadline) => {
        const process = await this.#started(lane, deadline);
        await process.load(circuit.files, deadline);
      });
    await Promise.all(this.#lanes.map(run));
  }

  /**
   * Makes one proof.
   *
   * @throws TaskError CIRCUIT_LIMIT_EXCEEDED, PROVER_CAPACITY (queue full or pool closed), PROVER_TIMEOUT,
   *   WITNESS_OUT_OF_RANGE, CIRCUIT_ARTIFACT_MISMATCH, PROVER_FAILED; or the reason of `signal`
   */
  async prove(circuit: Circuit, input: CircuitInput, signal: AbortSignal): Promise<MadeProof> {
    const { constraints } = circuit.manifest.size;
    if (constraints > this.#options.constraintsMax) {
      const limit = this.#options.constraintsMax;
      throw new TaskError('CIRCUIT_LIMIT_EXCEEDED', `circuit has ${constraints} constraints, limit ${limit}`);
    }
    return await this.#onLane(signal, async (lane, deadline) => {
      const process = await this.#started(lane, deadline);
      const { proof, publicSignals, witnessMs, proveMs, rssBytes } = await process.prove(
        circuit.files,
        input,
        deadline,
      );
      const rssMiB = Math.ceil(rssBytes / 2 ** 20);
      if (process.proofs >= this.#options.proofsPerProcessMax || rssMiB > this.#options.rssMiBMax) {
        lane.process = null;
        await process.stop();
      }
      return { proof, publicSignals, witnessMs, proveMs, rssMiB };
    });
  }

  /** Ends every child. Proofs in progress fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.refuse(closed());
    this.#waiters.clear();
    await Promise.all(
      this.#lanes.map(async (lane) => {
        const { process } = lane;
        lane.process = null;
        // A busy child is in a computation that cannot be asked to stop.
        if (this.#idle.includes(lane)) await process?.stop();
        else process?.kill();
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #onLane<T>(signal: AbortSignal, work: (lane: Lane, deadline: AbortSignal) => Promise<T>): Promise<T> {
    const lane = await this.#acquire(signal);
    const { deadlineMs } = this.#options;
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new TaskError('PROVER_TIMEOUT', `no proof within ${deadlineMs} ms`, true));
    }, deadlineMs);
    try {
      return await work(lane, AbortSignal.any([signal, deadline.signal]));
    } finally {
      clearTimeout(timer);
      this.#release(lane);
    }
  }

  async #started(lane: Lane, deadline: AbortSignal): Promise<ProverProcess> {
    if (lane.process?.alive === true) return lane.process;
    if (this.#closed) throw closed();
    const { script, heapMiBMax } = this.#options;
    const process = new ProverProcess({ script, heapMiBMax });
    lane.process = process;
    await process.start(deadline);
    return process;
  }

  #acquire(signal: AbortSignal): Promise<Lane> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      if (signal.aborted) return reject(signal.reason);
      const lane = this.#idle.pop();
      if (lane !== undefined) return resolve(lane);
      const { queueMax } = this.#options;
      if (this.#waiters.size >= queueMax) {
        return reject(
          new TaskError('PROVER_CAPACITY', `${queueMax} proofs wait already, limit ${queueMax}`, true),
        );
      }
      const waiter: Waiter = {
        take: (free) => {
          signal.removeEventListener('abort', onAbort);
          resolve(free);
        },
        refuse: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
      };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #release(lane: Lane): void {
    // First come, first served: a Set keeps the order of arrival.
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#idle.push(lane);
      return;
    }
    this.#waiters.delete(next);
    next.take(lane);
  }
}

function closed(): TaskError {
  return new TaskError('PROVER_CAPACITY', 'the prover is shutting down', true);
}
