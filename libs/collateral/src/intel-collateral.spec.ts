import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSimulationAuthority, parseIntelCollateral } from '#attestation';
import type { CollateralRequest } from './collateral-request.js';
import { OfflineFolder } from './offline-folder.js';
import {
  answer,
  authority,
  bench,
  codeOf,
  DAY_MS,
  FMSPC,
  failureOf,
  type Handler,
  intel,
  path,
  random,
  roots,
  START_MS,
  serveIntel,
  startVendors,
  temporaryFolder,
} from './vendors.fixture.js';

const tcb: CollateralRequest = { kind: 'tcb-info', tee: 'TDX', fmspc: FMSPC };
const platform = { tee: 'TDX', fmspc: FMSPC, ca: 'platform' } as const;

describe('collateral of Intel', () => {
  it('is fetched once, kept in files, and put together in the form of DCAP verifiers', async () => {
    const vendors = await startVendors();
    const published = intel();
    serveIntel(vendors, published);
    const { service } = bench(vendors.url);
    const piece = await service.intel(platform);
    expect(piece.kind).toBe('intel-dcap');
    expect(parseIntelCollateral(piece.data)).toEqual(published);
    expect(vendors.asked).toHaveLength(4);
    await service.intel(platform);
    expect(vendors.asked).toHaveLength(4);
  });

  it('outlives a restart of the service, and of the vendor', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service, folder } = bench(vendors.url);
    await service.intel(platform);
    const offline = bench(null, {}, { folder });
    expect((await offline.service.intel(platform)).data.length).toBeGreaterThan(1000);
    expect(readdirSync(join(folder, 'objects')).every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
  });

  it('shares one request among callers of the same moment', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service } = bench(vendors.url);
    await Promise.all(Array.from({ length: 8 }, () => service.get(tcb)));
    expect(vendors.asked).toHaveLength(1);
  });

  it('is asked for again after a day, and what is newer is taken', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service, at } = bench(vendors.url);
    await service.get(tcb);
    at(START_MS + DAY_MS);
    serveIntel(vendors, intel({ issuedMs: START_MS + DAY_MS / 2, evaluationDataNumber: 18 }));
    expect((await service.get(tcb)).issuedAtMs).toBe(START_MS + DAY_MS / 2);
  });

  it('is served from the store while the vendor is down, up to its end and not a moment longer', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service, at } = bench(vendors.url);
    await service.get(tcb);
    vendors.routes.set(path.tcb, answer('', {}, 500));
    at(START_MS + 28 * DAY_MS);
    expect((await service.get(tcb)).document.body.length).toBeGreaterThan(100);
    at(START_MS + 29 * DAY_MS + 1);
    const error = await failureOf(() => service.get(tcb));
    expect(error?.code).toBe('COLLATERAL_EXPIRED');
    expect(error?.message).toContain('HTTP 500');
  });

  it('refuses a lower evaluation number, in any piece of the same TEE and after a restart', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel({ evaluationDataNumber: 18 }));
    const first = bench(vendors.url);
    await first.service.get(tcb);
    serveIntel(vendors, intel({ issuedMs: START_MS, evaluationDataNumber: 17 }));
    const second = bench(vendors.url, {}, { folder: first.folder, startMs: START_MS + DAY_MS });
    expect(await codeOf(() => second.service.get({ kind: 'qe-identity', tee: 'TDX' }))).toBe(
      'COLLATERAL_ROLLBACK',
    );
    // The older answer is refused; what was had before is still current and goes out.
    expect((await second.service.get(tcb)).issuedAtMs).toBe(START_MS - DAY_MS);
    expect(second.store.mark('tdx')).toBe(18);
  });

  it('does not hand out what it stored before a higher number was seen', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel({ evaluationDataNumber: 17 }));
    const { service } = bench(vendors.url);
    await service.get(tcb);
    serveIntel(vendors, intel({ evaluationDataNumber: 18 }));
    await service.get({ kind: 'qe-identity', tee: 'TDX' });
    const { document } = await service.get(tcb);
    expect(new TextDecoder().decode(document.body)).toContain('"tcbEvaluationDataNumber":18');
  });

  it('refuses a list or data that was issued before what it has', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service, at } = bench(vendors.url);
    const before = await service.get({ kind: 'pck-crl', ca: 'platform' });
    at(START_MS + DAY_MS);
    serveIntel(vendors, intel({ issuedMs: START_MS - 2 * DAY_MS }));
    expect((await service.get({ kind: 'pck-crl', ca: 'platform' })).issuedAtMs).toBe(before.issuedAtMs);
    at(START_MS + 40 * DAY_MS);
    serveIntel(vendors, intel({ issuedMs: START_MS - 2 * DAY_MS, lifetimeMs: 60 * DAY_MS }));
    expect(await codeOf(() => service.get({ kind: 'pck-crl', ca: 'platform' }))).toBe('COLLATERAL_EXPIRED');
  });

  it('a forged number does not raise the mark', async () => {
    const vendors = await startVendors();
    const stranger = createSimulationAuthority(random, START_MS);
    serveIntel(vendors, intel({ evaluationDataNumber: 9999 }, stranger));
    const { service, store, at } = bench(vendors.url);
    const error = await failureOf(() => service.get(tcb));
    expect([error?.code, error?.details.reason]).toEqual(['COLLATERAL_REFUSED', 'UNKNOWN_ISSUER']);
    expect(store.mark('tdx')).toBe(0);
    at(START_MS + 120_000);
    serveIntel(vendors, intel());
    expect((await service.get(tcb)).issuedAtMs).toBe(START_MS - DAY_MS);
  });

  it.each<[string, () => ReturnType<typeof intel>, string]>([
    ['stale', () => intel({ issuedMs: START_MS - 60 * DAY_MS }), 'COLLATERAL_EXPIRED'],
    ['of the future', () => intel({ issuedMs: START_MS + DAY_MS }), 'CERT_NOT_YET_VALID'],
    [
      'of another platform',
      () => intel({ editTcbInfo: (info) => ({ ...info, fmspc: '00906ED50000' }) }),
      'FMSPC_MISMATCH',
    ],
    ['of SGX', () => intel({ tee: 'SGX' }), 'FMSPC_MISMATCH'],
    [
      'signed over other bytes',
      () => ({ ...intel(), tcbInfoSignature: new Uint8Array(64).fill(1) }),
      'TCBINFO_SIGNATURE_INVALID',
    ],
    ['without a chain', () => ({ ...intel(), tcbInfoIssuerChain: new Uint8Array() }), 'CERT_MALFORMED'],
    ['signed by a PCK', () => intel({ signer: authority.cpu }), 'SIGNER_ROLE'],
  ])('TCB info that is %s is refused', async (_, make, reason) => {
    const vendors = await startVendors();
    serveIntel(vendors, make());
    const error = await failureOf(() => bench(vendors.url).service.get(tcb));
    expect([error?.code, error?.details.reason]).toEqual(['COLLATERAL_REFUSED', reason]);
  });

  it('a list of another issuer, a stranger’s list and a list cut short are refused', async () => {
    const vendors = await startVendors();
    const good = intel();
    const request = { kind: 'pck-crl', ca: 'platform' } as const;
    const refusal = async (parts: Partial<typeof good>): Promise<string | undefined> => {
      serveIntel(vendors, { ...good, ...parts });
      return (await failureOf(() => bench(vendors.url).service.get(request)))?.details.reason;
    };
    expect(await refusal({ pckCrl: good.rootCaCrl })).toBe('CRL_ISSUER_MISMATCH');
    expect(await refusal({ pckCrl: intel({}, createSimulationAuthority(random, START_MS)).pckCrl })).toBe(
      'CRL_SIGNATURE_INVALID',
    );
    expect(await refusal({ pckCrl: good.pckCrl.slice(0, -5) })).toBe('CRL_MALFORMED');
    expect(await codeOf(() => bench(vendors.url).service.get({ kind: 'pck-crl', ca: 'processor' }))).toBe(
      'COLLATERAL_NOT_FOUND',
    );
  });
});

