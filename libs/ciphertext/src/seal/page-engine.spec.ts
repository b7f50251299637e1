import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, sha256, utf8 } from '#canonical';
import { CiphertextError } from '../ciphertext-error.js';
import type { FheEngine, FheKey, FhePublicKey } from '../fhe-engine.js';
import { encodeBalances, encodeDelta, slotCount } from '../page-codec.js';
import { ledgerParameters, pageParameters } from '../parameters.js';
import { ciphertextBytes, publicKeyBytes } from '../pre-parser.js';
import { createSealEngine } from './seal-engine.js';

const seed = (text: string): Uint8Array => sha256(utf8(text));

describe('SEAL engine for pages', () => {
  let engine: FheEngine;
  let key: FheKey;
  let publicKey: Uint8Array;
  let encryptor: FhePublicKey;
  let idle: number;

  beforeAll(async () => {
    engine = await createSealEngine(pageParameters);
    key = engine.openKey(engine.createSecretKey());
    publicKey = key.createPublicKey();
    encryptor = engine.openPublicKey(publicKey);
    idle = engine.handleCount;
  });

  afterAll(() => {
    expect(engine.handleCount).toBe(idle);
    encryptor[Symbol.dispose]();
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

  it('gives the known answers for known seeds: key, page, delta and their sum', () => {
    using known = engine.openKey(engine.createSecretKey(seed('secret key')));
    const knownPublic = known.createPublicKey(seed('public key'));
    using encrypting = engine.openPublicKey(knownPublic);
    const page = encrypting.encryptWithCoins(encodeBalances([5n, 10n]), seed('page'));
    const delta = encrypting.encryptWithCoins(encodeDelta([{ slot: 0, change: -5n }]), seed('delta'));
    const next = engine.add(page, delta);
    expect([knownPublic, page, delta, next].map((bytes) => digestOf(bytes))).toEqual([
      'sha256:17459523db92cf2d0a1552d65a758455fbf4c645aa717494f05af4d13f11bc2e',
      'sha256:905c23a02bf14a108ca4b5ddd22b993fe4a9cb3b3c526249f73c6de485ce8365',
      'sha256:6bbfb0832e00aa31d7913db2b6fb8c41aa8fee830f864a36dcdfe2e96787c28f',
      'sha256:ecbc3662f4435d97faac826b092b1c430686a6b538e2cbd9f3a6d43f07d223a5',
    ]);
    expect(Array.from(known.decrypt(next).subarray(0, 3))).toEqual([0n, 10n, 0n]);
  });

  it('opens an encryption by its slots and coins, and by no other coins, slots or key', () => {
    const slots = encodeDelta([
      { slot: 3, change: -7n },
      { slot: slotCount - 1, change: 7n },
    ]);
    const made = digestOf(encryptor.encryptWithCoins(slots, seed('batch 1')));
    expect(digestOf(encryptor.encryptWithCoins(slots, seed('batch 1')))).toBe(made);
    expect(digestOf(encryptor.encryptWithCoins(slots, seed('batch 2')))).not.toBe(made);
    expect(digestOf(encryptor.encryptWithCoins(encodeDelta([]), seed('batch 1')))).not.toBe(made);
    using other = engine.openPublicKey(key.createPublicKey());
    expect(digestOf(other.encryptWithCoins(slots, seed('batch 1')))).not.toBe(made);
    expect(Array.from(key.decrypt(encryptor.encryptWithCoins(slots, seed('x')))).at(-1)).toBe(7n);
  });

  it('leaves the platform’s randomness as it was after a call with coins, and after one that failed', () => {
    const before = globalThis.crypto.getRandomValues;
    const slots = encodeDelta([]);
    encryptor.encryptWithCoins(slots, seed('a'));
    expect(codeOf(() => encryptor.encryptWithCoins(new BigUint64Array(4), seed('a')))).toBe('SLOT_RANGE');
    expect(codeOf(() => encryptor.encryptWithCoins(slots, new Uint8Array(31)))).toBe('COINS_INVALID');
    expect(globalThis.crypto.getRandomValues).toBe(before);
    expect(Object.hasOwn(globalThis.crypto, 'getRandomValues')).toBe(false);
    const keys = [engine.createSecretKey(), engine.createSecretKey()].map((bytes) => digestOf(bytes));
    expect(new Set(keys).size).toBe(2);
  });

  it.each([
    ['a slot that is t', 'AMOUNT_RANGE', new BigUint64Array(slotCount).fill(pageParameters.plainModulus)],
    ['too few slots', 'SLOT_RANGE', new BigUint64Array(slotCount - 1)],
    ['too many slots', 'SLOT_RANGE', new BigUint64Array(slotCount + 1)],
  ])('refuses %s before the encoder reduces it', (_name, code, slots) => {
    expect(codeOf(() => encryptor.encryptWithCoins(slots, seed('a')))).toBe(code);
  });

  it('refuses public keys that are compressed, cut, of another form or with coefficients beyond their prime', () => {
    const changed = (change: (bytes: Uint8Array) => void): Uint8Array => {
      const bytes = publicKey.slice();
      change(bytes);
      return bytes;
    };
    const refused = (bytes: Uint8Array): string => codeOf(() => engine.openPublicKey(bytes));
    expect(refused(changed((bytes) => bytes.fill(2, 5, 6)))).toBe('CIPHERTEXT_COMPRESSED');
    expect(refused(publicKey.slice(0, -1))).toBe('CIPHERTEXT_TRUNCATED');
    expect(refused(changed((bytes) => bytes.fill(0, 48, 49)))).toBe('CIPHERTEXT_FORM');
    expect(refused(encryptor.encryptWithCoins(encodeDelta([]), seed('a')))).toBe('CIPHERTEXT_PARAMETERS');
    expect(refused(changed((bytes) => bytes.fill(0xff, 113, 121)))).toBe('PUBLIC_KEY_INVALID');
    expect(publicKey.length).toBe(publicKeyBytes(pageParameters));
  });

  it('and the engine of the other kind of ledger refuse each other’s ciphertexts by their parameters, and secret keys', async () => {
    using older = await createSealEngine(ledgerParameters);
    using olderKey = older.openKey(older.createSecretKey());
    const olderPage = olderKey.encrypt(encodeBalances([1n]));
    const page = encryptor.encryptWithCoins(encodeBalances([1n]), seed('a'));
    expect(codeOf(() => engine.check(olderPage))).toBe('CIPHERTEXT_PARAMETERS');
    expect(codeOf(() => older.check(page))).toBe('CIPHERTEXT_PARAMETERS');
    expect([page.length, olderPage.length]).toEqual([ciphertextBytes(pageParameters), ciphertextBytes()]);
    expect(codeOf(() => engine.openKey(older.createSecretKey()))).toBe('SECRET_KEY_INVALID');
  });

  it('refuses hostile bytes before SEAL sees them', () => {
    const page = encryptor.encryptWithCoins(encodeBalances([1n]), seed('a'));
    const half = (page.length - 113) / 2;
    expect(codeOf(() => engine.add(page, page.slice().fill(2, 94, 95)))).toBe('CIPHERTEXT_COMPRESSED');
    expect(codeOf(() => engine.check(page.slice().fill(0, 113 + half)))).toBe('CIPHERTEXT_TRANSPARENT');
    expect(codeOf(() => key.decrypt(page.slice(0, -8)))).toBe('CIPHERTEXT_TRUNCATED');
    expect(codeOf(() => engine.check(page.slice().fill(0xff, 113, 121)))).toBe('ENGINE_REFUSED');
  });
});
