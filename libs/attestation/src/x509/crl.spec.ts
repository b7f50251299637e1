import { describe, expect, it } from 'vitest';
import { concatBytes, fromBase64 } from '#canonical';
import { AT_MS, authority, flip } from '../machine.fixture.js';
import { ecKeyPairOf } from '../primitives.js';
import { type CrlRequest, ecdsaCrlSigner, writeCrl } from '../simulated/crl-writer.js';
import { objectIdentifier, octetString, sequence, smallInteger, time } from '../simulated/der-writer.js';
import { parseCertificate } from './certificate.js';
import { judgeCrl, judgeRevoked, parseCrl } from './crl.js';
import { oid } from './oids.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const [leaf, ca, root] = authority.cpu.map(({ cert }) => parseCertificate(fromBase64(cert)));
const rootKey = ecKeyPairOf('P-256', fromBase64(authority.cpu[2]?.key ?? ''));
if (leaf === undefined || ca === undefined || root === undefined) throw new Error('fixture chain is short');

function write(changes: Partial<CrlRequest> = {}): Uint8Array {
  return writeCrl({
    issuer: root?.subject ?? new Uint8Array(0),
    thisUpdateMs: AT_MS,
    nextUpdateMs: AT_MS + DAY_MS,
    signer: ecdsaCrlSigner(rootKey),
    ...changes,
  });
}

const issuer = root;
const entry = (serial: string, reason: number | null) => ({ serial, revokedAtMs: AT_MS, reason });

describe('a revocation list', () => {
  it('gives back who is on it, since when and why', () => {
    const entries = [entry('00ff01', 1), entry(ca.serial, null)];
    const crl = parseCrl(write({ entries }));
    expect([...crl.entries]).toEqual([
      ['00ff01', { revokedAtMs: AT_MS, reason: 1 }],
      [ca.serial, { revokedAtMs: AT_MS, reason: null }],
    ]);
    expect(judgeRevoked(crl, ca)).toMatchObject({ result: 'fail', reason: 'CERT_REVOKED' });
    expect(judgeRevoked(crl, ca, 'SNP_CA_REVOKED')).toMatchObject({ reason: 'SNP_CA_REVOKED' });
    expect(judgeRevoked(crl, leaf)).toMatchObject({ result: 'pass' });
  });

  it('may be empty, which is not the same as missing', () => {
    expect(judgeCrl(parseCrl(write()), { issuer: root, atMs: AT_MS })).toMatchObject({ result: 'pass' });
    expect(() => parseCrl(new Uint8Array(0))).toThrowError(expect.objectContaining({ code: 'CRL_MISSING' }));
  });

  it('is asked within its window, both ends included', () => {
    const crl = parseCrl(write());
    const judge = (atMs: number) => judgeCrl(crl, { issuer: root, atMs });
    expect(judge(AT_MS).result).toBe('pass');
    expect(judge(AT_MS + DAY_MS).result).toBe('pass');
    expect(judge(AT_MS - 1)).toMatchObject({ reason: 'CRL_NOT_YET_VALID' });
    expect(judge(AT_MS + DAY_MS + 1)).toMatchObject({ reason: 'CRL_EXPIRED' });
  });

  it('is of the CA that signed it, and of a CA that may', () => {
    expect(judgeCrl(parseCrl(write()), { issuer: ca, atMs: AT_MS })).toMatchObject({
      reason: 'CRL_ISSUER_MISMATCH',
    });
    const ofLeaf = parseCrl(write({ issuer: leaf.subject }));
    expect(judgeCrl(ofLeaf, { issuer: leaf, atMs: AT_MS })).toMatchObject({ reason: 'CRL_ISSUER_MISMATCH' });
    const inNameOfCa = parseCrl(write({ issuer: ca.subject }));
    expect(judgeCrl(inNameOfCa, { issuer: ca, atMs: AT_MS })).toMatchObject({
      reason: 'CRL_SIGNATURE_INVALID',
    });
  });

  it('lets a vendor bring its own signature algorithm, and asks nobody else', () => {
    const crl = parseCrl(write());
    const judge = (valid: boolean) =>
      judgeCrl(crl, { issuer: root, atMs: AT_MS, verifySignature: () => valid });
    expect(judge(true).result).toBe('pass');
    expect(judge(false)).toMatchObject({ reason: 'CRL_SIGNATURE_INVALID' });
  });

  it('does not hold after any byte of it was changed', () => {
    const der = write({ entries: [entry(ca.serial, 1)] });
    for (let offset = 0; offset < der.length; offset += 1) {
      expect(outcomeOf(flip(der, offset)), `byte ${offset}`).not.toBe('pass');
    }
  });

  const ISSUING_POINT = '2.5.29.28';
  const algorithm = sequence(objectIdentifier(oid.ecdsaSha256));
  const broken: readonly [string, Uint8Array][] = [
    ['a tail', concatBytes(write(), Uint8Array.of(0))],
    ['a critical extension', write({ extensions: [[ISSUING_POINT, sequence(), true]] })],
    ['one serial twice', write({ entries: [entry('05', 1), entry('05', 1)] })],
    ['an entry of a delta list', write({ entries: [entry('05', 8)] })],
    ['an extension twice', write({ extensions: [['2.5.29.20', smallInteger(1), false]] })],
    ['no end of its window', unsigned([smallInteger(1), algorithm, root.issuer, time(AT_MS)])],
    ['version 1', unsigned([algorithm, root.issuer, time(AT_MS), time(AT_MS + DAY_MS)])],
    [
      'another algorithm inside',
      unsigned([
        smallInteger(1),
        sequence(objectIdentifier(oid.ecdsaSha384)),
        root.issuer,
        time(AT_MS),
        time(AT_MS + DAY_MS),
      ]),
    ],
    ['more bytes than the limit', new Uint8Array(1024 * 1024 + 1)],
    ['text', new TextEncoder().encode('-----BEGIN X509 CRL-----')],
  ];

  it.each(broken)('with %s is malformed', (_what, der) => {
    expect(() => parseCrl(der)).toThrowError(expect.objectContaining({ code: 'CRL_MALFORMED' }));
  });

  it('takes an extension that is not critical', () => {
    const der = write({ extensions: [['1.2.3', octetString(new Uint8Array(4)), false]] });
    expect(outcomeOf(der)).toBe('pass');
  });

  function unsigned(fields: readonly Uint8Array[]): Uint8Array {
    return sequence(sequence(...fields), algorithm, Uint8Array.of(3, 2, 0, 1));
  }

  function outcomeOf(der: Uint8Array): string {
    try {
      const crl = parseCrl(der);
      const { result } = judgeCrl(crl, { issuer, atMs: AT_MS });
      return result;
    } catch {
      return 'malformed';
    }
  }
});
