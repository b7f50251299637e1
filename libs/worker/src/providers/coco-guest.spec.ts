import { describe, expect, it } from 'vitest';
import { equalBytes, fromBase64Url, toBase64 } from '#canonical';
import { CocoGuest } from './coco-guest.js';
import { cutShort, endless, type Handler, json, serve, text } from './guest-server.fixture.js';
import { codeOf, errorOf, gpu, random, reportData, snpReport, tdxQuote } from './machine.fixture.js';

interface GuestApi {
  readonly feature?: string | null;
  readonly tee?: 'tdx' | 'snp' | 'sample';
  readonly gpus?: number;
  /** Takes the text of `runtime_data` for the data, as guests without `encoding` do. */
  readonly old?: boolean;
  readonly override?: Partial<Record<string, Handler>>;
}

/** The router of guest-components api-server-rest, with its words. */
function guestApi({
  feature = 'all',
  tee = 'tdx',
  gpus = 0,
  old = false,
  override = {},
}: GuestApi = {}): Handler {
  return (request, response, body) => {
    const url = new URL(request.url ?? '/', 'http://guest');
    const special = override[url.pathname];
    if (special !== undefined) return special(request, response, body);
    const attests = feature === 'all' || feature === 'attestation' || feature === null;
    if (url.pathname === '/info') {
      if (feature === null) return text(response, 404, 'URL NOT FOUND');
      return json(response, { version: 'v0.16.0', ...(attests ? { tee } : {}), feature });
    }
    if (url.pathname.startsWith('/aa/')) {
      if (!attests) return text(response, 404, 'Attestation Feature Not Enabled');
      const parameter = url.searchParams.get('runtime_data');
      if (parameter === null) return text(response, 400, 'BAD REQUEST');
      const data = new Uint8Array(64);
      const given = old ? Buffer.from(parameter) : fromBase64Url(parameter);
      if (given.length > 64 && !old) return text(response, 500, 'report data too long');
      data.set(given.subarray(0, 64));
      if (url.pathname === '/aa/evidence') return text(response, 200, JSON.stringify(cpuEvidence(tee, data)));
      if (url.pathname === '/aa/additional-evidence') {
        const list = Array.from({ length: gpus }, () => deviceEvidence(data.slice(0, 32)));
        return text(
          response,
          200,
          JSON.stringify(gpus === 0 ? {} : { nvidia: { device_evidence_list: list } }),
        );
      }
      return text(response, 404, 'URL NOT FOUND');
    }
    if (url.pathname.startsWith('/cdh/resource/')) {
      if (url.pathname === '/cdh/resource/default/sealflow/key')
        return void response.end(Buffer.alloc(32, 7));
      return text(response, 500, 'resource denied by policy');
    }
    return text(response, 404, 'URL NOT FOUND');
  };
}

function cpuEvidence(tee: string, data: Uint8Array): object {
  if (tee === 'tdx') return { cc_eventlog: toBase64(Uint8Array.of(1, 2)), quote: toBase64(tdxQuote(data)) };
  if (tee === 'snp') return { attestation_report: serde(snpReport(data)), cert_chain: null };
  return { svn: '1', report_data: toBase64(data) };
}

function deviceEvidence(nonce: Uint8Array): object {
  const { report, chain } = gpu(nonce);
  return {
    arch: 'HOPPER',
    uuid: 'unknown',
    evidence: toBase64(report),
    certificate: Buffer.from(chain).toString('base64'),
  };
}