describe('a vendor that misbehaves', () => {
  it.each<[string, Handler, string]>([
    ['is silent', () => undefined, 'COLLATERAL_TIMEOUT'],
    ['drips', drip, 'COLLATERAL_TIMEOUT'],
    ['promises more than it sends', cutShort, 'COLLATERAL_TRUNCATED'],
    ['sends nothing', answer(''), 'COLLATERAL_TRUNCATED'],
    ['drops the connection', (request) => request.socket.destroy(), 'COLLATERAL_TRUNCATED'],
    ['sends without end', endless, 'COLLATERAL_TOO_LARGE'],
    ['redirects', answer('', { location: 'http://127.0.0.1:1/' }, 302), 'COLLATERAL_HTTP_STATUS'],
    ['fails', answer('oops', {}, 500), 'COLLATERAL_HTTP_STATUS'],
    ['says 404', answer('', {}, 404), 'COLLATERAL_NOT_FOUND'],
    ['says 429', answer('', { 'retry-after': '120' }, 429), 'COLLATERAL_RATE_LIMITED'],
    ['says 503', answer('', {}, 503), 'COLLATERAL_RATE_LIMITED'],
    ['answers with HTML', answer('<html>', { 'tcb-info-issuer-chain': 'x' }), 'COLLATERAL_MALFORMED'],
    ['forgets the chain', answer('{"tcbInfo":{},"signature":""}'), 'COLLATERAL_MALFORMED'],
    [
      'sends a header that is no encoding',
      answer('{}', { 'tcb-info-issuer-chain': '%' }),
      'COLLATERAL_MALFORMED',
    ],
  ])('and %s is told as such, and not asked again at once', async (_, handler, code) => {
    const vendors = await startVendors();
    vendors.routes.set(path.tcb, handler);
    const { service, at } = bench(vendors.url, { timeoutMs: 300 });
    expect(await codeOf(() => service.get(tcb))).toBe(code);
    expect(await codeOf(() => service.get(tcb))).toBe(code);
    expect(vendors.asked).toHaveLength(1);
    at(START_MS + 700_000);
    serveIntel(vendors, intel());
    expect((await service.get(tcb)).key).toBe(`intel/tdx/tcb-info/${FMSPC}`);
  });

  it('and is not there at all', async () => {
    expect(await codeOf(() => bench('http://127.0.0.1:1').service.get(tcb))).toBe('COLLATERAL_UNREACHABLE');
  });

  it('keeps its failures over a restart', async () => {
    const vendors = await startVendors();
    const { service, folder } = bench(vendors.url);
    expect(await codeOf(() => service.get(tcb))).toBe('COLLATERAL_NOT_FOUND');
    expect(await codeOf(() => bench(vendors.url, {}, { folder }).service.get(tcb))).toBe(
      'COLLATERAL_NOT_FOUND',
    );
    expect(vendors.asked).toHaveLength(1);
  });

  it('is left alone on all paths for as long as Retry-After says, as seconds or date, up to an hour', async () => {
    for (const [value, waitMs] of [
      ['120', 120_000],
      [new Date(START_MS + 90_000).toUTCString(), 90_000],
      ['999999999', 3_600_000],
      ['soon', 30_000],
    ] as const) {
      const vendors = await startVendors();
      serveIntel(vendors, intel());
      vendors.routes.set(path.tcb, answer('', { 'retry-after': value }, 429));
      const { service, at } = bench(vendors.url);
      expect((await failureOf(() => service.get(tcb)))?.details.retryAtMs).toBe(START_MS + waitMs);
      expect(await codeOf(() => service.get({ kind: 'qe-identity', tee: 'TDX' }))).toBe(
        'COLLATERAL_RATE_LIMITED',
      );
      expect(vendors.asked).toHaveLength(1);
      at(START_MS + waitMs + 1);
      expect(await codeOf(() => service.get({ kind: 'qe-identity', tee: 'TDX' }))).toBe('none');
    }
  });
});

