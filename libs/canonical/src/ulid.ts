import { CanonicalError } from './canonical-error.js';
import { toHex } from './encoding.js';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_MS_MAX = 2 ** 48 - 1;
const RANDOM_BYTES = 10;
const CHARACTERS = 26;

/**
 * 26 characters of Crockford base32: 48 bits of time, 80 bits of randomness.
 *
 * @param timeMs since the epoch
 * @param random10 exactly 10 random bytes
 * @throws CanonicalError `TIME_INVALID` on a time outside 48 bits, `FIELD_RANGE` on another number of bytes.
 */
export function ulid(timeMs: number, random10: Uint8Array): string {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > TIME_MS_MAX) {
    throw new CanonicalError('TIME_INVALID', `expected milliseconds within 48 bits, got ${timeMs}`);
  }
  if (random10.length !== RANDOM_BYTES) {
    throw new CanonicalError('FIELD_RANGE', `expected ${RANDOM_BYTES} random bytes, got ${random10.length}`);
  }
  let rest = (BigInt(timeMs) << 80n) | BigInt(`0x${toHex(random10)}`);
  let text = '';
  for (let index = 0; index < CHARACTERS; index += 1) {
    text = `${CROCKFORD[Number(rest & 31n)] ?? ''}${text}`;
    rest >>= 5n;
  }
  return text;
}

/** Upper case only: an identifier that is signed has one spelling. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}
