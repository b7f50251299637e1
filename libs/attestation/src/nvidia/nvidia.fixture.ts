/** Test fixture: simulated GPUs with everything that NVIDIA would publish about them, each piece changeable. */
import { fromHex } from '#canonical';
import type { GpuEvidence } from '../binding.js';
import { AT_MS, authority, random, roots } from '../machine.fixture.js';
import type { SimulatedIdentity } from '../simulated/authority.js';
import {
  certificateOf,
  createNvidiaAuthority,
  createResponder,
  createSimulatedDevice,
} from '../simulated/nvidia-authority.js';
import { type SimulatedOcsp, writeOcspResponse } from '../simulated/ocsp-writer.js';
import { type SimulatedRim, signRim } from '../simulated/rim-writer.js';
import { simulatedMeasurement, simulateGpuReport } from '../simulated/simulate-gpu-report.js';
import type { GpuEndorsements } from './endorsements.js';
import { opaqueType } from './opaque-data.js';
import { type GpuVerification, type GpuVerificationInput, verifyGpuReport } from './verify-gpu-report.js';

export const HOUR_MS = 60 * 60 * 1000;
export const NOW = AT_MS + 24 * HOUR_MS;
export const DRIVER = '550.90.07';
export const VBIOS = '96.00.9F.00.01';
export const VBIOS_BYTES = fromHex('009f009601000000');
export const NONCE = random(32);

export const nvidia = createNvidiaAuthority(authority, random);
export const device = createSimulatedDevice(nvidia, random);
export const gpuRoots = { hardware: roots.nvidia, simulated: roots.simulatedGpu };
export const rimRoots = { hardware: [], simulated: roots.simulatedGpu };

/** Golden values as a simulated GPU measures them: manifest index is one less than SPDM index. */
export function golden(...indices: readonly number[]): SimulatedRim['values'] {
  return new Map(indices.map((index) => [index, [simulatedMeasurement(index + 1)]]));
}

export const driverRim: SimulatedRim = { version: DRIVER, values: golden(7, 21, 22, 35) };
export const vbiosRim: SimulatedRim = { version: VBIOS, values: golden(0, 1, 2) };

export const VBIOS_FIELD: readonly [number, Uint8Array] = [opaqueType.vbiosVersion, VBIOS_BYTES];

export function report(
  changes: Partial<Parameters<typeof simulateGpuReport>[1]> = {},
  chain: readonly SimulatedIdentity[] = device,
): GpuEvidence {
  const opaque = new Map([VBIOS_FIELD, ...(changes.opaque ?? [])]);
  return simulateGpuReport(authority, { nonce: NONCE, driver: DRIVER, chain, ...changes, opaque }, random);
}

const window = { thisUpdateMs: NOW - HOUR_MS, nextUpdateMs: NOW + 23 * HOUR_MS };

/** Responses for `chain` from `from` up to below its root, each by the responder of its issuer. */
export function responses(
  chain: readonly SimulatedIdentity[],
  from: number,
  changes: Partial<SimulatedOcsp> = {},
): readonly Uint8Array[] {
  return chain.slice(from, -1).map((subject, index) => answer(chain, from + index, { subject, ...changes }));
}

/** One response for the certificate at `index` of `chain`. */
export function answer(
  chain: readonly SimulatedIdentity[],
  index: number,
  changes: Partial<SimulatedOcsp> = {},
): Uint8Array {
  const [subject, issuer] = [chain[index], chain[index + 1]];
  if (subject === undefined || issuer === undefined) throw new RangeError('no such certificate');
  const { notBeforeMs, notAfterMs } = certificateOf(issuer);
  const responder = createResponder(issuer, random, { notBeforeMs, notAfterMs });
  return writeOcspResponse({ subject, issuer, responder, ...window, ...changes });
}

export const goodRims: readonly Uint8Array[] = [
  signRim(driverRim, nvidia.rim),
  signRim(vbiosRim, nvidia.rim),
];
export const goodOcsp: readonly Uint8Array[] = [...responses(device, 1), ...responses(nvidia.rim, 0)];

export function judgeGpu(
  changes: Partial<GpuVerificationInput> = {},
  endorsements: Partial<GpuEndorsements> | null = {},
): GpuVerification {
  return verifyGpuReport({
    index: 0,
    evidence: report(),
    roots: gpuRoots,
    expectedNonce: NONCE,
    atMs: NOW,
    endorsements: endorsements && { rims: goodRims, ocsp: goodOcsp, rimRoots, ...endorsements },
    ...changes,
  });
}
