/**
 * Evidence that outlives the system that made it: signed statements, the bundle that holds them, the log that
 * orders bundles, and the one verifier. Pure functions over bytes; time and keys are arguments.
 */
export {
  type DsseEnvelope,
  envelopeFromJson,
  envelopeToJson,
  inTotoPayloadType,
  isSignedBy,
  openStatement,
  parseEnvelope,
  signStatement,
  statementOf,
} from './dsse/envelope.js';
export { pae, paeDigest } from './dsse/pae.js';
export { type EvidenceCode, EvidenceError } from './evidence-error.js';
export {
  buildLedgerReceiptStatement,
  type LedgerPages,
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  parseLedgerReceipt,
} from './statements/ledger-receipt.js';
export { buildPlanStatement, planDigestOf, planPredicateType } from './statements/plan.js';
export {
  parseStatement,
  type Statement,
  type Subject,
  statementBytes,
  subjectOf,
} from './statements/statement.js';
export {
  type AssurancePair,
  buildStepStatement,
  type Confidentiality,
  type EdgeCommitment,
  type EdgeReaders,
  type Integrity,
  parseStepPredicate,
  type StepKind,
  type StepPredicate,
  stepPredicateType,
} from './statements/step.js';
export {
  type FheEvidence,
  type FheOp,
  type HumanEvidence,
  parseFheEvidence,
  parseHumanEvidence,
  parseTeeEvidence,
  parseZkEvidence,
  type SignalMeaning,
  type TeeEvidence,
  type ZkEvidence,
} from './statements/step-evidence.js';
