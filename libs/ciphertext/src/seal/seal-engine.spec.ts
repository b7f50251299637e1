import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CiphertextError } from '../ciphertext-error.js';
import type { FheEngine, FheKey } from '../fhe-engine.js';
import { decodeBalance, encodeBalances, encodeDelta, slotCount } from '../page-codec.js';
import { ledgerParameters } from '../parameters.js';
import { replayAdd } from '../replay.js';
import { createSealEngine, sealLibrary } from './seal-engine.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Replaces the platform's random source by a fixed stream, so that keys and ciphertexts are reproducible. */
function seedRandomness(seed: number): void {
  const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32, seed), Buffer.alloc(16));
  vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((view) => {
    if (view !== null) {
      const bytes = stream.update(Buffer.alloc(view.byteLength));
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes);
    }
    return view;
  });
}

describe('SEAL engine', () => {
  let engine: FheEngine;
  let key: FheKey;
  let page: Uint8Array;

  beforeAll(async () => {
    engine = await createSealEngine();
    const secretKey = engine.createSecretKey();
    key = engine.openKey(secretKey);
    page = key.encrypt(encodeBalances([100n, 0n, 7n]));
  });

  afterEach(() => vi.restoreAllMocks());

  afterAll(() => {
    key[Symbol.dispose]();
    engine[Symbol.dispose]();
    expect(engine.handleCount).toBe(0);
  });

  function codeOf(call: () => unknown): string {
    try {
      call();
      return 'accepted';
    } catch (error) {
      if (error instanceof CiphertextError) return error.code;
      throw error;
    }
  }

  it('names the version of node-seal that is installed', () => {
    const manifest = new URL('../package.json', import.meta.resolve('node-seal'));
    expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe(sealLibrary.version);
  });

  it('gives the known answers for a fixed stream of randomness', () => {
    seedRandomness(7);
    using fixed = engine.openKey(engine.createSecretKey());
    const opening = fixed.encrypt(encodeBalances([5n, 10n]));
    const delta = fixed.encrypt(encodeDelta([{ slot: 0, change: -5n }]));
    expect([opening, delta, replayAdd(engine, opening, delta)].map(sha256)).toEqual([
      'c3e6cab45f5bc06598ce3d8f96bdc877df23f82d752f724f50dc883f150931a7',
      '4268bda66715023b0db68dea38c2651cde468432070eb42205d1c229fe47e632',
      'e6162765419a71f709da9b9e971aef0c99763c66b98691d5974ad29e8adc5686',
    ]);
  });

  it('adds a payment slot by slot, modulo t', () => {
    const delta = key.encrypt(
      encodeDelta([
        { slot: 0, change: -40n },
        { slot: 1, change: 40n },
      ]),
    );
    const slots = key.decrypt(engine.add(page, delta));
    expect(Array.from(slots.subarray(0, 4), decodeBalance)).toEqual([60n, 40n, 7n, 0n]);
  });

  it('never gives the same ciphertext for the same balances', () => {
    const again = key.encrypt(encodeBalances([100n, 0n, 7n]));
    expect(sha256(again)).not.toBe(sha256(page));
  });

  it('replays to the same bytes, and to others when one byte of the delta differs', () => {
    const delta = key.encrypt(encodeDelta([{ slot: 0, change: -1n }]));
    const forged = delta.slice();
    forged[113] = (forged[113] ?? 0) ^ 1;
    const next = sha256(replayAdd(engine, page, delta));
    expect(sha256(replayAdd(engine, page, delta))).toBe(next);
    expect(sha256(replayAdd(engine, page, forged))).not.toBe(next);
  });

  it('decrypts garbage, not an error, from a mutated ciphertext: only a digest tells', () => {
    const forged = page.slice();
    forged[113] = (forged[113] ?? 0) ^ 1;
    expect(codeOf(() => engine.check(forged))).toBe('accepted');
    expect(key.decrypt(forged)[0]).not.toBe(100n);
  });

  it('refuses hostile bytes before SEAL sees them, in every method', () => {
    const compressed = page.slice();
    compressed[5] = 2;
    expect(codeOf(() => engine.add(compressed, page))).toBe('CIPHERTEXT_COMPRESSED');
    expect(codeOf(() => engine.add(page, page.subarray(1)))).toBe('CIPHERTEXT_MAGIC');
    expect(codeOf(() => engine.check(page.slice(0, -1)))).toBe('CIPHERTEXT_TRUNCATED');
    expect(codeOf(() => key.decrypt(page.slice().fill(0, 113 + 262_144)))).toBe('CIPHERTEXT_TRANSPARENT');
  });

  it('wraps what SEAL throws: a coefficient outside its prime', () => {
    const outside = page.slice().fill(0xff, 113, 121);
    expect(codeOf(() => engine.check(outside))).toBe('ENGINE_REFUSED');
    expect(() => engine.check(outside)).toThrow('check: std::logic_error: ciphertext data is invalid');
  });

  it('refuses a result that shows its message', () => {
    const negated = key.encrypt(new BigUint64Array(slotCount));
    const view = new DataView(negated.buffer, negated.byteOffset);
    const source = new DataView(page.buffer, page.byteOffset);
    for (let element = 0; element < 65_536; element += 1) {
      const prime = ledgerParameters.coeffModulus[Math.floor(element / 8192) % 4] ?? 0n;
      const value = source.getBigUint64(113 + 8 * element, true);
      view.setBigUint64(113 + 8 * element, (prime - value) % prime, true);
    }
    expect(codeOf(() => engine.add(page, negated))).toBe('ENGINE_REFUSED');
  });

  it('refuses slots above t, which SEAL would reduce silently', () => {
    const slots = new BigUint64Array(slotCount);
    slots[1] = ledgerParameters.plainModulus;
    expect(codeOf(() => key.encrypt(slots))).toBe('AMOUNT_RANGE');
    expect(codeOf(() => key.encrypt(new BigUint64Array(1)))).toBe('SLOT_RANGE');
  });

  it('refuses bytes that are no secret key', () => {
    expect(codeOf(() => engine.openKey(page))).toBe('SECRET_KEY_INVALID');
    expect(codeOf(() => engine.openKey(new Uint8Array(16)))).toBe('SECRET_KEY_INVALID');
  });

  it('holds no native object after any call, refused ones included', () => {
    const before = engine.handleCount;
    engine.openKey(engine.createSecretKey())[Symbol.dispose]();
    engine.add(page, page);
    codeOf(() => engine.check(page.slice().fill(0xff, 113, 121)));
    codeOf(() => engine.openKey(page));
    expect(engine.handleCount).toBe(before);
  });
});
