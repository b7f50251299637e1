import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { contextOptions, loadMaterial, spiffeIdOf, TlsError, type TlsFiles, workerOf } from '#tls';
import { type Finding, Findings, grade } from './finding.js';
import type { Diagnostics } from './read-diagnostics.js';
import { reasonOf } from './reason-of.js';

const HOUR_MS = 3_600_000;
const TIMEOUT_MS = 5_000;
/** A certificate of a day is renewed when a third of it is left. */
const END_WARNING_MS = 4 * HOUR_MS;
const RENEW =
  'issue it again and put certificate and key in the place of the old files: they are taken over within seconds, without a restart';

export interface CertificatesInput {
  readonly diagnostics: Diagnostics | null;
  readonly http: string | null;
  readonly grpc: string | null;
  /** Null: this side speaks in the clear. */
  readonly tls: TlsFiles | null;
  readonly nowMs: number;
}

/** Chains, names, ends, keys and the clock: by handshakes with both ports, and by the files that lie here. */
export async function checkCertificates(input: CertificatesInput): Promise<Finding[]> {
  const findings = new Findings('certificates');
  const { diagnostics, http, grpc, tls, nowMs } = input;
  if (tls === null) {
    judgeClear(findings, input);
    return findings.list;
  }
  for (const place of [grpc, http?.replace(/^https:\/\//, '') ?? null]) {
    if (place !== null) await shakeHands(findings, place, tls, nowMs);
  }
  if (diagnostics?.tls) judgeReplica(findings, diagnostics.replica, diagnostics.tls, nowMs);
  for (const files of [tls, ...filesBeside(tls)]) judgeFiles(findings, files, nowMs);
  return findings.list;
}

const loopback = /^(?:127\.|localhost[:/]|\[?::1)/;

function judgeClear(findings: Findings, { diagnostics, grpc }: CertificatesInput): void {
  const place = diagnostics?.grpcAddress ?? grpc;
  if (place === null) return;
  const said = {
    what: 'connections are encrypted',
    where: place,
    expected: 'TLS, or the loopback address',
    got: '',
  };
  if (loopback.test(place)) findings.ok({ ...said, got: 'the loopback address' });
  else
    findings.warn(
      { ...said, got: 'neither' },
      'set SEALFLOW_TLS_CERT, SEALFLOW_TLS_KEY, SEALFLOW_TLS_CA and SEALFLOW_TLS_TRUST_DOMAIN: API keys cross the network in the clear',
    );
}

async function shakeHands(findings: Findings, place: string, tls: TlsFiles, nowMs: number): Promise<void> {
  const said = {
    what: 'a handshake of TLS 1.3',
    where: place,
    expected: 'a certificate of this name and of these roots',
  };
  try {
    const socket = await handshake(place, tls);
    const { valid_to: end } = socket.getPeerCertificate();
    findings.ok({ ...said, got: socket.getProtocol() ?? 'none' });
    socket.destroy();
    judgeEnd(findings, { what: 'the certificate that a port shows', where: place }, Date.parse(end), nowMs);
  } catch (error) {
    findings.fail({ ...said, got: reasonOf(error) }, todoOf(error, nowMs));
  }
}

function todoOf(error: unknown, nowMs: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'CERT_HAS_EXPIRED') return RENEW;
  if (code === 'CERT_NOT_YET_VALID')
    return `set the clock: this machine says ${new Date(nowMs).toISOString()}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'issue a certificate with this name or address in it, or dial by the name that it has';
  if (/SELF_SIGNED|UNABLE_TO/.test(code))
    return 'name the roots of the one who signed it: --tls-ca, or SEALFLOW_TLS_CA';
  return 'does the port speak TLS at all? its log says with which files it was started';
}

function handshake(place: string, tls: TlsFiles): Promise<TLSSocket> {
  const { hostname, port } = new URL(`https://${place}`);
  const material = loadMaterial(tls.ca === undefined ? {} : { ca: tls.ca }, Date.now());
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: hostname,
        port: Number(port),
        ALPNProtocols: ['h2', 'http/1.1'],
        timeout: TIMEOUT_MS,
        ...contextOptions(material),
      },
      () => resolve(socket),
    );
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
  });
}

function judgeReplica(
  findings: Findings,
  where: string,
  { certificateNotAfterMs, caNotAfterMs, problem }: NonNullable<Diagnostics['tls']>,
  nowMs: number,
): void {
  findings.judge(
    problem === null,
    {
      what: 'certificate files on the disk are those in use',
      where,
      expected: 'files that are sound',
      got: problem ?? 'such files',
    },
    'put certificate, key and roots there that belong together; until then the replica goes on with the old ones',
  );
  judgeEnd(findings, { what: 'the certificate in use', where }, certificateNotAfterMs, nowMs);
  judgeEnd(findings, { what: 'the last root of callers', where }, caNotAfterMs, nowMs);
}

/** What this machine shows itself, and what lies in the folder of a development CA. */
function judgeFiles(findings: Findings, files: TlsFiles, nowMs: number): void {
  const where = files.certificate ?? files.ca ?? '';
  const said = { what: 'files for TLS', where, expected: 'a chain, its key and roots that are sound' };
  try {
    const { leaf, notAfterMs } = loadMaterial(files, nowMs);
    const worker =
      leaf === null || !leaf.subjectAltName?.includes('spiffe:') ? null : workerOf(spiffeIdOf(leaf));
    findings.ok({ ...said, got: worker === null ? 'such files' : `such files, of the worker ${worker}` });
    if (notAfterMs !== null) judgeEnd(findings, { what: 'a certificate file', where }, notAfterMs, nowMs);
  } catch (error) {
    const code = error instanceof TlsError ? error.code : '';
    findings.fail(
      { ...said, got: reasonOf(error) },
      code === 'CERTIFICATE_NOT_YET_VALID' ? 'set the clock' : RENEW,
    );
  }
}

function filesBeside({ ca }: TlsFiles): TlsFiles[] {
  if (ca === undefined) return [];
  const folder = dirname(ca);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.crt') && existsSync(join(folder, name.replace(/crt$/, 'key'))))
    .filter((name) => join(folder, name) !== ca)
    .map((name) => ({ certificate: join(folder, name), key: join(folder, name.replace(/crt$/, 'key')) }));
}

function judgeEnd(
  findings: Findings,
  { what, where }: { readonly what: string; readonly where: string },
  endMs: number,
  nowMs: number,
): void {
  const said = {
    what: `${what} is good for a while`,
    where,
    expected: `${END_WARNING_MS / HOUR_MS} hours or more`,
    got: `until ${new Date(endMs).toISOString()}`,
  };
  grade(findings, nowMs - endMs, { warnAbove: -END_WARNING_MS, failAbove: 0 }, said, RENEW);
}
