import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  buildBinding,
  createSimulationAuthority,
  encodeEvidencePackage,
  type IntelCollateral,
  parseEvidencePackage,
  simulatedRoots,
  simulateIntelCollateral,
  simulateTdxQuote,
  vendorTrustRoots,
} from '#attestation';
import { type Check, digestOf, ed25519PublicKey, fromUtf8, toBase64, toHex } from '#canonical';
import {
  CollateralInspector,
  CollateralService,
  CollateralStore,
  HostGate,
  OfflineFolder,
} from '#collateral';
import { encodeTrustFile, formatVerifierKey, noteKeyTypes, noteVerifierKey, type TrustFile } from '#evidence';
import type { CollectedEvidence } from '../evidence/collect-evidence.js';
import { endorseEvidence } from '../evidence/endorse-evidence.js';
import { Installation } from '../installation/installation.js';
import { projectRoot } from '../installation/paths.js';
import { reportFailure } from '../output/report-failure.js';
import { evidenceCommand } from './evidence.js';

const DAY_MS = 86_400_000;
const FMSPC = 'ffffffffffff';
const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
const nowMs = Date.now();
const authority = createSimulationAuthority(random, nowMs);
/** As if the simulated roots were Intel's. */
const roots = {
  ...vendorTrustRoots,
  ...simulatedRoots(authority),
  intel: simulatedRoots(authority).simulatedCpu,
  simulatedCpu: [],
};
const vectors = join(projectRoot, '../shared/vectors/attestation');
if (!existsSync(vectors)) console.log('vectors absent: evidence of a real GPU skipped');
const folder = mkdtempSync(join(tmpdir(), 'sealflow-fetch-'));
const quote = join(folder, 'quote.bin');
const trust = join(folder, 'trust.json');

const routes = new Map<string, { readonly body: string | Uint8Array; readonly headers: object }>();
let asked: string[] = [];
let server: Server;
let out: string;
let err: string;

