import type { Json } from '#canonical';
import { ProofsError } from './proofs-error.js';

// Both moduli have 77 digits; a longer text is out of range whatever it says, and is not worth converting.
const DIGITS_MAX = 77;
const DECIMAL = /^(0|[1-9][0-9]*)$/;

/**
 * Reads a number of a proof, key or public signal: decimal text, one spelling each, below `modulus`.
 *
 * `BigInt()` takes hex, spaces and leading zeros too, and snarkjs accepts `n` and `n + modulus` alike: each is a
 * second spelling of the same proof, so none of it may reach `BigInt()`.
 *
 * @throws ProofsError FIELD_RANGE. The message does not repeat the value.
 */
export function parseCanonicalNumber(value: Json | undefined, modulus: bigint, where: string): bigint {
  if (typeof value !== 'string' || value.length > DIGITS_MAX || !DECIMAL.test(value)) {
    throw new ProofsError(
      'FIELD_RANGE',
      `${where}: expected decimal text without sign, spaces or leading zeros`,
    );
  }
  const number = BigInt(value);
  if (number >= modulus)
    throw new ProofsError('FIELD_RANGE', `${where}: expected a number below the field modulus`);
  return number;
}
