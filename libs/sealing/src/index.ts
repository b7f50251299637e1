/**
 * Envelopes: how bytes cross the orchestrator without it being able to read, change, redirect or replay them.
 * Randomness and time are arguments.
 */
export { type ParsedEnvelope, parseEnvelope, verifyEnvelopeSignature } from './envelope.js';
export {
  ENVELOPE_VERSION,
  type EnvelopeContext,
  type EnvelopeHeader,
  type EnvelopeRecipient,
} from './header.js';
export {
  generateSealKeyPair,
  type RandomSource,
  type SealKeyPair,
  sealKeyId,
  sealPublicKey,
} from './keys.js';
export { ENVELOPE_BYTES_MAX, PLAINTEXT_BYTES_MAX, RECIPIENTS_MAX, type SuiteId } from './limits.js';
export {
  MESSAGE_BYTES_MAX,
  MESSAGE_OVERHEAD_BYTES,
  type MessageSubject,
  type OpenMessageInput,
  openMessage,
  type SealMessageInput,
  sealMessage,
} from './message.js';
export { type ExpectedContext, type OpenInput, openEnvelope } from './open.js';
export { type Recipient, type SealInput, sealEnvelope } from './seal.js';
export { SealingError, type SealingErrorCode } from './sealing-error.js';