beforeAll(async () => {
  const td = { reportData: random(64), mrtd: 'a1'.repeat(48) };
  writeFileSync(quote, simulateTdxQuote(authority, td, random));
  const origin = 'a.example/log';
  const key = ed25519PublicKey(random(32));
  const vkey = formatVerifierKey(noteVerifierKey(origin, noteKeyTypes.ed25519, key));
  const file: TrustFile = {
    v: 'sealflow/trust/v1',
    roots,
    policy: {
      v: 'sealflow/appraisal-policy/v1',
      tier: 'standard',
      allowSimulated: false,
      gpu: { required: false },
      measurements: [],
      bindingRules: ['sealflow/binding/v1'],
      freshness: ['nonce'],
      bindingLifetimeMsMax: 3_600_000,
    },
    circuits: { manifests: [], allowDev: false },
    approvers: [],
    log: { origin, vkey },
    orchestratorKeys: [toBase64(key)],
    witnesses: [],
    witnessQuorum: 0,
  };
  writeFileSync(trust, encodeTrustFile(file));
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const found = routes.get(path);
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { ...found.headers }).end(found.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  for (const name of ['PCS', 'KDS', 'RIM', 'OCSP']) vi.stubEnv(`SEALFLOW_COLLATERAL_${name}_URL`, url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  [out, err, asked] = ['', '', []];
  routes.clear();
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  process.exitCode = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function evidence(...args: readonly string[]): Promise<number> {
  const command = evidenceCommand();
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await command.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return reportFailure(error);
  }
}

/** The four answers of PCS API version 4, as a PCCS gives them. */
function serveIntel(collateral: IntelCollateral): void {
  const signed = (name: string, text: Uint8Array, signature: Uint8Array): string =>
    `{"${name}":${fromUtf8(text)},"signature":"${toHex(signature)}"}`;
  const chain = (name: string, pem: Uint8Array) => ({ [name]: encodeURIComponent(fromUtf8(pem)) });
  routes.set(`/tdx/certification/v4/tcb?fmspc=${FMSPC}`, {
    body: signed('tcbInfo', collateral.tcbInfo, collateral.tcbInfoSignature),
    headers: chain('TCB-Info-Issuer-Chain', collateral.tcbInfoIssuerChain),
  });
  routes.set('/tdx/certification/v4/qe/identity', {
    body: signed('enclaveIdentity', collateral.qeIdentity, collateral.qeIdentitySignature),
    headers: chain('SGX-Enclave-Identity-Issuer-Chain', collateral.qeIdentityIssuerChain),
  });
  routes.set('/sgx/certification/v4/pckcrl?ca=platform&encoding=der', {
    body: collateral.pckCrl,
    headers: chain('SGX-PCK-CRL-Issuer-Chain', collateral.pckCrlIssuerChain),
  });
  routes.set('/sgx/certification/v4/rootcacrl', { body: toHex(collateral.rootCaCrl), headers: {} });
}

function intel(issuedMs = nowMs - DAY_MS): IntelCollateral {
  return simulateIntelCollateral(authority, { tee: 'TDX', issuedMs, evaluationDataNumber: 17 }, random);
}

function failedReasons(): string[] {
  const { checks } = JSON.parse(out) as { checks: readonly Check[] };
  return checks
    .filter(({ result }) => result === 'fail' || result === 'error')
    .map(({ reason }) => reason ?? '');
}

const verify = ['verify', '--cpu', quote, '--trust', trust, '--json'];

describe('evidence collateral refuses', () => {
  const target = join(folder, 'never');
  it.each([
    ['no evidence', [], 2, 'no evidence: give --cpu'],
    ['a package beside other evidence', ['--package', 'a', '--cpu', 'b'], 2, 'leave --cpu, --gpu'],
    ['a file that is not there', ['--cpu', join(folder, 'absent')], 7, 'ENOENT'],
    ['a file of no known form', ['--cpu', trust], 7, 'expected a TDX quote'],
    ['a package of no form', ['--package', trust], 7, 'EVIDENCE_MALFORMED'],
    ['a trust file of no form', ['--cpu', quote, '--trust', quote], 5, 'trust file:'],
  ])('%s', async (_what, args, code, message) => {
    expect(await evidence('collateral', '--out', target, ...args)).toBe(code);
    expect(err).toContain(message);
    expect(asked).toEqual([]);
    expect(existsSync(target)).toBe(false);
  });

  it('a device that cannot be read, since nothing could be asked about it', async () => {
    const file = join(folder, 'noise.bin');
    const noise = random(700);
    noise.set([4, 0, 2, 0, 0x81, 0, 0, 0]);
    writeFileSync(file, noise);
    expect(await evidence('collateral', '--cpu', file, '--out', target)).toBe(7);
    expect(err).toContain('nothing to ask vendors for');
  });

  it('an address of no form, by the name of its variable', async () => {
    vi.stubEnv('SEALFLOW_COLLATERAL_RIM_URL', 'ftp://rim');
    expect(await evidence('collateral', '--cpu', quote, '--out', target)).toBe(2);
    expect(err).toContain('SEALFLOW_COLLATERAL_RIM_URL');
    vi.stubEnv('SEALFLOW_COLLATERAL_RIM_URL', process.env['SEALFLOW_COLLATERAL_PCS_URL'] ?? '');
  });
});

describe('evidence collateral', () => {
  const filled = join(folder, 'filled');

  it('without it, evidence cannot be checked', async () => {
    expect(await evidence(...verify)).toBe(3);
    expect(failedReasons()).toContain('REVOCATION_UNKNOWN');
  });

  it('fills a folder with which verification knows what it missed', async () => {
    serveIntel(intel());
    expect(await evidence('collateral', '--cpu', quote, '--trust', trust, '--out', filled)).toBe(0);
    expect(asked).toHaveLength(4);
    expect(out).toMatch(/intel\/tdx\/tcb-info\/ffffffffffff {2}until \d{4}-/);
    out = '';
    expect(await evidence(...verify, '--collateral', filled)).toBe(4);
    expect(failedReasons()).toEqual(['MEASUREMENT_UNKNOWN']);
  });

  it('fills a folder that an orchestrator without a network reads', async () => {
    const service = new CollateralService({
      config: {
        pcsUrl: null,
        intelRootCrlUrl: null,
        kdsUrl: null,
        rimUrl: null,
        ocspUrl: null,
        offlineFolder: filled,
        timeoutMs: 1,
        hostIntervalMs: 0,
        kdsIntervalMs: 0,
      },
      store: new CollateralStore(join(folder, 'site')),
      inspector: new CollateralInspector(roots),
      gate: new HostGate({ clock: () => nowMs, sleep: async () => undefined, waitMsMax: 0 }),
      offline: new OfflineFolder(filled),
      clock: () => nowMs,
    });
    const piece = await service.intel({ tee: 'TDX', fmspc: FMSPC, ca: 'platform' });
    expect(piece.source).toBe(`offline:intel/tdx/tcb-info/${FMSPC}`);
    expect(service.highestEvaluationDataNumber('TDX')).toBe(17);
  });

  it('says which pieces it could not get, and does not call the folder complete', async () => {
    serveIntel(intel());
    routes.delete('/tdx/certification/v4/qe/identity');
    const target = join(folder, 'part');
    expect(await evidence('collateral', '--cpu', quote, '--trust', trust, '--out', target, '--json')).toBe(3);
    const { pieces, files, missing } = JSON.parse(out) as Record<string, { reason?: string; key?: string }[]>;
    expect(pieces?.map(({ key }) => key)).toEqual([`intel/tdx/tcb-info/${FMSPC}`]);
    expect(files).toEqual([]);
    expect(missing?.map(({ reason }) => reason)).toEqual(['COLLATERAL_NOT_FOUND']);
  });

  it.each([
    [
      'of a stranger',
      () =>
        simulateIntelCollateral(
          createSimulationAuthority(random, nowMs),
          { tee: 'TDX', issuedMs: nowMs - DAY_MS },
          random,
        ),
    ],
    ['that has expired', () => intel(nowMs - 60 * DAY_MS)],
  ])('keeps nothing %s', async (what, made) => {
    serveIntel(made());
    const target = join(folder, what);
    expect(await evidence('collateral', '--cpu', quote, '--trust', trust, '--out', target)).toBe(3);
    expect(out).toContain('missing  intel  COLLATERAL_REFUSED');
    expect(readdirSync(join(target, 'verify'))).toEqual([]);
    expect(existsSync(join(target, 'intel'))).toBe(false);
  });

  it('removes its own older files for verifiers, and nobody else’s', async () => {
    serveIntel(intel());
    const old = join(filled, 'verify/amd-crl-0123456789ab.der');
    const foreign = join(filled, 'verify/registry.json');
    for (const file of [old, foreign]) writeFileSync(file, '{}');
    expect(await evidence('collateral', '--cpu', quote, '--trust', trust, '--out', filled)).toBe(0);
    expect([existsSync(old), existsSync(foreign)]).toEqual([false, true]);
    expect(readFileSync(foreign, 'utf8')).toBe('{}');
  });

  it.skipIf(!existsSync(vectors))('asks for the manifests and the CAs of a real GPU', async () => {
    const gpu = join(vectors, 'nvidia/gpu-hopper-full/report.bin');
    expect(await evidence('collateral', '--gpu', gpu, '--out', join(folder, 'gpu'))).toBe(3);
    expect(asked.filter((path) => path.startsWith('/v1/rim/NV_GPU_'))).toHaveLength(2);
    expect(out.match(/missing {2}nvidia {2}COLLATERAL_NOT_FOUND/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

describe('evidence collect --collateral', () => {
  function collected(): CollectedEvidence {
    const binding = buildBinding({
      v: 'sealflow/binding/v1',
      nonce: random(32),
      workerId: 'evidence-collect',
      bootId: random(16),
      epoch: 0,
      sealKeys: [{ alg: 'x25519', publicKey: random(32) }],
      signKey: ed25519PublicKey(random(32)),
      imageDigest: digestOf(random(1)),
      policyDigest: digestOf(random(1)),
      gpuEvidenceDigest: null,
      notAfterMs: nowMs + 3_600_000,
    });
    const cpu = { format: 'tdx-quote-v4', quote: new Uint8Array(readFileSync(quote)) } as const;
    const bytes = encodeEvidencePackage({ binding, cpu, gpus: [] });
    return { bytes, source: 'a test', simulated: false, evidence: parseEvidencePackage(bytes) };
  }
  const request = { roots, environment: process.env, clock: () => nowMs };

  it('puts what vendors say into the package, beside the same binding', async () => {
    serveIntel(intel());
    const machine = collected();
    const { collected: endorsed, missing } = await endorseEvidence(machine, request);
    const { binding, collateral } = parseEvidencePackage(endorsed.bytes);
    expect(missing).toEqual([]);
    expect(binding).toEqual(machine.evidence.binding);
    expect(collateral.map(({ kind }) => kind)).toEqual(['intel-dcap']);
    expect(await endorseEvidence(endorsed, request)).toEqual({ collected: endorsed, missing: [] });
    expect(asked).toHaveLength(4);
  });

  it('says what it could not get, and leaves the package as it was', async () => {
    const machine = collected();
    const { collected: endorsed, missing } = await endorseEvidence(machine, request);
    expect(missing.map(({ reason }) => reason)).toEqual(['COLLATERAL_NOT_FOUND']);
    expect(endorsed.bytes).toEqual(machine.bytes);
  });

  it('is refused on simulated hardware, of which no vendor knows', async () => {
    vi.stubEnv('SEALFLOW_HOME', join(folder, 'home'));
    Installation.open(join(folder, 'home')).authority();
    const target = join(folder, 'package.json');
    expect(await evidence('collect', '--source', 'simulated', '--collateral', '--out', target)).toBe(2);
    expect(err).toContain('leave it out');
    expect(existsSync(target)).toBe(false);
  });
});
