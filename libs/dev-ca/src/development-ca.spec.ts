import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevelopmentCa } from './development-ca.js';

const HOUR_MS = 3_600_000;
const nowMs = Math.floor(Date.now() / 1000) * 1000;
const validity = { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + HOUR_MS };
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const leaf = { ...validity, commonName: 'worker', usages: ['clientAuth'] as const };

let folder: string;
let ca: DevelopmentCa;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-ca-'));
  ca = DevelopmentCa.create('development', validity, random);
  writeFileSync(join(folder, 'ca.pem'), ca.certificate);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A second opinion on bytes of ours. */
function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

function written(certificate: string): string {
  writeFileSync(join(folder, 'leaf.pem'), certificate);
  return 'leaf.pem';
}

describe('a development CA', () => {
  it('signs certificates that node and openssl read and verify', () => {
    const uri = 'spiffe://example.org/worker/tee-worker-0';
    const { certificate, key } = ca.issue({
      ...leaf,
      dns: ['localhost'],
      addresses: ['127.0.0.1', '::1'],
      uris: [uri],
    });
    const read = new X509Certificate(certificate);
    const root = new X509Certificate(ca.certificate);
    expect(read.checkIssued(root) && read.verify(root.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(read.ca).toBe(false);
    expect(root.ca).toBe(true);
    expect(read.subjectAltName).toBe(
      `DNS:localhost, URI:${uri}, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`,
    );
    expect(Date.parse(read.validFrom)).toBe(validity.notBeforeMs);
    expect(Date.parse(read.validTo)).toBe(validity.notAfterMs);
    expect(openssl('verify', '-x509_strict', '-CAfile', 'ca.pem', written(certificate))).toContain('OK');
    const text = openssl('x509', '-in', 'leaf.pem', '-noout', '-text');
    expect(text).toContain('TLS Web Client Authentication');
    expect(text).not.toContain('TLS Web Server Authentication');
  });

  it('signs for keys of other kinds', () => {
    const keys = [
      generateKeyPairSync('ed25519').privateKey,
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    ];
    for (const key of keys) {
      const { certificate } = ca.issue({ ...leaf, key });
      expect(openssl('verify', '-CAfile', 'ca.pem', written(certificate))).toContain('OK');
      expect(new X509Certificate(certificate).checkPrivateKey(key)).toBe(true);
    }
  });

  it('writes times after 2049 as RFC 5280 wants them', () => {
    const notAfterMs = Date.UTC(2051, 0, 2, 3, 4, 5);
    const { certificate } = ca.issue({ ...leaf, notAfterMs });
    expect(Date.parse(new X509Certificate(certificate).validTo)).toBe(notAfterMs);
    expect(openssl('x509', '-in', written(certificate), '-noout', '-enddate')).toContain(
      'Jan  2 03:04:05 2051',
    );
  });

  it('is the same after it was kept', () => {
    const again = DevelopmentCa.of(ca.certificate, ca.keyPem, random);
    const { certificate } = again.issue(leaf);
    expect(openssl('verify', '-CAfile', 'ca.pem', written(certificate))).toContain('OK');
    expect(again.notAfterMs).toBe(validity.notAfterMs);
  });

  it('is no other CA of the same name', () => {
    const other = DevelopmentCa.create('development', validity, random);
    expect(() => openssl('verify', '-CAfile', 'ca.pem', written(other.issue(leaf).certificate))).toThrow();
  });

  it('signs for no address that it cannot write', () => {
    expect(() => ca.issue({ ...leaf, addresses: ['2001:db8::1'] })).toThrow(RangeError);
  });
});
