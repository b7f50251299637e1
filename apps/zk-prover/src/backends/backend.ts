// SPDX-License-Identifier: GPL-3.0
/**
 * What makes a Groth16 proof from a key and a witness.
 *
 * A backend sees the witness, so it must be trusted to keep it. It is not trusted with the result: whatever it
 * returns is verified before it leaves the service. Backends run in a prover child, never in the front.
 */

/** Which backend a child uses; plain data, it crosses to the child. */
export type BackendSpec =
  | {
      readonly name: 'groth16-snarkjs';
      /** One unless told: a child a core makes more proofs an hour, a thread a core makes a large one sooner. */
      readonly threads?: SnarkjsThreads;
    }
  | {
      readonly name: 'groth16-exec';
      /** Absolute path of a program that is called as rapidsnark's: `<program> zkey witness proof public`. */
      readonly path: string;
      /** `sha256:...` of the program; the child checks it before it hands over the first witness. */
      readonly digest: string;
      /** The program is killed above this resident size. */
      readonly rssMiBMax: number;
    };

export type SnarkjsThreads = 'one' | 'each-core';

export type BackendName = BackendSpec['name'];

/** A proving key whose digest was checked on these bytes. */
export interface ProvingKey {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** As the backend says; unverified. */
export interface RawProof {
  /** Proof in snarkjs' JSON form, as text. */
  readonly proof: string;
  readonly publicSignals: readonly string[];
}

export interface ProofBackend {
  readonly name: BackendName;
  /**
   * @param witness bytes of a .wtns file; the caller zeroes them afterwards
   * @throws BackendError
   */
  prove(key: ProvingKey, witness: Uint8Array): Promise<RawProof>;
  /** Ends what the backend started. */
  stop(): void;
}

export type BackendErrorCode =
  /** The operator's program is not there or is not the one that was named. */
  | 'PROGRAM_MISMATCH'
  /** It ended with an error, or the library threw. */
  | 'BACKEND_FAILED'
  /** It said nothing, too much, or something that is no proof. */
  | 'BACKEND_OUTPUT'
  | 'MEMORY_EXCEEDED';

/** Carries no text of a library or program: that may quote values. */
export class BackendError extends Error {
  override readonly name = 'BackendError';

  constructor(readonly code: BackendErrorCode) {
    super(code);
  }
}