describe('the offline folder', () => {
  it('serves an air-gapped site by the same rules', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const online = bench(vendors.url);
    const offlineFolder = temporaryFolder();
    const exported = new OfflineFolder(offlineFolder);
    for (const request of [
      tcb,
      { kind: 'qe-identity', tee: 'TDX' },
      { kind: 'pck-crl', ca: 'platform' },
      { kind: 'intel-root-crl' },
    ] as const) {
      const { key, document } = await online.service.get(request);
      exported.write(key, document);
    }
    const site = bench(null, { offlineFolder });
    expect((await site.service.intel(platform)).source).toBe(`offline:intel/tdx/tcb-info/${FMSPC}`);
    site.at(START_MS + 29 * DAY_MS + 1);
    expect(await codeOf(() => site.service.intel(platform))).toBe('COLLATERAL_EXPIRED');
  });

  it('says what it lacks, and refuses what is forged or too large', async () => {
    const offlineFolder = temporaryFolder();
    const { service } = bench(null, { offlineFolder });
    expect(await codeOf(() => service.get(tcb))).toBe('COLLATERAL_NOT_CONFIGURED');
    const folder = new OfflineFolder(offlineFolder);
    folder.write(`intel/tdx/tcb-info/${FMSPC}`, { body: new Uint8Array(300_000), chain: new Uint8Array() });
    expect(await codeOf(() => service.get(tcb))).toBe('COLLATERAL_TOO_LARGE');
    folder.write(`intel/tdx/tcb-info/${FMSPC}`, {
      body: new TextEncoder().encode('{}'),
      chain: new Uint8Array(),
    });
    expect(await codeOf(() => service.get(tcb))).toBe('COLLATERAL_MALFORMED');
  });

  it('steps in for a vendor that is down', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { document, key } = await bench(vendors.url).service.get(tcb);
    const offlineFolder = temporaryFolder();
    new OfflineFolder(offlineFolder).write(key, document);
    const site = bench('http://127.0.0.1:1', { offlineFolder });
    expect((await site.service.get(tcb)).source).toContain('offline:');
  });
});

