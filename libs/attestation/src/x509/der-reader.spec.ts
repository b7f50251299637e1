import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '#canonical';
import { objectIdentifier, smallInteger, time } from '../simulated/der-writer.js';
import { parseCertificate } from './certificate.js';
import {
  DerReader,
  derBoolean,
  derNamedBits,
  derOid,
  derSmallInteger,
  derTag,
  derTime,
  derWhole,
} from './der-reader.js';

const malformed = expect.objectContaining({ code: 'CERT_MALFORMED' });
const content = (hex: string, tag: number): Uint8Array => derWhole(fromHex(hex), tag).content;

describe('DER', () => {
  const refused: readonly [string, () => unknown][] = [
    ['an indefinite length', () => derWhole(fromHex('30800000'), derTag.sequence)],
    ['a length that is longer than needed', () => derWhole(fromHex('04810101'), derTag.octetString)],
    [
      'a length with a leading zero',
      () => derWhole(fromHex(`04820080${'00'.repeat(128)}`), derTag.octetString),
    ],
    ['a length past the end', () => derWhole(fromHex('040201'), derTag.octetString)],
    ['a length of four bytes', () => derWhole(fromHex('048400000001ff'), derTag.octetString)],
    ['another tag', () => derWhole(fromHex('0400'), derTag.integer)],
    ['bytes behind the value', () => derWhole(fromHex('040000'), derTag.octetString)],
    ['nothing', () => new DerReader(new Uint8Array()).any()],
    ['a padded integer', () => derSmallInteger(content('02020001', derTag.integer))],
    ['a negative integer', () => derSmallInteger(content('0201ff', derTag.integer))],
    ['an empty integer', () => derSmallInteger(content('0200', derTag.integer))],
    ['a boolean that is neither', () => derBoolean(content('010101', derTag.boolean))],
    ['an identifier with a padded arc', () => derOid(content('06032a8001', derTag.oid))],
    ['an identifier that ends inside an arc', () => derOid(content('06022a86', derTag.oid))],
    ['unused bits that are set', () => derNamedBits(content('03020781', derTag.bitString))],
    ['a day that does not exist', () => derTime(new DerReader(time(0).fill(0x39, 4, 6)))],
    ['a time without seconds', () => derTime(new DerReader(Uint8Array.of(0x17, 11, ...utf8('2601010000Z'))))],
    ['an empty certificate', () => parseCertificate(new Uint8Array())],
    ['a certificate over its limit', () => parseCertificate(new Uint8Array(20_000))],
  ];

  it.each(refused)('refuses %s', (_name, read) => {
    expect(read).toThrowError(malformed);
  });

  it('reads what it writes', () => {
    const identifier = '1.2.840.113741.1.13.1.2.17';
    expect(derOid(derWhole(objectIdentifier(identifier), derTag.oid).content)).toBe(identifier);
    expect(derSmallInteger(derWhole(smallInteger(65_537), derTag.integer).content)).toBe(65_537);
    expect([...derNamedBits(content('03020106', derTag.bitString))]).toEqual([5, 6]);
  });

  it('reads times on both sides of 2050', () => {
    for (const text of ['1999-12-31T23:59:59.000Z', '2049-12-31T23:59:59.000Z', '2050-01-01T00:00:00.000Z']) {
      expect(derTime(new DerReader(time(Date.parse(text))))).toBe(Date.parse(text));
    }
  });
});
