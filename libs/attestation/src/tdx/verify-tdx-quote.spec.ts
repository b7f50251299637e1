import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from '#canonical';
import { AT_MS, authority, failures, MRTD, random, roots } from '../machine.fixture.js';
import { ecKeyPair, ecKeyPairOf } from '../primitives.js';
import type { SimulationAuthority } from '../simulated/authority.js';
import { writeCertificate } from '../simulated/certificate-writer.js';
import { simulateTdxQuote } from '../simulated/simulate-tdx-quote.js';
import { parseCertificate } from '../x509/certificate.js';
import { oid } from '../x509/oids.js';
import { verifyTdxQuote } from './verify-tdx-quote.js';

/** A certificate issued by link `issuer` of the CPU chain, put in front of what remains of that chain. */
function forge(issuer: number, commonName: string, withPlatform = true): SimulationAuthority {
  const [pck] = authority.cpu;
  const parent = authority.cpu[issuer];
  if (pck === undefined || parent === undefined) throw new Error('the fixture has no such link');
  const key = ecKeyPair('P-256', random);
  const platform = parseCertificate(fromBase64(pck.cert)).extensions.get(oid.sgxExtensions)?.value;
  const certificate = writeCertificate({
    subject: { commonName },
    issuer: { commonName: parseCertificate(fromBase64(parent.cert)).commonName ?? '' },
    serial: random(16),
    notBeforeMs: AT_MS,
    notAfterMs: AT_MS + 1000,
    key,
    issuerKey: ecKeyPairOf('P-256', fromBase64(parent.key)),
    ca: null,
    extensions: withPlatform && platform !== undefined ? [[oid.sgxExtensions, platform]] : [],
  });
  const forged = { cert: toBase64(certificate), key: toBase64(key.secret) };
  return { ...authority, cpu: [forged, ...authority.cpu.slice(issuer)] };
}

function judge(source: SimulationAuthority): (string | null)[] {
  const quote = simulateTdxQuote(source, { reportData: new Uint8Array(64), mrtd: MRTD }, random);
  const pinned = { hardware: [], simulated: roots.simulatedCpu };
  return failures(verifyTdxQuote({ quote, roots: pinned, atMs: AT_MS }).checks);
}

it('holds for a quote under its own PCK', () => {
  expect(judge(authority)).toEqual([]);
});

it('refuses a certificate that a PCK issued, however genuine the PCK', () => {
  // The owner of one genuine PCK would otherwise be able to speak for every platform.
  expect(judge(forge(0, 'SIMULATED SGX PCK Certificate'))).toEqual(['CA_CONSTRAINT', 'REVOCATION_UNKNOWN']);
});

it('refuses a certificate of the same CA that is no PCK', () => {
  expect(judge(forge(1, 'SIMULATED SGX TCB Signing'))).toEqual(['SIGNER_ROLE']);
});

it('refuses a PCK that does not name its platform', () => {
  expect(judge(forge(1, 'SIMULATED SGX PCK Certificate', false))).toEqual(['CERT_MALFORMED']);
});
