/** Test fixture: all vendors behind one loopback server, with simulated authorities, able to misbehave per path. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import {
  createSimulationAuthority,
  type IntelCollateral,
  type SimulatedCollateralOptions,
  simulatedRoots,
  simulateIntelCollateral,
  vendorTrustRoots,
} from '#attestation';
import { fromUtf8, toHex } from '#canonical';
import type { CollateralConfig } from './collateral-config.js';
import { CollateralError, type CollateralErrorCode } from './collateral-error.js';
import { CollateralInspector } from './collateral-inspector.js';
import { CollateralService } from './collateral-service.js';
import { CollateralStore } from './collateral-store.js';
import { HostGate } from './host-gate.js';
import { OfflineFolder } from './offline-folder.js';

export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
export const START_MS = Date.parse('2026-11-20T21:00:00.000Z');
export const DAY_MS = 86_400_000;
export const FMSPC = 'ffffffffffff';
export const authority = createSimulationAuthority(random, START_MS);
export const roots = { ...vendorTrustRoots, ...simulatedRoots(authority) };

export function intel(parts: Partial<SimulatedCollateralOptions> = {}, from = authority): IntelCollateral {
  return simulateIntelCollateral(
    from,
    { tee: 'TDX', issuedMs: START_MS - DAY_MS, evaluationDataNumber: 17, ...parts },
    random,
  );
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** Routes by path; a path that is missing answers 404, as the vendors do. */
export interface Vendors {
  readonly url: string;
  readonly routes: Map<string, Handler>;
  readonly asked: string[];
}

const servers: Server[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export async function startVendors(): Promise<Vendors> {
  const routes = new Map<string, Handler>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push(path);
      const handler = routes.get(path);
      if (handler === undefined) response.writeHead(404).end();
      else handler(request, response, Buffer.concat(chunks));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, routes, asked };
}

export const path = {
  tcb: `/tdx/certification/v4/tcb?fmspc=${FMSPC}`,
  qe: '/tdx/certification/v4/qe/identity',
  pckCrl: '/sgx/certification/v4/pckcrl?ca=platform&encoding=der',
  rootCrl: '/sgx/certification/v4/rootcacrl',
} as const;

export function answer(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  status = 200,
): Handler {
  return (_, response) => response.writeHead(status, headers).end(body);
}

/** The four answers of PCS API version 4; the root list in hex, as a PCCS gives it. */
export function serveIntel({ routes }: Vendors, collateral: IntelCollateral): void {
  const signed = (name: string, text: Uint8Array, signature: Uint8Array): string =>
    `{"${name}":${fromUtf8(text)},"signature":"${toHex(signature)}"}`;
  const header = (name: string, chain: Uint8Array): Record<string, string> => ({
    [name]: encodeURIComponent(fromUtf8(chain)),
  });
  routes.set(
    path.tcb,
    answer(
      signed('tcbInfo', collateral.tcbInfo, collateral.tcbInfoSignature),
      header('TCB-Info-Issuer-Chain', collateral.tcbInfoIssuerChain),
    ),
  );
  routes.set(
    path.qe,
    answer(
      signed('enclaveIdentity', collateral.qeIdentity, collateral.qeIdentitySignature),
      header('SGX-Enclave-Identity-Issuer-Chain', collateral.qeIdentityIssuerChain),
    ),
  );
  routes.set(
    path.pckCrl,
    answer(collateral.pckCrl, header('SGX-PCK-CRL-Issuer-Chain', collateral.pckCrlIssuerChain)),
  );
  routes.set(path.rootCrl, answer(toHex(collateral.rootCaCrl)));
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-collateral-'));
  folders.push(folder);
  return folder;
}

export interface Bench {
  readonly service: CollateralService;
  readonly store: CollateralStore;
  readonly folder: string;
  readonly slept: number[];
  /** Moves the clock of the service. */
  at(ms: number): void;
}

export function bench(
  url: string | null,
  parts: Partial<CollateralConfig> = {},
  options: { folder?: string; roots?: typeof roots; startMs?: number; waitMsMax?: number } = {},
): Bench {
  let now = options.startMs ?? START_MS;
  const folder = options.folder ?? temporaryFolder();
  const slept: number[] = [];
  const clock = (): number => now;
  const config: CollateralConfig = {
    pcsUrl: url,
    intelRootCrlUrl: url === null ? null : `${url}${path.rootCrl}`,
    kdsUrl: url,
    rimUrl: url,
    ocspUrl: url === null ? null : `${url}/ocsp`,
    offlineFolder: null,
    timeoutMs: 400,
    hostIntervalMs: 0,
    kdsIntervalMs: 0,
    ...parts,
  };
  const store = new CollateralStore(folder);
  const service = new CollateralService({
    config,
    store,
    inspector: new CollateralInspector(options.roots ?? roots),
    gate: new HostGate({
      clock,
      waitMsMax: options.waitMsMax ?? 15_000,
      sleep: async (ms) => {
        slept.push(ms);
        now += ms;
      },
    }),
    offline: config.offlineFolder === null ? null : new OfflineFolder(config.offlineFolder),
    clock,
  });
  return {
    service,
    store,
    folder,
    slept,
    at: (ms) => {
      now = ms;
    },
  };
}

export async function failureOf(work: () => Promise<unknown>): Promise<CollateralError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof CollateralError) return error;
    throw error;
  }
}

export async function codeOf(work: () => Promise<unknown>): Promise<CollateralErrorCode | 'none'> {
  return (await failureOf(work))?.code ?? 'none';
}
