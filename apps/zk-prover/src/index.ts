// SPDX-License-Identifier: GPL-3.0
/** The zk-prover app: circuits of this release and the process pool that proves them. */
export { type Circuit, loadCircuit, shippedArtifacts } from './circuit/circuit.js';
export type { CircuitInput } from './pool/messages.js';
export { type MadeProof, ProverPool, type ProverPoolOptions } from './pool/prover-pool.js';
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
