/** Poseidon over the scalar field of BN254 with circomlib's parameters: the hash that circuits can afford. */
import { CanonicalError } from './canonical-error.js';
import { poseidonOf } from './poseidon-hashes.js';

/** Order r of the BN254 scalar field. */
export const FIELD_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export const POSEIDON_INPUTS_MAX = 16;

/**
 * @param inputs 1 to 16 integers in [0, r). A value and the same value plus r would hash alike, so anything
 *   outside the range is refused.
 * @throws CanonicalError `FIELD_RANGE`
 */
export function poseidon(inputs: readonly bigint[]): bigint {
  if (inputs.length < 1 || inputs.length > POSEIDON_INPUTS_MAX) {
    throw new CanonicalError(
      'FIELD_RANGE',
      `Poseidon takes 1 to ${POSEIDON_INPUTS_MAX} inputs, got ${inputs.length}`,
    );
  }
  return poseidonOf(inputs.map((input, index) => assertField(input, `input ${index}`)));
}

/** @throws CanonicalError `FIELD_RANGE`; the message does not repeat the value, which may be secret. */
export function assertField(value: bigint, what: string): bigint {
  if (value >= 0n && value < FIELD_MODULUS) return value;
  throw new CanonicalError('FIELD_RANGE', `${what} is not in the BN254 scalar field`);
}

/**
 * Reads a field element from its decimal text: no sign, no leading zero, below r.
 *
 * @throws CanonicalError `FIELD_RANGE`
 */
export function parseField(text: string): bigint {
  // r has 77 digits; the length check keeps BigInt() from chewing on megabytes.
  if (text.length > 77 || !/^(?:0|[1-9][0-9]*)$/.test(text)) {
    throw new CanonicalError(
      'FIELD_RANGE',
      `expected a decimal field element, got ${text.length} characters`,
    );
  }
  return assertField(BigInt(text), 'decimal');
}
