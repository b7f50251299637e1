/**
 * The client: plan, appraise, seal, create, watch, verify, open. Nothing is sealed to a worker whose evidence did
 * not pass the caller's own trust file, and nothing is opened before the bundle verified.
 */
export { type AccountOwner, askStatement, type ProvenStatement } from './ask-statement.js';
export { CallRefused } from './call-refused.js';
export { type RunOptions, SealflowClient, type StartOptions } from './client.js';
export type { ClientConnection, ClientOptions, DataOwner, Until } from './client-connection.js';
export { ClientError, type ClientErrorCode, type RefusedWorker } from './client-error.js';
export { ClientIdentity } from './client-identity.js';
export { type ClientSettings, connect } from './connect.js';
export { Conversation } from './conversation.js';
export type { ConversationCall, ConversationCalls } from './conversation-calls.js';
export { type FoundedLedger, foundLedger } from './found-ledger.js';
export type { IntentOutcome, PreparedIntent, SealedIntents, SubmittedEnvelope } from './intent-outcomes.js';
export { type AccountOpening, signCharter, signIntent, type TransferIntent } from './ledger-documents.js';
export {
  type ChangedKeys,
  type KeyOrderTerms,
  orderLedgerKey,
  rotateLedger,
  statedKeys,
} from './ledger-keys.js';
export type { LedgerPin, SeenReceipt } from './ledger-receipt.js';
export {
  type MandateBodies,
  type MandateSigners,
  Mandates,
  type MandateTerms,
  mandateBodies,
} from './mandates.js';
export { type AcceptedWorker, findWorkers } from './offers.js';
export { type OpenAiFetchOptions, openaiFetch } from './openai-fetch.js';
export type { OwnProver, OwnProverOptions } from './own-prover.js';
export { type IntentSigner, PageLedger, type SettlementTerms } from './page-ledger.js';
export { isPassing, patiently } from './passing.js';
export type { PlanInput, PlannedWorkflow } from './planned-workflow.js';
export type { PreparedRun } from './prepared-run.js';
export { type FetchedCiphertext, readCiphertexts } from './read-ciphertexts.js';
export { type ChangeOptions, RunHandle } from './run-handle.js';
export { type SealedInput, sealInputs } from './seal-inputs.js';
export { countersignDecision, type Decision, signDecision } from './sign-decision.js';
export { parsePin, type StoredWorkflow, StoredWorkflows, type StoreOptions } from './stored-workflows.js';
