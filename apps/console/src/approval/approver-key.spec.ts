import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, ed25519Verify, fromBase64, toBase64, utf8 } from '#canonical';
import { keyOfFile, makeKey, sign } from './approver-key.js';

const seed = new Uint8Array(32).fill(7);
const hex = Buffer.from(seed).toString('hex');

describe('a key of an approver', () => {
  it.each([
    ['nothing', ''],
    ['a short seed', hex.slice(2)],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['an encrypted key', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----'],
    ['a key of another kind', pem(generateKeyPairSync('ed448').privateKey)],
    ['more than any key', 'ab'.repeat(5_000)],
  ])('is not read of %s', async (_, content) => {
    await expect(keyOfFile(content)).rejects.toMatchObject({ name: 'KeyRefusal' });
  });

  it.each([
    ['64 hex digits', `${hex}\n`],
    ['PKCS #8 in PEM', pemOfSeed()],
  ])('of %s signs as its seed does, and nobody reads it again', async (_, content) => {
    const key = await keyOfFile(content);
    expect(key.publicKey).toBe(toBase64(ed25519PublicKey(seed)));
    expect(key.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow();
    const signature = await sign(key, utf8('message'));
    expect(ed25519Verify(fromBase64(key.publicKey), utf8('message'), signature)).toBe(true);
  });

  it('that is made here signs and cannot be read', async () => {
    const key = await makeKey();
    expect(key.privateKey.extractable).toBe(false);
    const signature = await sign(key, utf8('message'));
    expect(ed25519Verify(fromBase64(key.publicKey), utf8('message'), signature)).toBe(true);
    expect(ed25519Verify(fromBase64(key.publicKey), utf8('other'), signature)).toBe(false);
  });
});

function pem(key: ReturnType<typeof generateKeyPairSync>['privateKey']): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

function pemOfSeed(): string {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const body = Buffer.concat([head, seed]).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
}
