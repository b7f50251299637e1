/**
 * Entry `.` of the published package, for browsers: the client over gRPC-Web, the verifier, and the errors of both. What a
 * page cannot do is not here, or says so by a typed error: files of TLS, a prover of its own, a trust file by its path.
 */

export type { AppraisalPolicy } from '#attestation';
export {
  ApiError,
  type Bearer,
  type Run__Output,
  type Step__Output,
  type WatchRunResponse__Output,
} from '#contracts';
export {
  type ConversationCode,
  ConversationError,
  type ServedModel,
  sessionInput,
  type UsageFacts,
  type UsageReceipt,
} from '#conversation';
export { builtinText, type Minimums, parseDefinition, type WorkflowDefinition } from '#workflow';
export * from '../index.js';
export * from './verify.js';
