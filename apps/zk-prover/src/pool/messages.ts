// SPDX-License-Identifier: GPL-3.0
/** Messages between the pool and a prover child. Types only: the child runs without this file. */

/** Input signals of a circuit, by name. */
export type CircuitInput = { readonly [signal: string]: bigint | readonly bigint[] };

/** Files of a circuit with the digests that the child checks before it uses them. */
export interface CircuitFiles {
  readonly wasmPath: string;
  readonly wasmDigest: string;
  readonly zkeyPath: string;
  readonly zkeyDigest: string;
}

export interface ProveMessage {
  readonly id: number;
  readonly circuit: CircuitFiles;
  /** Null: only load the circuit, so that the first proof finds it warm. */
  readonly input: CircuitInput | null;
}

export type ChildMessage = ReadyMessage | ProvedMessage | LoadedMessage | RefusedMessage;

export interface ReadyMessage {
  readonly kind: 'ready';
}

export interface LoadedMessage {
  readonly kind: 'loaded';
  readonly id: number;
}

export interface ProvedMessage {
  readonly kind: 'proved';
  readonly id: number;
  /** Proof in snarkjs' JSON form, as text. */
  readonly proof: string;
  readonly publicSignals: readonly string[];
  readonly witnessMs: number;
  readonly proveMs: number;
  readonly rssBytes: number;
}

/** What went wrong, without the library's words: those may quote signal values. */
export interface RefusedMessage {
  readonly kind: 'refused';
  readonly id: number;
  readonly code: 'ARTIFACT_MISMATCH' | 'WITNESS_REJECTED' | 'PROVE_FAILED';
}
