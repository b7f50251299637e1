import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMaterial } from './material.js';
import { HOUR_MS, newCa, TestPki } from './pki.fixture.js';
import { readTlsFiles, tlsFiles, tlsVariables } from './settings.js';
import { parseSpiffeId, requireTrustDomain, spiffeIdOf, workerOf } from './spiffe-id.js';
import type { TlsErrorCode } from './tls-error.js';

let pki: TestPki;
beforeAll(() => {
  pki = new TestPki();
});
afterAll(() => pki.close());

const nowMs = Date.now();

describe('files at the start', () => {
  it.each<[TlsErrorCode, () => Parameters<typeof loadMaterial>[0]]>([
    ['FILE_UNREADABLE', () => ({ ca: `${pki.folder}/none` })],
    ['KEY_MISMATCH', () => ({ ...pki.server('a'), key: pki.server('b').key })],
    ['KEY_MALFORMED', () => ({ ...pki.server('c'), key: pki.write('c.key', 'no key') })],
    ['CERTIFICATE_MALFORMED', () => ({ ...pki.server('d'), certificate: pki.write('d.crt', 'none') })],
    [
      'CERTIFICATE_EXPIRED',
      () => pki.server('e', { notBeforeMs: nowMs - 2 * HOUR_MS, notAfterMs: nowMs - 1 }),
    ],
    [
      'CERTIFICATE_NOT_YET_VALID',
      () => pki.server('f', { notBeforeMs: nowMs + HOUR_MS, notAfterMs: nowMs + 2 * HOUR_MS }),
    ],
    [
      'KEY_TOO_WEAK',
      () => pki.server('g', { key: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey }),
    ],
    [
      'KEY_TOO_WEAK',
      () => pki.server('h', { key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey }),
    ],
    ['CA_MALFORMED', () => ({ ca: pki.server('i').certificate })],
    ['CA_EXPIRED', () => ({ ca: pki.write('old.ca', newCa('old', nowMs - 48 * HOUR_MS).certificate) })],
    [
      'CERTIFICATE_MALFORMED',
      () => ({
        ...pki.server('j'),
        certificate: pki.write('j.crt', pki.ca.issue(own).certificate + newCa().certificate),
      }),
    ],
  ])('that are not sound are refused: %s', (code, files) => {
    const given = files();
    expect(() => loadMaterial(given, nowMs)).toThrow(expect.objectContaining({ name: 'TlsError', code }));
  });

  it('are named in the refusal, and what is in them is not', () => {
    const files = { ...pki.server('k'), key: pki.write('k.key', 'CANARY') };
    expect(() => loadMaterial(files, nowMs)).toThrow(/k\.key: expected a private key/);
    expect(() => loadMaterial(files, nowMs)).toThrow(expect.not.stringContaining('CANARY'));
  });

  it.each([
    ['Ed25519', () => generateKeyPairSync('ed25519').privateKey],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['RSA 2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('may have keys of %s', (_, key) => {
    const { notAfterMs } = loadMaterial(
      pki.server('strong', { key: key(), notAfterMs: nowMs + HOUR_MS }),
      nowMs,
    );
    expect(notAfterMs).toBe(Math.floor((nowMs + HOUR_MS) / 1000) * 1000);
  });
});

const own = {
  commonName: 'own',
  notBeforeMs: nowMs - HOUR_MS,
  notAfterMs: nowMs + HOUR_MS,
  usages: ['serverAuth'] as const,
};

describe('settings', () => {
  it('name both of a pair or neither', () => {
    expect(readTlsFiles({ [tlsVariables.ca]: '', [tlsVariables.key]: '' })).toBeNull();
    expect(readTlsFiles({ [tlsVariables.ca]: 'roots.pem' })).toEqual({ ca: 'roots.pem' });
    expect(() => readTlsFiles({ [tlsVariables.key]: 'k' })).toThrow(/^SEALFLOW_TLS_CERT: expected/);
    const names = { certificate: '--cert', key: '--key', ca: '--ca' };
    expect(() => tlsFiles({ certificate: 'c', key: undefined, ca: undefined }, names)).toThrow(
      /^--key: expected/,
    );
  });
});

describe('a SPIFFE ID', () => {
  it('is read from a certificate with one URI', () => {
    const read = (uris: string[]) =>
      spiffeIdOf(new X509Certificate(pki.ca.issue({ ...own, uris }).certificate));
    expect(read(['spiffe://a.example/worker/w-0'])).toEqual({
      trustDomain: 'a.example',
      path: '/worker/w-0',
    });
    expect(workerOf(read(['spiffe://a.example/worker/w-0']))).toBe('w-0');
    expect(workerOf(read(['spiffe://a.example/orchestrator']))).toBeNull();
    expect(workerOf(read(['spiffe://a.example/worker/w-0/more']))).toBeNull();
    for (const uris of [
      [],
      ['spiffe://a/b', 'spiffe://a/c'],
      ['https://a.example/worker/w'],
      ['spiffe://a/b, URI:spiffe://c/d'],
    ]) {
      expect(() => read(uris)).toThrow(expect.objectContaining({ code: 'SPIFFE_ID_INVALID' }));
    }
  });

  it.each([
    '',
    'spiffe://',
    'spiffe://a',
    'spiffe://a/',
    'spiffe:///worker/w',
    'spiffe://A/worker/w',
    'spiffe://a/worker//w',
    'spiffe://a/worker/w/',
    'spiffe://a/worker/../w',
    'spiffe://a/./w',
    'spiffe://a/w%2f',
    'spiffe://a/w?x',
    'spiffe://a/w#x',
    'spiffe://u@a/w',
    'spiffe://a:443/w',
    'SPIFFE://a/w',
    `spiffe://a/${'w'.repeat(2_048)}`,
  ])('has one form, and %s is another', (text) => {
    expect(() => parseSpiffeId(text)).toThrow(expect.objectContaining({ code: 'SPIFFE_ID_INVALID' }));
  });

  it('is of a trust domain that is a name', () => {
    expect(requireTrustDomain('sealflow.local')).toBe('sealflow.local');
    expect(() => requireTrustDomain('spiffe://a')).toThrow();
  });
});
