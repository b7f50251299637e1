// SPDX-License-Identifier: GPL-3.0
/** The zk-prover app: circuits of this release and the process pool that proves them. */
export { type Circuit, loadCircuit, shippedArtifacts } from './circuit/circuit.js';
export {
  type Claim,
  type ClaimLine,
  claimFields,
  evaluateClaim,
  RULES,
  type Rule,
  UNUSED_LINE,
} from './claim/evaluate.js';
export { membershipJson, memberTable, parsePolicy } from './claim/policy.js';
export { type ClaimRuntimeOptions, claimRuntime } from './claim/runtime.js';
export { PROOF_CAUSES, type ProofCause, ProofFailure, type ProofState } from './jobs/proof-cause.js';
export type { MadeProof, ProofRequest } from './jobs/proof-job.js';
export type { CircuitInput } from './pool/messages.js';
export { type ProofWishes, ProverPool, type ProverPoolOptions } from './pool/prover-pool.js';
export { RegistryError } from './registry/registry-error.js';
export {
  ATTRIBUTES,
  type AttributeName,
  attributeFields,
  parseAttributes,
  type ScorecardAttributes,
} from './scorecard/attributes.js';
export { type Decision, evaluateScorecard, type ScorecardResult } from './scorecard/evaluate.js';
export { modelCommitment, parseModel, type ScorecardModel } from './scorecard/model.js';
export { type ScorecardRuntimeOptions, scorecardRuntime } from './scorecard/runtime.js';
export { ScorecardError, type ScorecardErrorCode } from './scorecard/scorecard-error.js';
export {
  evaluateSpending,
  type Mandate,
  mandateFields,
  type Settled,
  settledFields,
} from './spending/evaluate.js';
export { type SpendingRuntimeOptions, spendingRuntime } from './spending/runtime.js';
export { nullifierOf, ownerOf } from './transfer/evaluate.js';
export { type TransferRuntimeOptions, transferRuntime } from './transfer/runtime.js';
