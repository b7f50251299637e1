/**
 * Evidence in, appraisal out: whether a worker is genuine hardware that runs known code, has the GPU it shows,
 * and holds the keys it names. No network, clock or files; roots, policy, time and nonce are arguments.
 */
export type { Appraisal, GpuBinding } from './appraisal.js';
export { type AppraiseDevicesInput, type AppraiseInput, appraise, appraiseDevices } from './appraise.js';
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
export { BindingMemory, type NonceState } from './binding-memory.js';
export {
  COLLATERAL_MEDIA_TYPE,
  type Collateral,
  type CollateralKind,
  collateralBytesMax,
  collateralKinds,
  collateralOf,
  encodeCollateral,
  parseCollateral,
  readableCollateral,
} from './collateral.js';
export {
  type AppraisalComparison,
  appraiseTwice,
  compareAppraisals,
  type HindsightInput,
} from './compare-appraisals.js';
export {
  type KnownVerifier,
  parseKnownVerifiers,
  type VerifierSigningKey,
} from './corroboration/known-verifiers.js';
export {
  type EarStatus,
  earStatuses,
  namesNonce,
  readVerifierToken,
  type TokenRefusal,
  type VerifierResult,
  type VerifierTokenReading,
  worstStatus,
} from './corroboration/verifier-token.js';
export type { CpuEvidence } from './cpu-evidence.js';
export {
  type CpuFormat,
  EVIDENCE_PACKAGE_MEDIA_TYPE,
  type EvidencePackage,
  type EvidencePackageParts,
  encodeEvidencePackage,
  parseEvidencePackage,
} from './evidence-package.js';
export {
  type CheckExplanation,
  explainableChecks,
  explainCheck,
  explainReason,
  type ReasonExplanation,
} from './explain/explain-check.js';
export { gpuEvidenceEvent } from './graded-claims.js';
export { inspectAmdChain, inspectAmdCrl, inspectVcek, type VcekInput } from './inspect/amd.js';
export {
  type CollateralNeed,
  collateralNeeds,
  type DevicesToEndorse,
  type IssuedPair,
  rimSigners,
} from './inspect/collateral-needs.js';
export type { Inspection } from './inspect/inspection.js';
export { inspectIntelCrl, inspectQeIdentity, inspectTcbInfo } from './inspect/intel.js';
export { inspectOcsp, inspectRim } from './inspect/nvidia.js';
export { encodeOcspRequest } from './inspect/ocsp-request.js';
export { attestationLimits } from './limits.js';
export { type DeviceSet, type PpcieSet, verifyGpuSet, verifyPpcie } from './nvidia/device-set.js';
export type { GpuEndorsements } from './nvidia/endorsements.js';
export { type GpuReport, parseGpuReport } from './nvidia/gpu-report.js';
export { type NrasVerification, type NrasVerificationInput, verifyNrasToken } from './nvidia/nras-token.js';
export { type RimIds, rimIds } from './nvidia/rim-ids.js';
export {
  type GpuVerification,
  type GpuVerificationInput,
  gpuClaims,
  verifyGpuReport,
  verifySwitchReport,
} from './nvidia/verify-gpu-report.js';
export { type RimVerification, type RimVerificationInput, verifyRim } from './nvidia/verify-rim.js';
export {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  parseAppraisalPolicy,
  type ReferenceMeasurement,
} from './policy/appraisal-policy.js';
export type { PhysicalTrust } from './policy/physical-trust.js';
export {
  type PlatformRegistry,
  platformRegistryMessage,
  type RegisteredPlatform,
  readPlatformRegistry,
} from './policy/platform-registry.js';
export type {
  ClaimRule,
  GpuRules,
  MachinePairing,
  PhysicalTrustRules,
  Platform,
  RevocationRules,
  SnpProduct,
  SnpRules,
  SnpSigner,
  SnpTcbMinimum,
  TcbStatus,
  TdxRules,
  Tier,
} from './policy/policy-groups.js';
export { type TierDefaults, tierDefaults, uncheckedReasons } from './policy/tier.js';
export { parseTrustRoots, type TrustRoots, vendorRootKeys, vendorTrustRoots } from './policy/trust-roots.js';
export {
  type EcKeyPair,
  ecdsaSign,
  ecKeyPair,
  type HashName,
  hashBytes,
  hashNames,
  spkiOfPoint,
} from './primitives.js';
export type { AttestationErrorCode, ReasonCode } from './reasons.js';
export {
  type AmdAuthority,
  type AmdKeys,
  amdCaChain,
  createAmdAuthority,
  generateAmdKeys,
  issueVek,
  type SimulatedAmdCrl,
  simulateAmdCrl,
  simulatedAmdRoots,
} from './simulated/amd-authority.js';
export {
  createSimulationAuthority,
  parseSimulationAuthority,
  type SimulationAuthority,
  simulatedRoots,
} from './simulated/authority.js';
export * as derWriter from './simulated/der-writer.js';
export { type SimulatedCollateralOptions, simulateIntelCollateral } from './simulated/intel-collateral.js';
export { type SimulatedNras, writeNrasToken } from './simulated/nras-writer.js';
export {
  createNvidiaAuthority,
  createResponder,
  createSimulatedDevice,
  issueIdentity,
  type NvidiaAuthority,
} from './simulated/nvidia-authority.js';
export { type SimulatedOcsp, writeOcspResponse } from './simulated/ocsp-writer.js';
export { type SimulatedRim, signRim } from './simulated/rim-writer.js';
export { type SimulatedGpu, simulateGpuReport } from './simulated/simulate-gpu-report.js';
export { type SimulatedEnclave, simulateSgxQuote } from './simulated/simulate-sgx-quote.js';
export {
  type SimulatedSnpEvidence,
  type SimulatedSnpGuest,
  simulatedTcb,
  simulateSnpReport,
} from './simulated/simulate-snp-report.js';
export { type SimulatedTd, simulateTdxQuote } from './simulated/simulate-tdx-quote.js';
export { amdRootKeys, productOfCpuid } from './snp/product.js';
export { parseSnpReport, type SnpReport } from './snp/report.js';
export {
  type SnpExpectations,
  type SnpRequirements,
  standardSnpRequirements,
  strictSnpRequirements,
} from './snp/requirements.js';
export type { SnpTcb } from './snp/tcb.js';
export {
  type SnpVerification,
  type SnpVerificationInput,
  snpCheckRules,
  verifySnpReport,
} from './snp/verify-snp-report.js';
export { encodeIntelCollateral, type IntelCollateral, parseIntelCollateral } from './tdx/collateral.js';
export { type EventLog, type MeasuredEvent, parseEventLog } from './tdx/event-log.js';
export type { IntelVerification } from './tdx/intel-quote.js';
export { defaultIntelRequirements, type IntelRequirements, intelRules } from './tdx/intel-rules.js';
export { type IntelVerdict, intelVerdict } from './tdx/intel-verdict.js';
export type { PckPlatform } from './tdx/pck.js';
export { parseTdxQuote, type TdBody, type TdxQuote } from './tdx/quote.js';
export { parseSgxQuote, type SgxQuote } from './tdx/sgx-quote.js';
export type { TcbEvaluation } from './tdx/tcb-evaluation.js';
export { parseQeIdentity, parseTcbInfo, type QeIdentity, type TcbInfo, type Tee } from './tdx/tcb-info.js';
export type { Shortfall, TcbStatus as IntelTcbStatus } from './tdx/tcb-level.js';
export {
  type SgxVerification,
  type SgxVerificationInput,
  sgxClaims,
  verifySgxQuote,
} from './tdx/verify-sgx-quote.js';
export {
  type TdxVerification,
  type TdxVerificationInput,
  tdxClaims,
  verifyTdxQuote,
} from './tdx/verify-tdx-quote.js';
export { type Certificate, parseCertificate, parseCertificateAt } from './x509/certificate.js';
export type { PinnedRoots, RootKind } from './x509/chain.js';
export { type Crl, type CrlEntry, type CrlJudgement, judgeCrl, judgeRevoked, parseCrl } from './x509/crl.js';
export {
  DerReader,
  type DerValue,
  derBoolean,
  derIn,
  derInteger,
  derOid,
  derSmallInteger,
  derTag,
  derWhole,
} from './x509/der-reader.js';
export { keyUsageBit, oid } from './x509/oids.js';
export { hashOfAlgorithm, type SignedBytes, verifySignedBytes } from './x509/public-signature.js';
