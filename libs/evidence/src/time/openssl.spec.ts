import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCertificate } from '#attestation';
import { toBase64, utf8 } from '#canonical';
import { TestAuthority } from '../testing/tsa.fixture.js';
import { encodeTimestampRequest, nonceText, tokenOfResponse } from './timestamp-request.js';
import { verifyTimestamp } from './verify-timestamp.js';

/** A second opinion from code that was not written here. Absent openssl is said by the names of skipped tests. */
const present = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'timestamps-'));
const file = (name: string, content?: string | Uint8Array): string => {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  return path;
};
const openssl = (...options: readonly string[]): string =>
  execFileSync('openssl', options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${(toBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

const data = utf8('log.example/sealflow\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!present)('openssl ts, skipped where openssl is absent', () => {
  it('accepts a token of the test authority', () => {
    const now = Date.now();
    const authority = new TestAuthority('tsa.example', now);
    file('ours.tst', authority.token({ data, genTimeMs: now }));
    file('data', data);
    file('root.pem', pem(authority.root));
    const said = openssl(
      ...['ts', '-verify', '-data', 'data', '-in', 'ours.tst', '-token_in', '-CAfile', 'root.pem'],
    );
    expect(said).toContain('Verification: OK');
  });

  it.each([
    ['RSA', ['-newkey', 'rsa:2048'], 'sha256'],
    ['P-256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'sha512'],
    ['P-384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'sha384'],
  ] as const)('makes a token with a key of kind %s that verifies here', (_kind, key, hash) => {
    file('tsa.cnf', configuration(hash));
    const common = ['-nodes', '-config', 'tsa.cnf', `-${hash}`];
    openssl(
      ...['req', '-x509', ...key, ...common, '-subj', '/CN=root', '-extensions', 'root'],
      ...out('root'),
    );
    openssl(...['req', '-new', ...key, ...common, '-subj', '/CN=tsa'], ...out('tsa'));
    openssl(
      ...['x509', '-req', '-in', 'tsa.out', '-CA', 'root.out', '-CAkey', 'root.key', '-set_serial', '77'],
      ...['-extfile', 'tsa.cnf', '-extensions', 'stamping', `-${hash}`, '-out', 'tsa.pem'],
    );
    const nonce = Uint8Array.from([0x80, 1, 2, 3, 4, 5, 6, 7]);
    file('request', encodeTimestampRequest({ data, hash, nonce }));
    expect(openssl('ts', '-query', '-in', 'request', '-text')).toContain(`Hash Algorithm: ${hash}`);
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'request', '-out', 'response');
    openssl('x509', '-in', 'root.out', '-outform', 'DER', '-out', 'root.der');
    const certificate = parseCertificate(readFileSync(file('root.der')));
    const token = tokenOfResponse(readFileSync(file('response')));
    const authorities = [{ name: 'openssl', certificate, fromMs: null, toMs: null }];
    const ask = { token, data, chain: [], crls: [], authorities };
    const verdict = verifyTimestamp({ ...ask, nonce: nonceText(nonce) });
    expect(verdict).toMatchObject({ reason: null, authority: 'openssl', hash });
    const other = verifyTimestamp({ ...ask, nonce: nonceText(Uint8Array.of(1)) });
    expect(other.reason).toBe('TIMESTAMP_NONCE_MISMATCH');
  });
});

function out(name: string): string[] {
  return ['-keyout', `${name}.key`, '-out', `${name}.out`];
}

function configuration(hash: string): string {
  return `
[req]
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
signer_digest = ${hash}
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;
}
