// SPDX-License-Identifier: GPL-3.0
import { TaskError } from '#worker';

/** Where a proof is. It leaves `queued` and `proving` only forward, and a state after these two is its last. */
export type ProofState = 'queued' | 'proving' | 'verified' | 'invalid' | 'expired' | 'cancelled';

interface Cause {
  /** Null: refused before there was a job. */
  readonly state: Extract<ProofState, 'invalid' | 'expired' | 'cancelled'> | null;
  /** What the worker reports of its task. */
  readonly code: string;
  /** Whether another attempt on the same inputs can end otherwise. */
  readonly retryable: boolean;
}

/** Why a proof did not come to be. */
export const PROOF_CAUSES = {
  TOO_MANY_CONSTRAINTS: { state: null, code: 'CIRCUIT_LIMIT_EXCEEDED', retryable: false },
  TOO_MUCH_MEMORY: { state: null, code: 'CIRCUIT_LIMIT_EXCEEDED', retryable: false },
  TOO_LITTLE_TIME: { state: null, code: 'CIRCUIT_LIMIT_EXCEEDED', retryable: false },
  QUEUE_FULL: { state: null, code: 'PROVER_CAPACITY', retryable: true },
  QUEUE_TOO_LONG: { state: null, code: 'PROVER_CAPACITY', retryable: true },
  CLOSED: { state: null, code: 'PROVER_CAPACITY', retryable: true },
  WITNESS_REJECTED: { state: 'invalid', code: 'WITNESS_OUT_OF_RANGE', retryable: false },
  ARTIFACT_MISMATCH: { state: 'invalid', code: 'CIRCUIT_ARTIFACT_MISMATCH', retryable: false },
  PROOF_INVALID: { state: 'invalid', code: 'PROOF_INVALID', retryable: false },
  PROGRAM_MISMATCH: { state: 'invalid', code: 'PROVER_FAILED', retryable: true },
  BACKEND_FAILED: { state: 'invalid', code: 'PROVER_FAILED', retryable: true },
  BACKEND_OUTPUT: { state: 'invalid', code: 'PROVER_FAILED', retryable: true },
  PROVER_ENDED: { state: 'invalid', code: 'PROVER_FAILED', retryable: true },
  PROVER_CONFUSED: { state: 'invalid', code: 'PROVER_FAILED', retryable: true },
  VERIFIER_ENDED: { state: 'invalid', code: 'PROVER_FAILED', retryable: true },
  MEMORY_EXCEEDED: { state: 'invalid', code: 'CIRCUIT_LIMIT_EXCEEDED', retryable: false },
  DEADLINE_IN_QUEUE: { state: 'expired', code: 'PROVER_TIMEOUT', retryable: true },
  DEADLINE_IN_PROOF: { state: 'expired', code: 'PROVER_TIMEOUT', retryable: true },
  CANCELLED_BY_CALLER: { state: 'cancelled', code: 'PROVER_CANCELLED', retryable: false },
  SHUTDOWN: { state: 'cancelled', code: 'PROVER_CAPACITY', retryable: true },
} as const satisfies Record<string, Cause>;

export type ProofCause = keyof typeof PROOF_CAUSES;

/** A proof that did not come to be. Its text names limits and places, never a value of the witness. */
export class ProofFailure extends TaskError {
  constructor(
    readonly proofCause: ProofCause,
    message: string,
  ) {
    super(PROOF_CAUSES[proofCause].code, message, PROOF_CAUSES[proofCause].retryable);
  }
}
