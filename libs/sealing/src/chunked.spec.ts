import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chunkedBytes, decryptChunked, encryptChunked } from './chunked.js';

const CHUNK = 16 * 1024;
const SEALED_CHUNK = CHUNK + 16;
const PREFIX = 56;
const openFailed = expect.objectContaining({ name: 'SealingError', code: 'ENVELOPE_OPEN_FAILED' });

const key = new Uint8Array(32).fill(1);
const salt = new Uint8Array(24).fill(2);
const context = new Uint8Array(32).fill(3);
const pattern = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
const encrypt = (length: number) => encryptChunked(key, salt, context, pattern(length));
const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('a chunked ciphertext does not open', () => {
  const chunk = (ciphertext: Uint8Array, index: number) =>
    ciphertext.subarray(PREFIX + index * SEALED_CHUNK, PREFIX + (index + 1) * SEALED_CHUNK);

  const cases: readonly (readonly [string, (ciphertext: Uint8Array) => Uint8Array])[] = [
    ['with its first chunk dropped', (c) => join(c.subarray(0, PREFIX), chunk(c, 1), chunk(c, 2))],
    ['with its middle chunk dropped', (c) => join(c.subarray(0, PREFIX), chunk(c, 0), chunk(c, 2))],
    ['truncated at the end of a chunk', (c) => c.subarray(0, PREFIX + 2 * SEALED_CHUNK)],
    ['truncated to its prefix', (c) => c.subarray(0, PREFIX)],
    ['truncated inside the prefix', (c) => c.subarray(0, 10)],
    ['truncated to nothing', () => new Uint8Array()],
    ['truncated by a byte', (c) => c.subarray(0, -1)],
    ['truncated to less than a tag', (c) => c.subarray(0, PREFIX + 2 * SEALED_CHUNK + 15)],
    ['truncated to a tag', (c) => c.subarray(0, PREFIX + 2 * SEALED_CHUNK + 16)],
    ['with two chunks swapped', (c) => join(c.subarray(0, PREFIX), chunk(c, 1), chunk(c, 0), chunk(c, 2))],
    ['with a chunk doubled', (c) => join(c.subarray(0, PREFIX), chunk(c, 0), chunk(c, 0), chunk(c, 2))],
    ['with a byte added', (c) => join(c, Uint8Array.of(0))],
    ['with another salt', (c) => c.map((byte, at) => (at === 0 ? byte ^ 1 : byte))],
    ['with another commitment', (c) => c.map((byte, at) => (at === 24 ? byte ^ 1 : byte))],
    ['with a changed byte in the first chunk', (c) => c.map((byte, at) => (at === PREFIX ? byte ^ 1 : byte))],
    ['with a changed tag', (c) => c.map((byte, at) => (at === c.length - 1 ? byte ^ 1 : byte))],
  ];

  it.each(cases)('%s', async (_name, mutate) => {
    const ciphertext = await encrypt(2 * CHUNK + 100);
    await expect(decryptChunked(key, context, mutate(ciphertext))).rejects.toThrow(openFailed);
  });

  it('under another key or context', async () => {
    const ciphertext = await encrypt(100);
    await expect(decryptChunked(salt.slice(0, 24), context, ciphertext)).rejects.toThrow(openFailed);
    await expect(decryptChunked(new Uint8Array(32), context, ciphertext)).rejects.toThrow(openFailed);
    await expect(decryptChunked(key, new Uint8Array(32), ciphertext)).rejects.toThrow(openFailed);
    await expect(decryptChunked(key, context.subarray(1), ciphertext)).rejects.toThrow(openFailed);
  });
});

describe('a chunked ciphertext', () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])('opens for %d bytes', async (length) => {
    const ciphertext = await encrypt(length);
    expect(ciphertext).toHaveLength(chunkedBytes(length));
    expect(ciphertext).toHaveLength(PREFIX + length + 16 * (Math.floor(length / CHUNK) + 1));
    expect(Buffer.from(await decryptChunked(key, context, ciphertext)).equals(pattern(length))).toBe(true);
  });

  it('opens from bytes that are a view into a larger buffer', async () => {
    const padded = join(new Uint8Array(5), await encrypt(300), new Uint8Array(5));
    expect(await decryptChunked(key, context, padded.subarray(5, -5))).toEqual(pattern(300));
  });

  it('has the bytes that the specification gives when written with other primitives', async () => {
    // HKDF-Expand and the chunk loop once more, on node:crypto instead of WebCrypto.
    const info = Buffer.concat([
      Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'),
      salt,
      context,
    ]);
    const first = createHmac('sha512', key).update(info).update(Uint8Array.of(1)).digest();
    const second = createHmac('sha512', key).update(first).update(info).update(Uint8Array.of(2)).digest();
    const output = Buffer.concat([first, second]);
    const parts: Uint8Array[] = [salt, output.subarray(44, 76)];
    const plaintext = pattern(CHUNK + 50);
    for (const [index, from] of [0, CHUNK].entries()) {
      const nonce = Buffer.from(output.subarray(32, 44));
      nonce.writeUInt8(nonce.readUInt8(11) ^ index, 11);
      const cipher = createCipheriv('aes-256-gcm', output.subarray(0, 32), nonce);
      parts.push(cipher.update(plaintext.subarray(from, from + CHUNK)), cipher.final(), cipher.getAuthTag());
    }
    expect(Buffer.from(await encrypt(CHUNK + 50)).equals(Buffer.concat(parts))).toBe(true);
  });
});
