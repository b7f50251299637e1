/** Test fixture: quotes and collateral of simulated Intel hardware, each of which a test can change. */
import type { JsonObject } from '#canonical';
import { AT_MS, authority, MRTD, random, roots } from '../machine.fixture.js';
import { type SimulatedCollateralOptions, simulateIntelCollateral } from '../simulated/intel-collateral.js';
import { type SimulatedEnclave, simulateSgxQuote } from '../simulated/simulate-sgx-quote.js';
import { type SimulatedTd, simulateTdxQuote } from '../simulated/simulate-tdx-quote.js';
import type { IntelCollateral } from './collateral.js';
import { defaultIntelRequirements, type IntelRequirements } from './intel-rules.js';
import { type SgxVerification, verifySgxQuote } from './verify-sgx-quote.js';
import { type TdxVerification, verifyTdxQuote } from './verify-tdx-quote.js';

export const DAY_MS = 24 * 60 * 60 * 1000;
/** One day after everything was issued. */
export const JUDGED_MS = AT_MS + DAY_MS;
export const pinned = { hardware: [], simulated: roots.simulatedCpu };
export const reportData = random(64);

export interface Scene {
  readonly td?: Partial<SimulatedTd>;
  readonly collateral?: Partial<SimulatedCollateralOptions>;
  readonly editQuote?: (quote: Uint8Array) => Uint8Array;
  readonly editCollateral?: (collateral: IntelCollateral) => IntelCollateral;
  readonly requirements?: Partial<IntelRequirements>;
  readonly eventLog?: Uint8Array;
  readonly atMs?: number;
}

export function collateralFor(options: Partial<SimulatedCollateralOptions> = {}): IntelCollateral {
  return simulateIntelCollateral(authority, { tee: 'TDX', issuedMs: AT_MS, ...options }, random);
}

export function tdxQuote(td: Partial<SimulatedTd> = {}): Uint8Array {
  return simulateTdxQuote(authority, { reportData, mrtd: MRTD, ...td }, random);
}

export function sgxQuote(enclave: Partial<SimulatedEnclave> = {}): Uint8Array {
  return simulateSgxQuote(authority, { reportData, mrEnclave: 'e1'.repeat(32), ...enclave }, random);
}

export function judgeTdx(scene: Scene = {}): TdxVerification {
  const quote = tdxQuote(scene.td);
  const collateral = collateralFor(scene.collateral);
  return verifyTdxQuote({
    quote: scene.editQuote?.(quote) ?? quote,
    collateral: scene.editCollateral?.(collateral) ?? collateral,
    eventLog: scene.eventLog ?? null,
    roots: pinned,
    requirements: { ...defaultIntelRequirements, ...scene.requirements },
    atMs: scene.atMs ?? JUDGED_MS,
  });
}

export function judgeSgx(
  scene: Pick<Scene, 'collateral' | 'requirements' | 'atMs'> & {
    readonly enclave?: Partial<SimulatedEnclave>;
    readonly editQuote?: (quote: Uint8Array) => Uint8Array;
  } = {},
): SgxVerification {
  const quote = sgxQuote(scene.enclave);
  return verifySgxQuote({
    quote: scene.editQuote?.(quote) ?? quote,
    collateral: collateralFor({ tee: 'SGX', ...scene.collateral }),
    roots: pinned,
    requirements: { ...defaultIntelRequirements, ...scene.requirements },
    atMs: scene.atMs ?? JUDGED_MS,
  });
}

/** TCB info with other members at the top. */
export function withMembers(members: JsonObject): (tcbInfo: JsonObject) => JsonObject {
  return (tcbInfo) => ({ ...tcbInfo, ...members });
}

export interface LevelSpec {
  readonly sgx?: number;
  readonly pce?: number;
  readonly tdx?: readonly number[];
  readonly status: string;
  readonly date?: string;
  readonly advisories?: readonly string[];
}

/** TCB info with these platform levels, high to low. */
export function withLevels(...specs: readonly LevelSpec[]): (tcbInfo: JsonObject) => JsonObject {
  const svns = (values: readonly number[]) => values.map((svn) => ({ svn }));
  const tcbLevels = specs.map((spec) => ({
    tcb: {
      sgxtcbcomponents: svns(Array.from({ length: 16 }, () => spec.sgx ?? 1)),
      pcesvn: spec.pce ?? 1,
      tdxtcbcomponents: svns(spec.tdx ?? Array.from({ length: 16 }, () => 1)),
    },
    tcbDate: spec.date ?? '2026-11-13T00:00:00Z',
    tcbStatus: spec.status,
    ...(spec.advisories === undefined ? {} : { advisoryIDs: spec.advisories }),
  }));
  return withMembers({ tcbLevels });
}

/** TDX component versions: `head` first, the rest 1. */
export function tdxComponents(...head: readonly number[]): readonly number[] {
  return [...head, ...Array.from({ length: 16 - head.length }, () => 1)];
}
