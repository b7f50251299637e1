import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '#canonical';
import { rsaKeyPair, rsaPssSign, spkiOfPoint } from '../primitives.js';
import { findPssFault, isPssSha384, isRsa4096 } from './rsa-pss.js';

const OID = '06092a864886f70d01010a';
const SHA384 = '300d06096086480165030402020500';
const SHA256 = '300d06096086480165030402010500';
const MGF1 = '06092a864886f70d010108';
const HASH = `a00f${SHA384}`;
const MASK = `a11c301a${MGF1}${SHA384}`;
const SALT = 'a203020130';
const TRAILER = 'a303020101';

function algorithm(parameters: string, id = OID): Uint8Array {
  const inner = `30${hexLength(parameters)}${parameters}`;
  return fromHex(`30${hexLength(id + inner)}${id}${inner}`);
}

function hexLength(hex: string): string {
  return (hex.length / 2).toString(16).padStart(2, '0');
}

describe('RSASSA-PSS parameters', () => {
  it('are SHA-384 for hash and mask, 48 bytes of salt, with or without the trailer that is the default', () => {
    expect(isPssSha384(algorithm(HASH + MASK + SALT + TRAILER))).toBe(true);
    expect(isPssSha384(algorithm(HASH + MASK + SALT))).toBe(true);
    // Parameters of SHA-384 absent instead of NULL.
    expect(isPssSha384(algorithm(`a00d300b0609608648016503040202${MASK}${SALT}`))).toBe(true);
  });

  const refused: readonly [string, Uint8Array][] = [
    ['none, which mean SHA-1', algorithm('')],
    ['no hash', algorithm(MASK + SALT)],
    ['no mask', algorithm(HASH + SALT)],
    ['no salt', algorithm(HASH + MASK)],
    ['another hash', algorithm(`a00f${SHA256}${MASK}${SALT}`)],
    ['another hash in the mask', algorithm(`${HASH}a11c301a${MGF1}${SHA256}${SALT}`)],
    ['another mask', algorithm(`${HASH}a11c301a06092a864886f70d010109${SHA384}${SALT}`)],
    ['salt of 32 bytes', algorithm(`${HASH}${MASK}a203020120`)],
    ['another trailer', algorithm(`${HASH}${MASK}${SALT}a303020102`)],
    ['something behind them', algorithm(`${HASH}${MASK}${SALT}${TRAILER}0500`)],
    ['the identifier of RSA with PKCS #1 padding', algorithm(HASH + MASK + SALT, '06092a864886f70d01010c')],
    ['no bytes at all', new Uint8Array()],
  ];

  it.each(refused)('with %s are refused', (_name, encoded) => {
    expect(isPssSha384(encoded)).toBe(false);
  });
});

describe('an issuer key', () => {
  it('has 4096 bits, is RSA, and verifies what it signed', () => {
    const key = rsaKeyPair();
    const tbs = utf8('statement');
    const signed = {
      tbs,
      signatureAlgorithm: algorithm(HASH + MASK + SALT),
      signature: rsaPssSign(key, tbs),
    };
    expect(findPssFault(signed, key.spki)).toBeNull();
    expect(findPssFault({ ...signed, tbs: utf8('another') }, key.spki)).toBe('signature does not verify');
    expect(findPssFault({ ...signed, signature: rsaPssSign(key, tbs, 32) }, key.spki)).toContain('verify');
    expect(findPssFault(signed, rsaKeyPair(2048).spki)).toContain('4096');
    expect(isRsa4096(spkiOfPoint('P-384', new Uint8Array(96)))).toBe(false);
    expect(isRsa4096(new Uint8Array())).toBe(false);
  });
});
