import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate } from '#attestation';
import { utf8 } from '#canonical';
import { verifyTimestamp } from '#evidence';
import { requestTimestamp } from './timestamp-client.js';

/** An authority that was not written here. Absent openssl is said by the names of skipped tests. */
const present = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'sealflow-openssl-tsa-'));
const file = (name: string): string => join(folder, name);
const openssl = (...options: readonly string[]): string =>
  execFileSync('openssl', options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const data = utf8('log.example/test\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n');

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      writeFileSync(file('query'), Buffer.concat(chunks));
      openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply');
      response
        .writeHead(200, { 'content-type': 'application/timestamp-reply' })
        .end(readFileSync(file('reply')));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!present)('openssl ts as the authority, skipped where openssl is absent', () => {
  it('stamps what is asked for over HTTP, and agrees with what was kept', async () => {
    makeAuthority();
    const { port } = server.address() as AddressInfo;
    const { token } = await requestTimestamp({ url: `http://127.0.0.1:${port}/`, data, clock: Date.now });
    const certificate = parseCertificate(readFileSync(file('root.der')));
    const authorities = [{ name: 'openssl', certificate, fromMs: null, toMs: null }];
    const verdict = verifyTimestamp({ token, data, chain: [], crls: [], authorities });
    expect(verdict).toMatchObject({ reason: null, authority: 'openssl' });
    writeFileSync(file('token'), token);
    writeFileSync(file('data'), data);
    const verify = ['ts', '-verify', '-in', 'token', '-token_in', '-CAfile', 'root.pem', '-data'];
    expect(openssl(...verify, 'data')).toContain('Verification: OK');
    writeFileSync(file('data'), utf8('another checkpoint\n'));
    expect(() => openssl(...verify, 'data')).toThrow(/mismatch/);
  });
});

function makeAuthority(): void {
  writeFileSync(
    file('tsa.cnf'),
    `[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = server
[server]
serial = ${file('serial')}
signer_cert = ${file('tsa.pem')}
signer_key = ${file('tsa.key')}
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256
ess_cert_id_alg = sha256
`,
  );
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'tsa.cnf'];
  openssl(
    ...['req', '-x509', ...key, '-subj', '/CN=root', '-extensions', 'root', '-keyout', 'root.key'],
    ...['-out', 'root.pem'],
  );
  openssl('req', '-new', ...key, '-subj', '/CN=tsa', '-keyout', 'tsa.key', '-out', 'tsa.csr');
  openssl(
    ...['x509', '-req', '-in', 'tsa.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '77'],
    ...['-extfile', 'tsa.cnf', '-extensions', 'stamping', '-out', 'tsa.pem'],
  );
  openssl('x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
}
