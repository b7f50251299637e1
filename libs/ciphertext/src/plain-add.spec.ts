import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, sha256, utf8 } from '#canonical';
import { CiphertextError } from './ciphertext-error.js';
import type { FheEngine } from './fhe-engine.js';
import { encodeBalances, encodeDelta } from './page-codec.js';
import { ledgerParameters, pageParameters } from './parameters.js';
import { addCiphertexts } from './plain-add.js';
import { ciphertextBytes } from './pre-parser.js';
import { createSealEngine } from './seal/seal-engine.js';

describe('an addition without an engine', () => {
  const seed = (text: string): Uint8Array => sha256(utf8(text));
  let engine: FheEngine;
  let page: Uint8Array;
  let delta: Uint8Array;

  beforeAll(async () => {
    engine = await createSealEngine(pageParameters);
    using key = engine.openKey(engine.createSecretKey(seed('secret key')));
    using encrypting = engine.openPublicKey(key.createPublicKey(seed('public key')));
    page = encrypting.encryptWithCoins(encodeBalances([5n, 10n]), seed('page'));
    delta = encrypting.encryptWithCoins(encodeDelta([{ slot: 0, change: -5n }]), seed('delta'));
  });
  afterAll(() => engine[Symbol.dispose]());

  function codeOf(call: () => unknown): string {
    try {
      call();
      return 'accepted';
    } catch (error) {
      if (error instanceof CiphertextError) return error.code;
      throw error;
    }
  }

  it.each<[string, string, (bytes: Uint8Array) => Uint8Array]>([
    ['a byte less', 'CIPHERTEXT_TRUNCATED', (bytes) => bytes.subarray(1).subarray(0, 100)],
    ['a coefficient as large as its prime', 'ENGINE_REFUSED', (bytes) => withCoefficient(bytes, 0)],
    [
      'a bytewise other header',
      'CIPHERTEXT_MAGIC',
      (bytes) => Uint8Array.from(bytes, (b, at) => (at === 0 ? 0 : b)),
    ],
  ])('of %s is refused', (_, code, change) => {
    expect(codeOf(() => addCiphertexts(page, change(delta), pageParameters))).toBe(code);
    expect(codeOf(() => addCiphertexts(change(page), delta, pageParameters))).toBe(code);
    expect(codeOf(() => engine.add(page, change(delta)))).toBe(code);
  });

  it('whose sum hides nothing is refused, as the engine refuses it', () => {
    const negative = new Uint8Array(delta);
    const [from, into] = [delta, negative].map((bytes) => new DataView(bytes.buffer, bytes.byteOffset)) as [
      DataView,
      DataView,
    ];
    const { polyModulusDegree, coeffModulus } = pageParameters;
    let at = ciphertextBytes(pageParameters) - 8 * 2 * coeffModulus.length * polyModulusDegree;
    for (let polynomial = 0; polynomial < 2; polynomial += 1)
      for (const prime of coeffModulus)
        for (let index = 0; index < polyModulusDegree; index += 1, at += 8) {
          const value = from.getBigUint64(at, true);
          into.setBigUint64(at, value === 0n ? 0n : prime - value, true);
        }
    expect(codeOf(() => addCiphertexts(delta, negative, pageParameters))).toBe('CIPHERTEXT_TRANSPARENT');
  });

  it('gives the bytes of the engine, page after page', () => {
    let [plain, sealed] = [page, page];
    for (let count = 0; count < 3; count += 1) {
      plain = addCiphertexts(plain, delta, pageParameters);
      sealed = engine.add(sealed, delta);
      expect(digestOf(plain)).toBe(digestOf(sealed));
    }
  });

  it('gives them for the other parameter set as well', async () => {
    using other = await createSealEngine(ledgerParameters);
    using key = other.openKey(other.createSecretKey());
    const [left, right] = [key.encrypt(encodeBalances([1n])), key.encrypt(encodeBalances([2n]))];
    expect(digestOf(addCiphertexts(left, right, ledgerParameters))).toBe(digestOf(other.add(left, right)));
  });
});

/** The first coefficient becomes its prime, which is 0 in other words. */
function withCoefficient(bytes: Uint8Array, index: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  const { polyModulusDegree, coeffModulus } = pageParameters;
  const at = ciphertextBytes(pageParameters) - 8 * 2 * coeffModulus.length * polyModulusDegree + 8 * index;
  new DataView(changed.buffer).setBigUint64(at, coeffModulus[0] ?? 0n, true);
  return changed;
}
