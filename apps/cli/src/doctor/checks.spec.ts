import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrustFile } from '#evidence';
import { checkClock } from './check-clock.js';
import { checkDatabase } from './check-database.js';
import { checkKeys } from './check-keys.js';
import { checkTimestamps } from './check-timestamps.js';
import { checkWorkers } from './check-workers.js';
import type { Finding } from './finding.js';
import { type Diagnostics, readDiagnostics } from './read-diagnostics.js';
import { renderFindings } from './render-findings.js';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const KEY = Buffer.alloc(32, 1).toString('base64');

const well: Diagnostics = {
  v: 'sealflow/diagnostics/v1',
  replica: 'orchestrator-0',
  nowMs: NOW,
  database: 'db.example:5432',
  state: {
    version: '18.4',
    migrations: { applied: 12, known: 12 },
    nowMs: NOW,
    pingMs: 2,
    leases: { queued: 0, sent: 0, people: 0 },
    oldestQueuedMs: 0,
    log: { size: 3, queued: 0, oldestQueuedMs: 0, checkpointAgeMs: 1_000 },
    timestamps: { waiting: 0, oldestMs: 0 },
    replicas: { live: 1, dead: 0 },
  },
  workers: [{ worker: 'zk-prover-0', operations: ['scorecard.prove'], here: true, fencedReason: null }],
  log: { origin: 'example/log', vkey: 'example/log+00000000+AQ==' },
  orchestratorKey: KEY,
  witnesses: { configured: 0, quorum: 0 },
  authorities: [],
};

const state = (change: Partial<NonNullable<Diagnostics['state']>>): Diagnostics => ({
  ...well,
  state: well.state === null ? null : { ...well.state, ...change },
});
const trust = { orchestratorKeys: [KEY], log: well.log } as unknown as TrustFile;
const bad = (findings: readonly Finding[]): string[] =>
  findings.filter(({ status }) => status === 'failed').map(({ what }) => what);
const statuses = (findings: readonly Finding[]): string[] => findings.map(({ status }) => status);

describe('clocks', () => {
  const asked = (diagnostics: Diagnostics, aheadMs = 0) => ({
    diagnostics,
    atMs: NOW + aheadMs,
    roundTripMs: 10,
  });

  it.each<[string, number, string]>([
    ['together', 0, 'ok'],
    ['three seconds apart', 3_000, 'warning'],
    ['three seconds apart the other way', -3_000, 'warning'],
    ['two minutes apart', 120_000, 'failed'],
    ['a day apart', -86_400_000, 'failed'],
  ])('of this machine and the orchestrator that are %s', (_what, aheadMs, status) => {
    expect(checkClock(asked(well, aheadMs), null)[0]?.status).toBe(status);
  });

  it('of the orchestrator and its database are compared too', () => {
    expect(bad(checkClock(asked(state({ nowMs: NOW + 120_000 })), null))).toEqual([
      'the orchestrator and its database',
    ]);
    expect(statuses(checkClock(asked({ ...well, state: null }), null))).toEqual(['ok', 'skipped']);
  });

  it('that a witness signed in the future are found, those of the past are not', () => {
    expect(bad(checkClock(asked(well), NOW + 120_000))).toEqual([
      'this machine and the witnesses of the log',
    ]);
    expect(bad(checkClock(asked(well), NOW - 86_400_000))).toEqual([]);
  });
});

describe('workers', () => {
  const expected = [{ name: 'zk-prover', operations: ['scorecard.prove'], log: 'logs/zk-prover.log' }];

  it('that are there are well', () => {
    expect(bad(checkWorkers(well, expected))).toEqual([]);
  });

  it('that are fenced serve nothing, and the reason is named', () => {
    const fenced = well.workers.map((worker) => ({ ...worker, fencedReason: 'STATEMENT_SIGNATURE_INVALID' }));
    const findings = checkWorkers({ ...well, workers: fenced }, expected);
    expect(bad(findings)).toEqual(['a worker is in service', 'a worker for scorecard.prove']);
    expect(findings[0]?.got).toContain('STATEMENT_SIGNATURE_INVALID');
  });

  it('that leave tasks waiting are a warning', () => {
    const late = state({ leases: { queued: 2, sent: 0, people: 0 }, oldestQueuedMs: 90_000 });
    expect(statuses(checkWorkers(late, expected))).toContain('warning');
  });
});

describe('a database', () => {
  const place = { url: 'postgres://user:SECRET-4711@127.0.0.1:1/sealflow', postgresHome: '/nowhere' };

  it('that refuses is named by its address, and never by its password', async () => {
    const findings = await checkDatabase(place, { ...well, state: null }, true);
    expect(bad(findings)).toEqual(['the database answers the orchestrator']);
    expect(JSON.stringify(findings)).toContain('ECONNREFUSED');
    expect(JSON.stringify(findings)).not.toContain('SECRET-4711');
  });

  it('is looked for when no orchestrator answers', async () => {
    expect(bad(await checkDatabase(place, null, false))).toEqual(['a database server is there']);
    const embedded = { url: undefined, postgresHome: '/nowhere' };
    expect(JSON.stringify(await checkDatabase(embedded, null, false))).toContain('postmaster.pid');
  });

  it.each<[string, Diagnostics, string]>([
    ['too old', state({ version: '12.9' }), 'its version'],
    ['migrated by a newer release', state({ migrations: { applied: 13, known: 12 } }), 'its migrations'],
    ['not migrated', state({ migrations: { applied: 11, known: 12 } }), 'its migrations'],
    ['very slow', state({ pingMs: 5_000 }), 'a query is quick'],
  ])('that is %s is found', async (_what, diagnostics, what) => {
    expect(bad(await checkDatabase(place, diagnostics, true))).toEqual([what]);
  });
});

