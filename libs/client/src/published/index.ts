/**
 * Entry `.` of the published package, for Node: the client, the verifier, and the errors of both. The package is built
 * by `npm run build:client`.
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
export { OwnerFolder } from '#owner';
export { TlsError, type TlsFiles } from '#tls';
export { builtinText, type Minimums, parseDefinition, type WorkflowDefinition } from '#workflow';
export * from '../index.js';
export * from './verify.js';