/** The serde form of `sev::firmware::guest::AttestationReport` that the agent writes. */
function serde(report: Uint8Array): Record<string, unknown> {
  const view = new DataView(report.buffer, report.byteOffset);
  const bytes = (at: number, length: number): number[] => [...report.subarray(at, at + length)];
  const tcb = (at: number): object => ({
    fmc: null,
    bootloader: report[at],
    tee: report[at + 1],
    snp: report[at + 6],
    microcode: report[at + 7],
  });
  const version = (at: number): object => ({
    build: report[at],
    minor: report[at + 1],
    major: report[at + 2],
  });
  return {
    version: view.getUint32(0, true),
    guest_svn: view.getUint32(4, true),
    policy: Number(view.getBigUint64(8, true)),
    family_id: bytes(0x10, 16),
    image_id: bytes(0x20, 16),
    vmpl: view.getUint32(0x30, true),
    sig_algo: view.getUint32(0x34, true),
    current_tcb: tcb(0x38),
    plat_info: Number(view.getBigUint64(0x40, true)),
    key_info: view.getUint32(0x48, true),
    report_data: bytes(0x50, 64),
    measurement: bytes(0x90, 48),
    host_data: bytes(0xc0, 32),
    id_key_digest: bytes(0xe0, 48),
    author_key_digest: bytes(0x110, 48),
    report_id: bytes(0x140, 32),
    report_id_ma: bytes(0x160, 32),
    reported_tcb: tcb(0x180),
    cpuid_fam_id: report[0x188],
    cpuid_mod_id: report[0x189],
    cpuid_step: report[0x18a],
    chip_id: bytes(0x1a0, 64),
    committed_tcb: tcb(0x1e0),
    current: version(0x1e8),
    committed: version(0x1ec),
    launch_tcb: tcb(0x1f0),
    launch_mit_vector: null,
    current_mit_vector: null,
    signature: { r: bytes(0x2a0, 72), s: bytes(0x2e8, 72) },
  };
}

async function guest(api: GuestApi = {}, options: { sealingKeyResource?: string; timeoutMs?: number } = {}) {
  return new CocoGuest({ endpoint: { host: '127.0.0.1', port: await serve(guestApi(api)) }, ...options });
}

