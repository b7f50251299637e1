import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#canonical';
import { assertUsablePublicKey, draw, generateSealKeyPair, sealKeyId, sealPublicKey } from './keys.js';

const malformed = expect.objectContaining({ name: 'SealingError', code: 'ENVELOPE_MALFORMED' });

describe('seal keys', () => {
  it('refuse a random source that gives another number of bytes', () => {
    expect(() => draw(() => new Uint8Array(31), 32)).toThrow(RangeError);
    expect(() => generateSealKeyPair(() => new Uint8Array())).toThrow(RangeError);
  });

  it.each([
    ['zero', '00'.repeat(32)],
    ['one', `01${'00'.repeat(31)}`],
    ['a point of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['another point of order 8', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['p - 1', `ec${'ff'.repeat(30)}7f`],
    ['p, which is zero again', `ed${'ff'.repeat(30)}7f`],
    ['31 bytes', '09'.repeat(31)],
  ])('refuse %s as a recipient', (_name, hex) => {
    expect(() => assertUsablePublicKey(fromHex(hex), 'worker')).toThrow(malformed);
  });

  it('refuse a secret key of another length', () => {
    expect(() => sealPublicKey(new Uint8Array(31))).toThrow(malformed);
  });

  it('give the public key of RFC 7748 section 6.1', () => {
    const secretKey = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
    const { publicKey } = generateSealKeyPair(() => secretKey);
    expect(toHex(publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    expect(() => assertUsablePublicKey(publicKey, 'worker')).not.toThrow();
    expect(sealKeyId(publicKey)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
