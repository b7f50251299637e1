/** Test fixture: simulated AMD machines of every product, whose every statement a test can change. */
import { fromBase64 } from '#canonical';
import { AT_MS, seededRandom } from '../machine.fixture.js';
import type { SnpProduct } from '../policy/policy-groups.js';
import {
  type AmdAuthority,
  amdCaChain,
  createAmdAuthority,
  generateAmdKeys,
  type SimulatedAmdCrl,
  simulateAmdCrl,
  simulatedAmdRoots,
} from '../simulated/amd-authority.js';
import {
  type SimulatedSnpEvidence,
  type SimulatedSnpGuest,
  simulateSnpReport,
} from '../simulated/simulate-snp-report.js';
import { standardSnpRequirements } from './requirements.js';
import { type SnpVerification, type SnpVerificationInput, verifySnpReport } from './verify-snp-report.js';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

export const random = seededRandom('snp');
export const validity = { notBeforeMs: AT_MS - YEAR_MS, notAfterMs: AT_MS + YEAR_MS };
export const keys = generateAmdKeys();
export const authorities: Readonly<Record<SnpProduct, AmdAuthority>> = {
  Milan: createAmdAuthority('Milan', keys, validity),
  Genoa: createAmdAuthority('Genoa', keys, validity),
  Turin: createAmdAuthority('Turin', keys, validity),
};
export const MEASUREMENT = 'c3'.repeat(48);
export const REPORT_DATA = new Uint8Array(64).fill(0xd4);

/** Below the pinned key; `authority` is the one of Genoa unless given. */
export function measure(
  guest: Partial<SimulatedSnpGuest> = {},
  authority: AmdAuthority = authorities.Genoa,
): SimulatedSnpEvidence {
  const base = { reportData: REPORT_DATA, measurement: MEASUREMENT, validity };
  return simulateSnpReport(authority, { ...base, ...guest }, random);
}

export function list(
  crl: Partial<SimulatedAmdCrl> = {},
  authority: AmdAuthority = authorities.Genoa,
): Uint8Array {
  const window = { thisUpdateMs: AT_MS - 1000, nextUpdateMs: AT_MS + YEAR_MS };
  return simulateAmdCrl(authority, { ...window, ...crl });
}

export const lists: Readonly<Record<SnpProduct, Uint8Array>> = {
  Milan: list({}, authorities.Milan),
  Genoa: list({}, authorities.Genoa),
  Turin: list({}, authorities.Turin),
};

/** Pinned as hardware, so that nothing is skipped because of being simulated. */
export const roots = { hardware: simulatedAmdRoots(authorities.Genoa), simulated: [] };

export function judge(
  { report, certificates }: SimulatedSnpEvidence,
  changes: Partial<SnpVerificationInput> & { readonly product?: SnpProduct } = {},
): SnpVerification {
  const { product = 'Genoa', ...others } = changes;
  return verifySnpReport({
    report,
    certificates,
    crl: lists[product],
    roots,
    requirements: standardSnpRequirements,
    atMs: AT_MS,
    expected: { reportData: REPORT_DATA, measurements: [MEASUREMENT] },
    ...others,
  });
}

/** Endorsement key of one machine with the CA and root of another. */
export function withCa(
  evidence: SimulatedSnpEvidence,
  authority: AmdAuthority,
  signer: 'VCEK' | 'VLEK' = 'VCEK',
): SimulatedSnpEvidence {
  const [vek = new Uint8Array()] = evidence.certificates;
  return { ...evidence, certificates: [vek, ...amdCaChain(authority, signer)] };
}

/** The same bytes with CA keys exchanged: an authority of the same names that nobody pinned. */
export function selfMade(product: SnpProduct): AmdAuthority {
  return createAmdAuthority(product, { ark: keys.ask, ask: keys.asvk, asvk: keys.ark }, validity);
}

export function certificateOf({ cert }: { readonly cert: string }): Uint8Array {
  return fromBase64(cert);
}
