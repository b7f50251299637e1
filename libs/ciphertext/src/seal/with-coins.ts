/**
 * Randomness of one call into SEAL, taken from a seed.
 *
 * SEAL draws the seeds of its generators from the platform (node-seal: `crypto.getRandomValues`, looked up at every
 * draw, 64 bytes an encryption). For the time of one synchronous call the keystream of the seed stands in that
 * place. Nothing else can run meanwhile, and what stood there before is put back however the call ends: a source of
 * randomness that stayed would make every later key predictable.
 */
import { aes256CtrKeystream } from '#canonical';
import { CiphertextError } from '../ciphertext-error.js';

export const coinSeedBytes = 32;

/** An encryption takes 64, a key 64, a public key 64. A SEAL that asked for more would not be the one known here. */
const drawnBytesMax = 1024;

const member = 'getRandomValues';

/** @throws CiphertextError `COINS_INVALID`, `ENGINE_FAILED` when the call drew nothing or more than is known */
export function withCoins<T>(seed: Uint8Array, call: () => T): T {
  if (seed.length !== coinSeedBytes) {
    throw new CiphertextError('COINS_INVALID', `a coin seed has ${coinSeedBytes} bytes, got ${seed.length}`);
  }
  const stream = aes256CtrKeystream(seed, drawnBytesMax);
  let drawn = 0;
  const source = globalThis.crypto;
  const before = Object.getOwnPropertyDescriptor(source, member);
  const draw = <V extends ArrayBufferView>(view: V): V => {
    // Past the end nothing is written; the result is thrown away below.
    const taken = stream.subarray(
      Math.min(drawn, drawnBytesMax),
      Math.min(drawn + view.byteLength, drawnBytesMax),
    );
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(taken);
    drawn += view.byteLength;
    return view;
  };
  Object.defineProperty(source, member, { value: draw, configurable: true, writable: true });
  try {
    const result = call();
    if (drawn > 0 && drawn <= drawnBytesMax) return result;
    throw new CiphertextError(
      'ENGINE_FAILED',
      `the engine drew ${drawn} random bytes of its seed, expected 1 to ${drawnBytesMax}`,
    );
  } finally {
    if (before === undefined) Reflect.deleteProperty(source, member);
    else Object.defineProperty(source, member, before);
    stream.fill(0);
  }
}
