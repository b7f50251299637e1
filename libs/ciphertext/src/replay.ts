import { CiphertextError } from './ciphertext-error.js';
import type { FheEngine } from './fhe-engine.js';
import { addCountMax } from './parameters.js';

/**
 * Re-runs one transition of a page without any key: previous page plus delta.
 *
 * Bit-exact, so the plain SHA-256 of the result is the digest that an honest receipt names as `next`. This is what
 * stands behind REPLAYED in a verdict. It says that the service added what it was given; that the delta encrypts
 * the right amount rests on the key enclave that made it.
 *
 * @throws CiphertextError on bytes that no engine would load.
 */
export function replayAdd(engine: FheEngine, page: Uint8Array, delta: Uint8Array): Uint8Array {
  return engine.add(page, delta);
}

/**
 * The page's count after one more addition.
 *
 * @throws CiphertextError `NOISE_BUDGET_EXHAUSTED` before the addition that could decrypt wrongly, never after.
 */
export function nextAddCount(addCount: number): number {
  if (Number.isInteger(addCount) && addCount >= 0 && addCount < addCountMax) return addCount + 1;
  throw new CiphertextError(
    'NOISE_BUDGET_EXHAUSTED',
    `the page took ${addCount} additions of at most ${addCountMax}; encrypt it afresh first`,
  );
}
