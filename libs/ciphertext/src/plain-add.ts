import { CiphertextError } from './ciphertext-error.js';
import type { FheParameters } from './parameters.js';
import { canonicalCiphertext, checkCiphertext, ciphertextBytes } from './pre-parser.js';

const COEFFICIENT_BYTES = 8;
const POLYNOMIALS = 2;

/**
 * Adds two ciphertexts without an engine: BFV addition is the sum of the coefficients, each modulo its own prime, so that
 * anybody repeats it with a few lines and no WebAssembly. The bytes are those of every engine (`FheEngine.add`).
 *
 * @throws CiphertextError `CIPHERTEXT_*` on bytes that no engine would load, or for a sum that hides nothing
 */
export function addCiphertexts(page: Uint8Array, delta: Uint8Array, parameters: FheParameters): Uint8Array {
  const left = canonicalCiphertext(page, parameters);
  const right = canonicalCiphertext(delta, parameters);
  const sum = new Uint8Array(left);
  const [one, other, made] = [left, right, sum].map(
    (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ) as [DataView, DataView, DataView];
  const { polyModulusDegree, coeffModulus } = parameters;
  // Everything before the coefficients is the same in every ciphertext of these parameters.
  const coefficients = POLYNOMIALS * coeffModulus.length * polyModulusDegree;
  let at = ciphertextBytes(parameters) - COEFFICIENT_BYTES * coefficients;
  for (let polynomial = 0; polynomial < POLYNOMIALS; polynomial += 1) {
    for (const prime of coeffModulus) {
      for (let index = 0; index < polyModulusDegree; index += 1, at += COEFFICIENT_BYTES) {
        const [a, b] = [one.getBigUint64(at, true), other.getBigUint64(at, true)];
        if (a >= prime || b >= prime) throw tooLarge(at, prime);
        const c = a + b;
        made.setBigUint64(at, c >= prime ? c - prime : c, true);
      }
    }
  }
  checkCiphertext(sum, parameters);
  return sum;
}

function tooLarge(at: number, prime: bigint): CiphertextError {
  return new CiphertextError(
    'ENGINE_REFUSED',
    `ciphertext coefficient at byte ${at}: expected less than ${prime}, got more`,
  );
}
