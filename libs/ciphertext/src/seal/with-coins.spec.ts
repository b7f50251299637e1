import { afterEach, describe, expect, it, vi } from 'vitest';
import { aes256CtrKeystream, toHex } from '#canonical';
import { CiphertextError } from '../ciphertext-error.js';
import { withCoins } from './with-coins.js';

const seed = new Uint8Array(32).fill(9);

function draw(byteCount: number): string {
  return toHex(globalThis.crypto.getRandomValues(new Uint8Array(byteCount)));
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'accepted';
  } catch (error) {
    if (error instanceof CiphertextError) return error.code;
    throw error;
  }
}

describe('randomness of a call', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is the keystream of its seed, draw by draw', () => {
    const drawn = withCoins(seed, () => draw(4) + draw(60));
    expect(drawn).toBe(toHex(aes256CtrKeystream(seed, 64)));
    expect(withCoins(seed, () => draw(64))).toBe(drawn);
  });

  it('is the platform’s again when the call has thrown', () => {
    const failing = (): never => {
      throw new CiphertextError('ENGINE_FAILED', 'stopped half way');
    };
    expect(codeOf(() => withCoins(seed, failing))).toBe('ENGINE_FAILED');
    expect(Object.hasOwn(globalThis.crypto, 'getRandomValues')).toBe(false);
    expect(draw(32)).not.toBe(draw(32));
  });

  it('gives way to what stood there before, whatever that was', () => {
    const other = vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((view) => view);
    withCoins(seed, () => draw(4));
    expect(other).not.toHaveBeenCalled();
    draw(4);
    expect(other).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['draws nothing, so that its result cannot come of the seed', 0],
    ['draws more than any engine that is known', 1025],
  ])('is refused where the call %s', (_what, byteCount) => {
    expect(codeOf(() => withCoins(seed, () => (byteCount === 0 ? '' : draw(byteCount))))).toBe(
      'ENGINE_FAILED',
    );
  });

  it.each([0, 31, 33])('is refused with a seed of %i bytes', (length) => {
    expect(codeOf(() => withCoins(new Uint8Array(length), () => draw(4)))).toBe('COINS_INVALID');
  });
});