describe('keys', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sealflow-doctor-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('of another installation are two findings', () => {
    const other = {
      ...well,
      orchestratorKey: Buffer.alloc(32, 2).toString('base64'),
      log: { ...well.log, vkey: 'x' },
    };
    expect(bad(checkKeys(well, trust, home))).toEqual([]);
    expect(bad(checkKeys(other, trust, home))).toHaveLength(2);
    const plainFiles = { count: 7, digests: ['sha256:aa', 'sha256:bb'] };
    expect(checkKeys(state({ plainFiles }), trust, home)).toContainEqual(
      expect.objectContaining({
        status: 'warning',
        got: '7 in the clear, from before blobs were sealed: sha256:aa, sha256:bb, …',
      }),
    );
    expect(statuses(checkKeys(state({ plainFiles: { count: 0, digests: [] } }), trust, home))).not.toContain(
      'warning',
    );
  });

  it('that others can read are found by file, and their content is not shown', () => {
    writeFileSync(join(home, 'machine.key'), 'SECRET-4711', { mode: 0o600 });
    expect(bad(checkKeys(null, null, home))).toEqual([]);
    chmodSync(join(home, 'machine.key'), 0o640);
    const findings = checkKeys(null, null, home);
    expect(findings).toMatchObject([{ status: 'failed', got: 'mode 640' }]);
    expect(JSON.stringify(findings)).not.toContain('SECRET-4711');
    chmodSync(join(home, 'machine.key'), 0o600);
  });

  it('of tenants without the root key that they are wrapped under are found, with where it is missed', () => {
    mkdirSync(join(home, 'tenant-keys'));
    const missed = checkKeys(null, null, home).filter(({ status }) => status === 'failed');
    expect(missed).toMatchObject([{ where: join(home, 'root.key'), got: 'no file' }]);
    writeFileSync(join(home, 'root.key'), Buffer.alloc(32), { mode: 0o600 });
    expect(bad(checkKeys(null, null, home))).toEqual([]);
  });
});

describe('timestamps', () => {
  it.each<[string, number, string]>([
    ['just now', 1_000, 'ok'],
    ['for an hour', 3_600_000, 'warning'],
    ['for two days', 2 * 86_400_000, 'failed'],
  ])('that are missing %s', (_what, oldestMs, status) => {
    const waiting = {
      ...state({ timestamps: { waiting: 3, oldestMs } }),
      authorities: ['http://tsa.example'],
    };
    expect(statuses(checkTimestamps(waiting, trust, NOW))).toEqual([status]);
  });

  it('of authorities whose certificate ends are found in time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealflow-tsa-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.der')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const named = ['-subj', '/CN=tsa', '-days', '90', '-keyout', key, '-outform', 'DER', '-out', certificate];
    execFileSync('openssl', [...made, ...named], { stdio: 'ignore' });
    const der = readFileSync(certificate).toString('base64');
    rmSync(folder, { recursive: true });
    const believing = { ...trust, timestampAuthorities: [{ name: 'tsa', certificate: der }] };
    const day = 86_400_000;
    const at = (days: number) => statuses(checkTimestamps(null, believing, Date.now() + days * day));
    expect([at(0), at(60), at(120)]).toEqual([['ok'], ['warning'], ['failed']]);
    const garbage = { ...trust, timestampAuthorities: [{ name: 'tsa', certificate: 'AAAA' }] };
    expect(statuses(checkTimestamps(null, garbage, NOW))).toEqual(['failed']);
  });
});

describe('what an orchestrator says of itself', () => {
  let server: Server;
  let http: string;
  let status = 200;
  let body = '';
  beforeEach(async () => {
    server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    http = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it.each<[string, number, string]>([
    ['an error', 503, '{}'],
    ['no JSON', 200, '<html>'],
    ['another version', 200, JSON.stringify({ ...well, v: 'sealflow/diagnostics/v2' })],
    ['half of it', 200, JSON.stringify({ ...well, workers: undefined })],
    ['a thousand letters more than a name has', 200, JSON.stringify({ ...well, replica: 'x'.repeat(2_000) })],
    ['five megabytes', 200, JSON.stringify({ ...well, more: 'x'.repeat(5 * 1024 * 1024) })],
  ])('is refused when it is %s', async (_what, code, text) => {
    [status, body] = [code, text];
    await expect(readDiagnostics(http, undefined, () => NOW)).rejects.toThrow();
  });

  it('is read when it is well formed, whatever else it says', async () => {
    [status, body] = [200, JSON.stringify({ ...well, added: 'later' })];
    expect((await readDiagnostics(http, 'key', () => NOW)).diagnostics).toEqual(well);
  });
});

describe('the report', () => {
  it('shows a line for what is well and everything for what is not', () => {
    const base = { area: 'log', what: 'leaves', where: 'here', expected: 'soon', got: 'late' } as const;
    const text = renderFindings([
      { ...base, status: 'ok', todo: '' },
      { ...base, status: 'failed', todo: 'look' },
    ]);
    expect(text.split('\n')).toHaveLength(9);
    for (const part of [
      'expected  soon',
      'got       late',
      'do        look',
      '1 failed, 0 warnings, 1 well',
    ]) {
      expect(text).toContain(part);
    }
  });
});
