/**
 * Evidence in, appraisal out: whether a worker is genuine hardware that runs known code, has the GPU it shows,
 * and holds the keys it names. No network, clock or files; roots, policy, time and nonce are arguments.
 */
export type { Appraisal, GpuBinding } from './appraisal.js';
export { type AppraiseInput, appraise } from './appraise.js';
export { AttestationError } from './attestation-error.js';
export {
  type Binding,
  type BindingRule,
  bindingRules,
  buildBinding,
  expectedGpuNonce,
  type GpuEvidence,
  gpuEvidenceDigest,
  gpuNonce,
  parseBinding,
  reportData,
  type SealKey,
} from './binding.js';
export {
  type CpuFormat,
  EVIDENCE_PACKAGE_MEDIA_TYPE,
  type EvidencePackage,
  encodeEvidencePackage,
  parseEvidencePackage,
} from './evidence-package.js';
export { attestationLimits } from './limits.js';
export { type GpuReport, parseGpuReport } from './nvidia/gpu-report.js';
export {
  type GpuVerification,
  type GpuVerificationInput,
  gpuClaims,
  verifyGpuReport,
} from './nvidia/verify-gpu-report.js';
export {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  parseAppraisalPolicy,
  type ReferenceMeasurement,
} from './policy/appraisal-policy.js';
export { parseTrustRoots, type TrustRoots, vendorRootKeys, vendorTrustRoots } from './policy/trust-roots.js';
export type { AttestationErrorCode, ReasonCode } from './reasons.js';
export {
  createSimulationAuthority,
  parseSimulationAuthority,
  type SimulationAuthority,
  simulatedRoots,
} from './simulated/authority.js';
export { type SimulatedGpu, simulateGpuReport } from './simulated/simulate-gpu-report.js';
export { type SimulatedTd, simulateTdxQuote } from './simulated/simulate-tdx-quote.js';
export { parseTdxQuote, type TdBody, type TdxQuote } from './tdx/quote.js';
export {
  type TdxVerification,
  type TdxVerificationInput,
  tdxClaims,
  verifyTdxQuote,
} from './tdx/verify-tdx-quote.js';
export type { PinnedRoots, RootKind } from './x509/chain.js';