describe('the store', () => {
  it('does not believe files that were changed', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service, folder } = bench(vendors.url);
    await service.get(tcb);
    for (const name of readdirSync(join(folder, 'objects')))
      writeFileSync(join(folder, 'objects', name), 'x');
    await service.get(tcb);
    expect(vendors.asked).toHaveLength(2);
    const entry = join(folder, 'entries', `intel/tdx/tcb-info/${FMSPC}.json`);
    writeFileSync(entry, readFileSync(entry).subarray(0, 20));
    await service.get(tcb);
    expect(vendors.asked).toHaveLength(3);
  });

  it('stops when its marks cannot be read', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { service, folder } = bench(vendors.url);
    await service.get(tcb);
    for (const damage of ['', '{}', '{"v":"sealflow/collateral-marks/v1","marks":{"tdx":"17"}}']) {
      writeFileSync(join(folder, 'marks.json'), damage);
      expect(await codeOf(() => service.get(tcb))).toBe('COLLATERAL_STORE_DAMAGED');
    }
  });

  it('names no path outside of itself, whatever a quote says', async () => {
    const { service } = bench('http://127.0.0.1:1');
    for (const fmspc of ['../../etc/x', 'FFFFFFFFFFFF', '', 'ff', `${FMSPC}0`]) {
      expect(await codeOf(async () => service.get({ kind: 'tcb-info', tee: 'TDX', fmspc }))).toBe(
        'COLLATERAL_REQUEST_INVALID',
      );
    }
    for (const id of ['../NV_X', 'NV_', 'NV_GPU/../../x', '']) {
      expect(await codeOf(async () => service.get({ kind: 'rim', id }))).toBe('COLLATERAL_REQUEST_INVALID');
    }
    const chip = { kind: 'vcek', product: 'Milan', chipId: '00', tcb: { snp: 300 } } as const;
    expect(await codeOf(async () => service.get(chip))).toBe('COLLATERAL_REQUEST_INVALID');
  });

  it('knows simulated roots only where the site does', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const strict = bench(vendors.url, {}, { roots: { ...roots, simulatedCpu: [] } });
    expect((await failureOf(() => strict.service.get(tcb)))?.details.reason).toBe('UNKNOWN_ISSUER');
  });
});

function drip(_: unknown, response: Parameters<Handler>[1]): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
}

function cutShort(_: unknown, response: Parameters<Handler>[1]): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"tcbInfo"');
  setTimeout(() => response.destroy(), 20);
}

function endless(_: unknown, response: Parameters<Handler>[1]): void {
  response.writeHead(200);
  const chunk = 'x'.repeat(64 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
