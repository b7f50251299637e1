// SPDX-License-Identifier: GPL-3.0
import { type SignalExpectation } from '#proofs';
import type { BackendName } from '../backends/backend.js';
import type { Circuit } from '../circuit/circuit.js';
import type { CircuitInput } from '../pool/messages.js';
import type { ProofEstimate } from './estimate.js';
import { PROOF_CAUSES, type ProofCause, ProofFailure, type ProofState } from './proof-cause.js';
import type { Priority } from './proof-queue.js';

export interface ProofRequest {
  readonly circuit: Circuit;
  readonly input: CircuitInput;
  /** What the signals must say; null: whoever asks ties them to a run himself. */
  readonly expectation?: SignalExpectation | null;
  readonly priority?: Priority;
  /** From now until the proof is there, waiting included. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** A proof that the strict verifier accepted. */
export interface MadeProof {
  /** snarkjs' JSON text. */
  readonly proof: string;
  readonly publicSignals: readonly string[];
  readonly backend: BackendName;
  readonly queuedMs: number;
  readonly witnessMs: number;
  readonly proveMs: number;
  readonly verifyMs: number;
  readonly rssMiB: number;
}

const NEXT: Readonly<Record<ProofState, readonly ProofState[]>> = {
  queued: ['proving', 'expired', 'cancelled'],
  proving: ['verified', 'invalid', 'expired', 'cancelled'],
  verified: [],
  invalid: [],
  expired: [],
  cancelled: [],
};

/** One proof from its submission to its end. Inputs are let go when it ends. */
export class ProofJob {
  readonly id: number;
  readonly estimate: ProofEstimate;
  /** Rejects with a ProofFailure, or with the reason that the caller aborted with. */
  readonly done: Promise<MadeProof>;
  /** Aborts what a child does for this job. */
  readonly stop = new AbortController();
  #state: ProofState = 'queued';
  #cause: ProofCause | null = null;
  #request: ProofRequest | null;
  readonly #resolve: (made: MadeProof) => void;
  readonly #reject: (error: unknown) => void;

  constructor(id: number, request: ProofRequest, estimate: ProofEstimate) {
    this.id = id;
    this.estimate = estimate;
    this.#request = request;
    const { promise, resolve, reject } = Promise.withResolvers<MadeProof>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    // Who only watches the state need not wait for the promise.
    promise.catch(() => undefined);
  }

  get state(): ProofState {
    return this.#state;
  }

  /** Why it ended without a proof. */
  get cause(): ProofCause | null {
    return this.#cause;
  }

  get ended(): boolean {
    return NEXT[this.#state].length === 0;
  }

  get request(): ProofRequest {
    if (this.#request === null) throw new Error(`proof ${this.id} has ended`);
    return this.#request;
  }

  begin(): void {
    this.#move('proving');
  }

  succeed(made: MadeProof): void {
    if (this.ended) return;
    this.#move('verified');
    this.#resolve(made);
  }

  /** The first end counts: a child that was killed for a deadline still fails afterwards. */
  fail(failure: ProofFailure, reason: unknown = failure): void {
    const { state } = PROOF_CAUSES[failure.proofCause];
    if (this.ended || state === null) return;
    this.#cause = failure.proofCause;
    this.#move(state);
    this.stop.abort(failure);
    this.#reject(reason);
  }

  #move(to: ProofState): void {
    if (!NEXT[this.#state].includes(to)) throw new Error(`proof ${this.id}: ${this.#state} to ${to}`);
    this.#state = to;
    if (this.ended) this.#request = null;
  }
}
