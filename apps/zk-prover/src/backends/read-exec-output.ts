// SPDX-License-Identifier: GPL-3.0
import { BackendError, type RawProof } from './backend.js';

const NUMBER = /^\d{1,78}$/;
const SIGNALS_MAX = 64;

/**
 * What a prover program wrote, brought to snarkjs' form: programs differ in the members beside the points.
 * Only the shape is judged here; the verifier judges the numbers.
 *
 * @throws BackendError BACKEND_OUTPUT
 */
export function readExecOutput(proofBytes: Uint8Array | null, publicBytes: Uint8Array | null): RawProof {
  const proof = parsed(proofBytes);
  const signals = parsed(publicBytes);
  if (typeof proof !== 'object' || proof === null) throw new BackendError('BACKEND_OUTPUT');
  const { pi_a, pi_b, pi_c } = proof as { readonly [member: string]: unknown };
  const isPoint = (value: unknown): boolean => isRow(value, 3, isNumber);
  if (!isPoint(pi_a) || !isPoint(pi_c) || !isRow(pi_b, 3, (row) => isRow(row, 2, isNumber)))
    throw new BackendError('BACKEND_OUTPUT');
  if (!Array.isArray(signals) || signals.length > SIGNALS_MAX) throw new BackendError('BACKEND_OUTPUT');
  const publicSignals = signals.filter(isNumber);
  if (publicSignals.length !== signals.length) throw new BackendError('BACKEND_OUTPUT');
  return {
    proof: JSON.stringify({ pi_a, pi_b, pi_c, protocol: 'groth16', curve: 'bn128' }),
    publicSignals,
  };
}

function parsed(bytes: Uint8Array | null): unknown {
  if (bytes === null) throw new BackendError('BACKEND_OUTPUT');
  try {
    // Some programs end what they write with a zero byte.
    const text = bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    throw new BackendError('BACKEND_OUTPUT');
  }
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && NUMBER.test(value);
}

function isRow(value: unknown, length: number, each: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length === length && value.every(each);
}
