import { describe, expect, it } from 'vitest';
import { API_KEY_ID_BYTES, API_KEY_SECRET_BYTES, apiKeyDigest, apiKeyId, formatApiKey } from './api-keys.js';

const key = formatApiKey(
  new Uint8Array(API_KEY_ID_BYTES).fill(1),
  new Uint8Array(API_KEY_SECRET_BYTES).fill(2),
);

describe('an API key', () => {
  it.each([
    '',
    'sfk_',
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    `${key}\n`,
    key.toUpperCase(),
    key.replace('sfk_', 'sk_'),
    key.replace('02', 'zz'),
  ])('is not %j', (text) => {
    expect(apiKeyId(text)).toBeNull();
  });

  it('is named by its first part', () => {
    expect(apiKeyId(key)).toBe('01'.repeat(API_KEY_ID_BYTES));
  });

  it('is stored as SHA-256 of all of it', () => {
    expect(apiKeyDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(apiKeyDigest(key)).not.toBe(apiKeyDigest(key.replace(/2$/, '3')));
  });

  it('has its whole length of randomness', () => {
    expect(() => formatApiKey(new Uint8Array(4), new Uint8Array(API_KEY_SECRET_BYTES))).toThrow(RangeError);
    expect(() => formatApiKey(new Uint8Array(API_KEY_ID_BYTES), new Uint8Array(16))).toThrow(RangeError);
  });
});
