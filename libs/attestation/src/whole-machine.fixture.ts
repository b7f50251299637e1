/** Test fixture: whole machines with everything that vendors publish, under roots that count as genuine. */
import { type JsonObject, sha384 } from '#canonical';
import type { Appraisal } from './appraisal.js';
import { type AppraiseInput, appraise } from './appraise.js';
import { type Binding, buildBinding, gpuEvidenceDigest, gpuNonce, reportData } from './binding.js';
import type { Collateral, CollateralKind } from './collateral.js';
import { type CpuFormat, encodeEvidencePackage } from './evidence-package.js';
import { AT_MS, authority, IMAGE, MRTD, nonce, random, roots } from './machine.fixture.js';
import {
  answer,
  device,
  goodRims,
  HOUR_MS,
  NOW,
  nvidia,
  report,
  responses,
} from './nvidia/nvidia.fixture.js';
import { type AppraisalPolicy, appraisalPolicyDigest } from './policy/appraisal-policy.js';
import type { SnpProduct } from './policy/policy-groups.js';
import { type TrustRoots, vendorTrustRoots } from './policy/trust-roots.js';
import type { DeviceMaker } from './ppcie.fixture.js';
import { simulatedAmdRoots } from './simulated/amd-authority.js';
import { type SimulatedCollateralOptions, simulateIntelCollateral } from './simulated/intel-collateral.js';
import { type SimulatedEnclave, simulateSgxQuote } from './simulated/simulate-sgx-quote.js';
import type { SimulatedSnpGuest } from './simulated/simulate-snp-report.js';
import { type SimulatedTd, simulateTdxQuote } from './simulated/simulate-tdx-quote.js';
import { authorities, lists, MEASUREMENT, measure } from './snp/snp-machine.fixture.js';
import { encodeIntelCollateral } from './tdx/collateral.js';

export { HOUR_MS, NOW };

const CHIP_ID = new Uint8Array(64).fill(0xc1);

/** As if the simulated keys were the vendors': then no finding hides behind "simulated". */
export const genuineRoots: TrustRoots = {
  ...vendorTrustRoots,
  intel: roots.simulatedCpu,
  amd: simulatedAmdRoots(authorities.Genoa),
  nvidia: roots.simulatedGpu,
  nvidiaRim: roots.simulatedGpu,
};

export const standardPolicy: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  tier: 'standard',
  allowSimulated: false,
  gpu: { required: false },
  measurements: [
    { name: 'td', mrtd: MRTD, imageDigest: IMAGE, operations: ['document.extract'] },
    {
      name: 'snp',
      platform: 'amd-sev-snp',
      mrtd: MEASUREMENT,
      imageDigest: IMAGE,
      operations: ['document.extract'],
      soleReporter: true,
    },
  ],
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: HOUR_MS,
};

export interface WholeMachine {
  readonly format?: CpuFormat;
  readonly gpus?: number;
  /** Other devices than `gpus` good ones, e.g. GPUs in protected PCIe mode with the switches between them. */
  readonly devices?: DeviceMaker;
  readonly td?: Partial<SimulatedTd>;
  readonly snp?: Partial<SimulatedSnpGuest>;
  /** Genoa unless given. */
  readonly product?: SnpProduct;
  readonly sgx?: Partial<SimulatedEnclave>;
  readonly intel?: Partial<SimulatedCollateralOptions>;
  readonly binding?: Partial<Binding>;
  /** Kinds that the machine does not ship. */
  readonly without?: readonly CollateralKind[];
  readonly more?: readonly Collateral[];
  /** Makes the TD's registers and log once the binding is known. */
  readonly measured?: (binding: Binding) => { readonly td: Partial<SimulatedTd>; readonly log: Uint8Array };
}

export function piece(kind: CollateralKind, data: Uint8Array): Collateral {
  return { kind, data, fetchedAtMs: AT_MS, source: null };
}

/** Judges a machine that was made for the policy. */
export function judgeWhole(
  machine: WholeMachine = {},
  policy: AppraisalPolicy = standardPolicy,
  changes: Partial<AppraiseInput> = {},
): Appraisal {
  const policyDigest = appraisalPolicyDigest(policy);
  return appraise({
    evidence: packWhole(machine, policy),
    roots: genuineRoots,
    policy,
    policyDigest,
    expectedNonce: nonce,
    at: NOW,
    ...changes,
  });
}

