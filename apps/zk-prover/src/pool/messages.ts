// SPDX-License-Identifier: GPL-3.0
/** Messages between the pool and a prover child. */
import type { BackendErrorCode, BackendSpec } from '../backends/backend.js';

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
  readonly backend: BackendSpec;
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

export type RefusalCode = 'ARTIFACT_MISMATCH' | 'WITNESS_REJECTED' | BackendErrorCode;

/** What went wrong, without a library's words: those may quote signal values. */
export interface RefusedMessage {
  readonly kind: 'refused';
  readonly id: number;
  readonly code: RefusalCode;
  /** Of a rejected witness: the signal, or template and line; no value. */
  readonly place?: string;
}

const TEXT_MAX = 8 * 1024;
const SIGNALS_MAX = 64;
const SIGNAL_CHARS_MAX = 80;

/** What a child sent, or null: one that does not keep to this is not asked again. */
export function parseChildMessage(message: unknown): ChildMessage | null {
  if (typeof message !== 'object' || message === null) return null;
  const sent = message as { readonly [member: string]: unknown };
  if (sent['kind'] === 'ready') return { kind: 'ready' };
  const { kind, id } = sent;
  if (typeof id !== 'number') return null;
  if (kind === 'loaded') return { kind, id };
  if (kind === 'refused') {
    const { code, place } = sent;
    if (typeof code !== 'string') return null;
    const told = typeof place === 'string' ? { place: place.slice(0, 200) } : {};
    return { kind, id, code: code as RefusalCode, ...told };
  }
  const { proof, publicSignals, witnessMs, proveMs, rssBytes } = sent;
  const isText = (value: unknown, max: number): value is string =>
    typeof value === 'string' && value.length <= max;
  if (kind !== 'proved' || !isText(proof, TEXT_MAX) || !Array.isArray(publicSignals)) return null;
  if (publicSignals.length > SIGNALS_MAX) return null;
  if (!publicSignals.every((signal) => isText(signal, SIGNAL_CHARS_MAX))) return null;
  if (typeof witnessMs !== 'number' || typeof proveMs !== 'number' || typeof rssBytes !== 'number')
    return null;
  return { kind, id, proof, publicSignals, witnessMs, proveMs, rssBytes };
}
