/**
 * Model calls that the relay between client and worker can neither read, change, cut nor repeat unseen, and the receipts
 * of what they came to. Randomness and time are arguments; what is sent is somebody else's.
 */
export { BYTE_TOKENIZER, bytePrompt, countByteTokens } from './byte-tokens.js';
export { type ConversationCode, ConversationError } from './conversation-error.js';
export { CALL_ID_BYTES, type CallContext, type Direction, SESSION_KEY_BYTES } from './frame-keys.js';
export {
  bucketBytes,
  callOf,
  FRAME_BYTES_MAX,
  type Frame,
  FrameDigest,
  type FrameKind,
  FrameOpener,
  FrameSealer,
} from './frames.js';
export { ANSWER_BYTES_MAX, CALLS_MAX, FRAME_CONTENT_BYTES_MAX, NANOS_PER_TOKEN_MAX } from './limits.js';
export {
  chargeMicros,
  type EndReason,
  endReasons,
  type ModelIdentity,
  parseUsageFacts,
  parseUsageReceipt,
  receiptJson,
  sumOf,
  type TokenPrice,
  type TokenUsage,
  type UsageFacts,
  type UsageReceipt,
  usageReceiptPredicateType,
} from './receipt.js';
export { parseServedModels, type ServedModel, servedModels } from './served-models.js';
export { parseSession, sessionInput } from './session.js';