export function packWhole(machine: WholeMachine = {}, policy: AppraisalPolicy = standardPolicy): Uint8Array {
  const sealKey = random(32);
  const asked = gpuNonce(machine.binding?.nonce ?? nonce, sealKey);
  const gpus =
    machine.devices?.gpus(asked) ?? Array.from({ length: machine.gpus ?? 0 }, () => report({ nonce: asked }));
  const switches = machine.devices?.switches(asked) ?? [];
  const binding: Binding = {
    v: 'sealflow/binding/v1',
    nonce,
    workerId: 'worker-1',
    bootId: random(16),
    epoch: 1,
    sealKeys: [{ alg: 'x25519', publicKey: sealKey }],
    signKey: random(32),
    imageDigest: IMAGE,
    policyDigest: appraisalPolicyDigest(policy),
    gpuEvidenceDigest: gpus.length + switches.length === 0 ? null : gpuEvidenceDigest(gpus, switches),
    notAfterMs: NOW + 60_000,
    ...machine.binding,
  };
  const bytes = buildBinding(binding);
  const cpu =
    machine.format === 'snp-report'
      ? snpSide(machine, bytes)
      : machine.format === 'sgx-quote-v3'
        ? sgxSide(machine, bytes)
        : tdxSide(machine, bytes, binding);
  const collateral = [
    ...cpu.collateral,
    ...(gpus.length === 0 ? [] : nvidiaPieces()),
    ...(machine.more ?? []),
  ];
  return encodeEvidencePackage({
    binding: bytes,
    cpu: { format: machine.format ?? 'tdx-quote-v4', quote: cpu.quote },
    gpus,
    switches,
    collateral: collateral.filter(({ kind }) => machine.without?.includes(kind) !== true),
  });
}

interface CpuSide {
  readonly quote: Uint8Array;
  readonly collateral: readonly Collateral[];
}

function tdxSide({ td, intel, measured }: WholeMachine, binding: Uint8Array, content: Binding): CpuSide {
  const runtime = measured?.(content);
  const base = { mrtd: MRTD, reportData: reportData(binding) };
  return {
    quote: simulateTdxQuote(authority, { ...base, ...runtime?.td, ...td }, random),
    collateral: [
      piece('intel-dcap', intelPiece(intel)),
      ...(runtime === undefined ? [] : [piece('tdx-event-log', runtime.log)]),
    ],
  };
}

/** Launch measurement of a simulated enclave. */
export const MRENCLAVE = 'e1'.repeat(32);

function sgxSide({ sgx, intel }: WholeMachine, binding: Uint8Array): CpuSide {
  const base = { mrEnclave: MRENCLAVE, reportData: reportData(binding) };
  return {
    quote: simulateSgxQuote(authority, { ...base, ...sgx }, random),
    collateral: [piece('intel-dcap', intelPiece({ tee: 'SGX', ...intel }))],
  };
}

export function intelPiece(options: Partial<SimulatedCollateralOptions> = {}): Uint8Array {
  const collateral = simulateIntelCollateral(authority, { tee: 'TDX', issuedMs: AT_MS, ...options }, random);
  return encodeIntelCollateral(collateral);
}

function snpSide({ snp, product = 'Genoa' }: WholeMachine, binding: Uint8Array): CpuSide {
  const base = { reportData: reportData(binding), chipId: CHIP_ID };
  const { report: quote, certificates } = measure({ ...base, ...snp }, authorities[product]);
  const [vek, ...chain] = certificates.map((data, index) =>
    piece(index === 0 ? 'amd-vek' : 'amd-chain', data),
  );
  return {
    quote,
    collateral: [...(vek === undefined ? [] : [vek]), ...chain, piece('amd-crl', lists[product])],
  };
}

export function nvidiaPieces(): readonly Collateral[] {
  const ocsp = [...responses(device, 1), ...responses(nvidia.rim, 0)];
  return [
    ...goodRims.map((rim) => piece('nvidia-rim', rim)),
    ...ocsp.map((response) => piece('nvidia-ocsp', response)),
  ];
}

/** An OCSP response that says that the boot ROM's certificate is revoked. */
export function revokedDevice(): Collateral {
  return piece('nvidia-ocsp', answer(device, 1, { status: { revokedMs: AT_MS, reason: 1 } }));
}

/** TCB info with another status for every platform. */
export function withStatus(
  tcbStatus: string,
  tcbDate: string,
  advisoryIDs: readonly string[] = [],
): (tcbInfo: JsonObject) => JsonObject {
  return (tcbInfo) => {
    const levels = tcbInfo['tcbLevels'];
    const edited = (Array.isArray(levels) ? levels : []).map((level: JsonObject) => ({
      ...level,
      tcbStatus,
      tcbDate,
      advisoryIDs,
    }));
    return { ...tcbInfo, tcbLevels: edited };
  };
}

/** One extension of a register that was zero. */
export function extended(digest: Uint8Array): Uint8Array {
  return sha384(new Uint8Array(48), digest);
}
