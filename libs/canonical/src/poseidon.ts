/** Poseidon over the scalar field of BN254 with circomlib's parameters: the hash that circuits can afford. */
import { poseidon1 } from 'poseidon-lite/poseidon1';
import { poseidon2 } from 'poseidon-lite/poseidon2';
import { poseidon3 } from 'poseidon-lite/poseidon3';
import { poseidon4 } from 'poseidon-lite/poseidon4';
import { poseidon5 } from 'poseidon-lite/poseidon5';
import { poseidon6 } from 'poseidon-lite/poseidon6';
import { poseidon7 } from 'poseidon-lite/poseidon7';
import { poseidon8 } from 'poseidon-lite/poseidon8';
import { poseidon9 } from 'poseidon-lite/poseidon9';
import { poseidon10 } from 'poseidon-lite/poseidon10';
import { poseidon11 } from 'poseidon-lite/poseidon11';
import { poseidon12 } from 'poseidon-lite/poseidon12';
import { poseidon13 } from 'poseidon-lite/poseidon13';
import { poseidon14 } from 'poseidon-lite/poseidon14';
import { poseidon15 } from 'poseidon-lite/poseidon15';
import { poseidon16 } from 'poseidon-lite/poseidon16';
import { CanonicalError } from './canonical-error.js';

/** Order r of the BN254 scalar field. */
export const FIELD_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export const POSEIDON_INPUTS_MAX = 16;

const BY_ARITY: readonly ((inputs: bigint[]) => bigint)[] = [
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  poseidon16,
];

/**
 * @param inputs 1 to 16 integers in [0, r). A value and the same value plus r would hash alike, so anything
 *   outside the range is refused.
 * @throws CanonicalError `FIELD_RANGE`
 */
export function poseidon(inputs: readonly bigint[]): bigint {
  const hash = BY_ARITY[inputs.length - 1];
  if (hash === undefined) {
    throw new CanonicalError(
      'FIELD_RANGE',
      `Poseidon takes 1 to ${POSEIDON_INPUTS_MAX} inputs, got ${inputs.length}`,
    );
  }
  return hash(inputs.map((input, index) => assertField(input, `input ${index}`)));
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
