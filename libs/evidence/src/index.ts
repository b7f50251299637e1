/**
 * Evidence that outlives the system that made it: signed statements, the bundle that holds them, the log that
 * orders bundles, and the one verifier. Pure functions over bytes; time and keys are arguments.
 */
export { type BuiltBundle, type BundleInput, buildBundle, type RunRecord } from './bundle/build-bundle.js';
export { attachLogEntry, BundleDraft } from './bundle/bundle-draft.js';
export { bundleLimits } from './bundle/bundle-limits.js';
export { ciphertextsToReplay } from './bundle/ciphertexts.js';
export { type Bundle, type LogEntry, readContainer } from './bundle/container.js';
export { type BlobMediaType, blobMediaTypes, bundleMediaType } from './bundle/media-types.js';
export { rootDigest } from './bundle/root-digest.js';
export {
  type Corroboration,
  type CorroborationOptions,
  corroborateBundle,
  type OtherResult,
} from './corroborate/corroborate-bundle.js';
export { concealStatement } from './disclosure/disclosable.js';
export { type ProfileName, profileNames } from './disclosure/profiles.js';
export { type Redaction, redactBundle } from './disclosure/redact-bundle.js';
export {
  countersign,
  type DsseEnvelope,
  envelopeFromJson,
  envelopeToJson,
  inTotoPayloadType,
  isSignedBy,
  openStatement,
  parseEnvelope,
  signedEnvelope,
  signStatement,
  statementOf,
  type UnsignedStatement,
  unsignedStatement,
  withSignature,
} from './dsse/envelope.js';
export { pae, paeDigest } from './dsse/pae.js';
export { type EvidenceCode, EvidenceError } from './evidence-error.js';
export {
  parseQuestion,
  type QuestionInput,
  type ReappraisalQuestion,
  type RunSubject,
  type SubjectKind,
} from './reappraise/question.js';
export { type Fate, type Match, type Reappraisal, reappraise } from './reappraise/reappraise.js';
export { headlineOf, outcomeWords, simulatedWarning } from './render/headlines.js';
export { renderInspect } from './render/render-inspect.js';
export { renderVerdict } from './render/render-verdict.js';
export { csvRow } from './report/csv.js';
export { type Difference, diffFacts, renderDifferences } from './report/diff-facts.js';
export { type EatRecord, eatRecord, eatRunProfile } from './report/eat-record.js';
export { exportReport, type ReportFormat, reportFormats, verdictLines } from './report/export-report.js';
export { type Fact, factsOf } from './report/facts.js';
export { type RegulationRow, regulationRows } from './report/regulation.js';
export { type GraphEdge, type GraphTask, type RunGraph, runGraphOf } from './report/run-graph.js';
export { partOf, type StepPart, type StepParts, stepPartsOf } from './report/step-parts.js';
export { type VerifiedBy, verificationResult, verificationResultType } from './report/verification-result.js';
export {
  type AppraisalPredicate,
  type AppraisalVerdict,
  appraisalPredicateType,
  buildAppraisalStatement,
  parseAppraisalClaim,
} from './statements/appraisal.js';
export {
  type DecidedTask,
  type DecisionAct,
  type DecisionAnswer,
  type DecisionSubject,
  decisionStatement,
  decisions,
  firstSigner,
} from './statements/decision.js';
export {
  buildLedgerBatchStatement,
  openLedgerBatch,
  type SignedBatchReceipt,
} from './statements/ledger-batch.js';
export { type LedgerEdge, ledgerEdge, parseLedgerEdge } from './statements/ledger-edge.js';
export {
  buildLedgerReceiptStatement,
  type LedgerPages,
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  parseLedgerReceipt,
} from './statements/ledger-receipt.js';
export { buildPlanStatement, planDigestOf, planPredicateType } from './statements/plan.js';
export { type PlanViewTask, parsePlanView } from './statements/plan-view.js';
export {
  buildRootStatement,
  type FailedAttempt,
  parseRootPredicate,
  type RootPredicate,
  type RunStatus,
  type RunTask,
  type RunValue,
  rootPredicateType,
  type TaskStatus,
} from './statements/root.js';
export { type StatedModel, statedModels } from './statements/stated-models.js';
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
  confidentialityLevels,
  type EdgeCommitment,
  type EdgeReaders,
  type Integrity,
  integrityLevels,
  type Offer,
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
export { stepNonce } from './statements/step-nonce.js';
export {
  encodeUsageReceipts,
  openUsageReceipt,
  parseUsageReceipts,
  usageReceiptSubjects,
} from './statements/usage-receipt.js';
export { acceptTimestamp } from './time/accept-timestamp.js';
export type { TimestampAuthority } from './time/authority-path.js';
export {
  appendRenewals,
  attachTimestamps,
  type BundleTimestamp,
  RENEWALS_MAX,
  type Renewal,
  renewalToJson,
  timestampToJson,
} from './time/members.js';
export { expectRevocationList, withRevocationLists } from './time/revocation-lists.js';
export { encodeTimestampRequest, nonceText, tokenOfResponse } from './time/timestamp-request.js';
export { parseTimestampToken, type TimestampToken, timestampLimits } from './time/timestamp-token.js';
export {
  type TimestampReason,
  type TimestampVerdict,
  verifyTimestamp,
} from './time/verify-timestamp.js';
export {
  type AuditFinding,
  type AuditInput,
  type AuditReason,
  type AuditReport,
  auditLog,
  auditReasons,
  type LogFiles,
  type SeenTree,
} from './tlog/audit-log.js';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './tlog/checkpoint.js';
export { encodeEntries, parseEntries } from './tlog/entries.js';
export { type GrownTile, type GrownTree, growTree } from './tlog/grow-tree.js';
export { type LogPolicy, parseLogPolicy, quorumMet } from './tlog/log-policy.js';
export {
  formatLogProof,
  type LogProof,
  type LogReason,
  type LogVerdict,
  leafEntry,
  leafEntryHash,
  logReason,
  parseLogProof,
  verifyLogProof,
} from './tlog/log-proof.js';
export {
  cosignNote,
  formatNote,
  type Note,
  type NoteSignature,
  parseNote,
  signNote,
  verifyNoteSignature,
} from './tlog/note.js';
export { formatSignerKey, parseSignerKey, type SignerKey } from './tlog/signer-key.js';
export {
  type EntriesName,
  entriesPath,
  parseTilePath,
  TILE_WIDTH,
  type TileName,
  tilePath,
} from './tlog/tile-path.js';
export { HASH_BYTES, type ReadTile, TreeReader, tileWidth } from './tlog/tree-reader.js';
export {
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  parseVerifierKey,
  type VerifierKey,
} from './tlog/verifier-key.js';
export {
  ADD_CHECKPOINT_BYTES_MAX,
  type AddCheckpoint,
  formatAddCheckpoint,
  judgeAddCheckpoint,
  parseAddCheckpoint,
  type WitnessedTree,
  type WitnessJudgement,
  type WitnessRefusal,
} from './tlog/witness.js';
export {
  encodeTrustFile,
  logPolicyOf,
  parseTrustFile,
  type TrustedAuthority,
  type TrustFile,
  timestampAuthoritiesOf,
  trustFileDigest,
} from './trust/trust-file.js';
export { type CheckArea, explainArea } from './verify/check-areas.js';
export type { Demands } from './verify/demands.js';
export { type Explanation, explain, knows } from './verify/explanations.js';
export type { HindsightVerdict } from './verify/hindsight.js';
export { exitCodes, type Outcome, outcomeFor } from './verify/reasons.js';
export type { RunExpectation } from './verify/root-stage.js';
export type { CiphertextSource, Replay, Today } from './verify/session.js';
export { clockSkewMs } from './verify/time-stage.js';
export {
  type AsOf,
  type BundleVerdict,
  type LogSummary,
  type RunSummary,
  type StageName,
  type StageVerdict,
  type StepVerdict,
  stageNames,
  type WithheldPart,
} from './verify/verdict.js';
export { type VerifyOptions, verifyBundle } from './verify/verify-bundle.js';
export { proofContext } from './verify/zk-proofs.js';
