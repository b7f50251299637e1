import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TlsFiles } from '#tls';
import { HOUR_MS, newCa, TestPki } from '../../../../libs/tls/src/pki.fixture.js';
import { type CertificatesInput, checkCertificates } from './check-certificates.js';

let pki: TestPki;
let servers: Server[];

beforeEach(() => {
  pki = new TestPki();
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  pki.close();
});

async function port(files: TlsFiles): Promise<string> {
  const [cert, key] = [files.certificate, files.key].map((file) => readFileSync(file ?? ''));
  const server = createServer({ ...(cert && { cert }), ...(key && { key }), minVersion: 'TLSv1.3' });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A folder of its own: what lies beside a root is looked at too. */
const roots = (certificate: string): TlsFiles => {
  const other = new TestPki();
  servers.push({ close: () => other.close() } as unknown as Server);
  return { ca: other.write('roots.pem', certificate) };
};
const input = (given: Partial<CertificatesInput>): CertificatesInput => ({
  diagnostics: null,
  http: null,
  grpc: null,
  tls: roots(pki.ca.certificate),
  nowMs: Date.now(),
  ...given,
});
const failed = async (given: Partial<CertificatesInput>) =>
  (await checkCertificates(input(given))).filter(({ status }) => status === 'failed');

describe('certificates', () => {
  it('that are well give no complaint, over both ports', async () => {
    const place = await port(pki.server());
    const findings = await checkCertificates(input({ grpc: place, http: `https://${place}` }));
    expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(findings.filter(({ what }) => what === 'a handshake of TLS 1.3').map(({ got }) => got)).toEqual([
      'TLSv1.3',
      'TLSv1.3',
    ]);
    // The test's certificate has an hour left.
    expect(findings.filter(({ status }) => status === 'warning').map(({ what }) => what)).toContain(
      'the certificate that a port shows is good for a while',
    );
  });

  it.each<[string, () => Partial<Parameters<TestPki['server']>[1]>, RegExp]>([
    [
      'ended',
      () => ({ notBeforeMs: Date.now() - 2 * HOUR_MS, notAfterMs: Date.now() - HOUR_MS }),
      /issue it again/,
    ],
    [
      'of a time to come',
      () => ({ notBeforeMs: Date.now() + HOUR_MS, notAfterMs: Date.now() + 2 * HOUR_MS }),
      /set the clock/,
    ],
    ['of another name', () => ({ addresses: [], dns: ['elsewhere.example'] }), /this name or address/],
  ])('that are %s are said with what to do', async (_, request, todo) => {
    const grpc = await port(pki.server('s', request()));
    const [finding, ...more] = await failed({ grpc });
    expect(more).toEqual([]);
    expect(finding?.todo).toMatch(todo);
  });

  it('of an unknown CA are said with the option that names one', async () => {
    const grpc = await port(pki.server('s', {}, newCa()));
    expect((await failed({ grpc }))[0]?.todo).toContain('--tls-ca');
  });

  it('whose files do not belong together are said, with the file', async () => {
    const files = {
      ...pki.worker('w-0'),
      key: pki.worker('w-1').key,
      ca: roots(pki.ca.certificate).ca ?? '',
    };
    const [finding] = await failed({ tls: files });
    expect(finding?.got).toContain('expected the key of the certificate');
  });

  it('that a replica refused are said in its words', async () => {
    const tls = {
      certificateNotAfterMs: Date.now() + 24 * HOUR_MS,
      caNotAfterMs: Date.now() + 24 * HOUR_MS,
      trustDomain: 'test.example',
      reloads: 0,
      problem: 'KEY_MISMATCH: tls.key: another',
    };
    const diagnostics = { replica: 'orchestrator-0', tls } as unknown as CertificatesInput['diagnostics'];
    expect((await failed({ diagnostics }))[0]?.got).toContain('KEY_MISMATCH');
  });

  it('are not needed on the loopback address, and are missed on any other', async () => {
    const status = async (grpc: string) => (await checkCertificates(input({ tls: null, grpc })))[0]?.status;
    expect(await status('127.0.0.1:7443')).toBe('ok');
    expect(await status('10.0.0.1:7443')).toBe('warning');
    expect(await status('0.0.0.0:7443')).toBe('warning');
  });
});
