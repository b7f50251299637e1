/** Test fixture: one simulated machine whose every statement a test can change before hardware signs it. */
import { type Check, sha256, u32be, utf8 } from '#canonical';
import type { Appraisal } from './appraisal.js';
import { type AppraiseInput, appraise } from './appraise.js';
import {
  type Binding,
  buildBinding,
  type GpuEvidence,
  gpuEvidenceDigest,
  gpuNonce,
  reportData,
} from './binding.js';
import { encodeEvidencePackage } from './evidence-package.js';
import { type AppraisalPolicy, appraisalPolicyDigest } from './policy/appraisal-policy.js';
import { vendorTrustRoots } from './policy/trust-roots.js';
import {
  createSimulationAuthority,
  type Random,
  type SimulationAuthority,
  simulatedRoots,
} from './simulated/authority.js';
import { simulateGpuReport } from './simulated/simulate-gpu-report.js';
import { type SimulatedTd, simulateTdxQuote } from './simulated/simulate-tdx-quote.js';

export const AT_MS = Date.parse('2026-11-20T21:00:00.000Z');
export const MRTD = 'a1'.repeat(48);
export const IMAGE = `sha256:${'b2'.repeat(32)}` as const;

export function seededRandom(seed: string): Random {
  let counter = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      counter += 1;
      bytes.set(sha256(utf8(seed), u32be(counter)).subarray(0, length - offset), offset);
    }
    return bytes;
  };
}

export const random = seededRandom('attestation');
export const authority = createSimulationAuthority(random, AT_MS);
export const nonce = random(32);
export const roots = { ...vendorTrustRoots, ...simulatedRoots(authority) };
export const policy: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  allowSimulated: true,
  gpu: { required: false },
  measurements: [{ name: 'worker', mrtd: MRTD, imageDigest: IMAGE, operations: ['document.extract'] }],
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 60 * 60 * 1000,
};

export interface Machine {
  readonly sealKey: Uint8Array;
  readonly gpus: readonly GpuEvidence[];
  readonly binding: Uint8Array;
  readonly quote: Uint8Array;
}

export interface MachineOptions {
  readonly authority?: SimulationAuthority;
  readonly gpus?: number;
  /** Instead of the nonce that the binding asks for. */
  readonly gpuNonce?: Uint8Array;
  /** Changes what a GPU delivered before the binding commits to it. */
  readonly tamper?: (gpu: GpuEvidence) => GpuEvidence;
  readonly binding?: Partial<Binding>;
  /** Rewrites the binding's bytes before hardware commits to them. */
  readonly respell?: (binding: Uint8Array) => Uint8Array;
  readonly td?: Partial<SimulatedTd>;
}

/** Boots a machine: GPU evidence first, then the binding, then the quote. */
export function boot(options: MachineOptions = {}): Machine {
  const source = options.authority ?? authority;
  const sealKey = random(32);
  const asked = options.gpuNonce ?? gpuNonce(options.binding?.nonce ?? nonce, sealKey);
  const delivered = Array.from({ length: options.gpus ?? 0 }, () =>
    simulateGpuReport(source, { nonce: asked }, random),
  );
  const gpus = delivered.map(options.tamper ?? ((gpu) => gpu));
  const built = buildBinding({
    v: 'sealflow/binding/v1',
    nonce,
    workerId: 'worker-1',
    bootId: random(16),
    epoch: 1,
    sealKeys: [{ alg: 'x25519', publicKey: sealKey }],
    signKey: random(32),
    imageDigest: IMAGE,
    policyDigest: appraisalPolicyDigest(policy),
    gpuEvidenceDigest: gpus.length === 0 ? null : gpuEvidenceDigest(gpus),
    notAfterMs: AT_MS + 60_000,
    ...options.binding,
  });
  const binding = options.respell?.(built) ?? built;
  const quote = simulateTdxQuote(
    source,
    { mrtd: MRTD, reportData: reportData(binding), ...options.td },
    random,
  );
  return { sealKey, gpus, binding, quote };
}

export function pack({ binding, quote, gpus }: Machine): Uint8Array {
  return encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote }, gpus });
}

export function judge(machine: Machine | Uint8Array, changes: Partial<AppraiseInput> = {}): Appraisal {
  return appraise({
    evidence: machine instanceof Uint8Array ? machine : pack(machine),
    roots,
    policy,
    policyDigest: appraisalPolicyDigest(policy),
    expectedNonce: nonce,
    at: AT_MS,
    ...changes,
  });
}

/** Distinct reasons of the checks that failed, in the order of the checks. */
export function failures(checks: readonly Check[]): (string | null)[] {
  const failed = checks.filter(({ result }) => result === 'fail' || result === 'error');
  return [...new Set(failed.map(({ reason }) => reason))];
}

/** A copy with one byte changed. */
export function flip(bytes: Uint8Array, offset: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ 0x01;
  return copy;
}