describe('the REST API of a CoCo guest', () => {
  it('tells version, TEE and feature', async () => {
    expect(await (await guest()).preflight()).toEqual({
      version: 'v0.16.0',
      tee: 'tdx',
      additionalTees: [],
      feature: 'all',
    });
  });

  it.each(['resource', 'none', 'something-new'])(
    'with feature %s explains the 404 before it happens',
    async (feature) => {
      const error = await errorOf(async () => (await guest({ feature })).preflight());
      expect(error?.code).toBe('COCO_ATTESTATION_DISABLED');
      expect(error?.message).toContain('agent.guest_components_rest_api=all');
    },
  );

  it('explains the 404 also where the preflight was left out', async () => {
    const error = await errorOf(async () => (await guest({ feature: 'resource' })).cpuQuote(reportData));
    expect(error?.code).toBe('COCO_ATTESTATION_DISABLED');
  });

  it('serves guests that have no /info', async () => {
    const old = await guest({ feature: null });
    expect((await old.preflight()).feature).toBeNull();
    expect((await old.cpuQuote(reportData)).format).toBe('tdx-quote-v4');
  });

  it('gives a TDX quote with its event log', async () => {
    const quote = await (await guest()).cpuQuote(reportData);
    expect(quote.format).toBe('tdx-quote-v4');
    expect([...(quote.eventLog ?? [])]).toEqual([1, 2]);
  });

  it('gives an SNP report, put together from its parsed fields byte for byte', async () => {
    const quote = await (await guest({ tee: 'snp' })).cpuQuote(reportData);
    expect(quote.format).toBe('snp-report');
    expect(equalBytes(quote.quote, snpReport(reportData))).toBe(true);
  });

  it.each([
    ['version', undefined],
    ['measurement', [1, 2]],
    ['cpuid_fam_id', null],
    ['policy', -1],
    ['chip_id', Array.from({ length: 64 }, () => 256)],
    ['reported_tcb', 7],
    ['signature', { r: [], s: [] }],
  ])('refuses an SNP report whose %s is %j', async (name, value) => {
    const evidence: Handler = (_, response) =>
      text(
        response,
        200,
        JSON.stringify({ attestation_report: { ...serde(snpReport(reportData)), [name]: value } }),
      );
    const coco = await guest({ override: { '/aa/evidence': evidence } });
    expect(await codeOf(() => coco.cpuQuote(reportData))).toBe('QUOTE_MALFORMED');
  });

  it('refuses the sample attester, which stands where no hardware is', async () => {
    expect(await codeOf(async () => (await guest({ tee: 'sample' })).cpuQuote(reportData))).toBe(
      'QUOTE_UNSUPPORTED',
    );
  });

  it('notices a guest that took the text of the parameter for the data', async () => {
    expect(await codeOf(async () => (await guest({ old: true })).cpuQuote(reportData))).toBe(
      'QUOTE_REPORT_DATA_MISMATCH',
    );
  });

  it('gives GPU evidence over the first half of the report data, and no GPU as none', async () => {
    const nonce = reportData.slice(0, 32);
    expect(await (await guest({ gpus: 2 })).gpuEvidence(nonce, reportData)).toHaveLength(2);
    expect(await (await guest({ gpus: 0 })).gpuEvidence(nonce, reportData)).toEqual([]);
    expect(await codeOf(async () => (await guest({ gpus: 1 })).gpuEvidence(random(32), reportData))).toBe(
      'QUOTE_REQUEST_INVALID',
    );
    expect(await codeOf(async () => (await guest({ gpus: 17 })).gpuEvidence(nonce, reportData))).toBe(
      'QUOTE_MALFORMED',
    );
  });

  it('refuses GPU evidence of another nonce', async () => {
    const stored: Handler = (_, response) =>
      text(response, 200, JSON.stringify({ nvidia: { device_evidence_list: [deviceEvidence(random(32))] } }));
    const coco = await guest({ override: { '/aa/additional-evidence': stored } });
    expect(await codeOf(() => coco.gpuEvidence(reportData.slice(0, 32), reportData))).toBe(
      'GPU_NONCE_MISMATCH',
    );
  });

  it.each<[string, Handler, string]>([
    ['a caller from outside', (_, response) => text(response, 403, 'Forbidden'), 'COCO_FORBIDDEN'],
    [
      'a guest without the endpoint',
      (_, response) => text(response, 404, 'URL NOT FOUND'),
      'COCO_ENDPOINT_MISSING',
    ],
    ['a bad request', (_, response) => text(response, 400, 'BAD REQUEST'), 'COCO_AGENT_ERROR'],
    [
      'an agent that fails',
      (_, response) => text(response, 500, 'TDX Attester: quote failed'),
      'COCO_AGENT_ERROR',
    ],
    ['no JSON', (_, response) => text(response, 200, 'tdx'), 'QUOTE_MALFORMED'],
    ['JSON of another shape', (_, response) => json(response, [1]), 'QUOTE_MALFORMED'],
    ['a quote that is no base64', (_, response) => json(response, { quote: '%%' }), 'QUOTE_MALFORMED'],
    ['an answer cut short', (_, response) => cutShort(response), 'QUOTE_MALFORMED'],
    ['an endless answer', (_, response) => endless(response), 'QUOTE_TOO_LARGE'],
    ['silence', () => undefined, 'QUOTE_TIMEOUT'],
  ])('%s is told as such', async (_, handler, code) => {
    const coco = await guest({ override: { '/aa/evidence': handler } }, { timeoutMs: 400 });
    expect(await codeOf(() => coco.cpuQuote(reportData))).toBe(code);
  });

  it('quotes at most a line of what the agent says', async () => {
    const loud: Handler = (_, response) => text(response, 500, `\u001b[31m${'x'.repeat(5000)}`);
    const coco = await guest({ override: { '/aa/evidence': loud } });
    const error = await errorOf(() => coco.cpuQuote(reportData));
    expect(error?.message.length).toBeLessThan(500);
    expect(error?.message).not.toContain('\u001b');
  });

  it('is absent where nothing listens', async () => {
    const coco = new CocoGuest({ endpoint: { host: '127.0.0.1', port: 1 } });
    expect(await codeOf(() => coco.info())).toBe('QUOTE_SOURCE_ABSENT');
  });

  it('takes its sealing key from the key broker, and says what is missing', async () => {
    expect(await (await guest({}, { sealingKeyResource: 'default/sealflow/key' })).sealingKey()).toHaveLength(
      32,
    );
    for (const sealingKeyResource of ['default/sealflow/other', '../../aa/token', 'a/b']) {
      const coco = await guest({}, { sealingKeyResource });
      expect(await codeOf(() => coco.sealingKey())).toBe('SEALING_KEY_UNAVAILABLE');
    }
    expect(await codeOf(async () => (await guest()).sealingKey())).toBe('SEALING_KEY_UNAVAILABLE');
  });
});
