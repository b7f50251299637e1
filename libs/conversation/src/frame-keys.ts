import { type Bytes, canonicalBytes, concatBytes, hkdfSha256, utf8 } from '#canonical';
import { ConversationError } from './conversation-error.js';

/** What a call is bound to: its frames open nowhere else. */
export interface CallContext {
  readonly tenant: string;
  readonly runId: string;
  readonly taskId: string;
  /** Of the step. A worker that takes the step over begins anew: no frame of the earlier attempt counts for it. */
  readonly attempt: number;
  /** 16 random bytes that never repeat in a conversation. */
  readonly call: Uint8Array;
}

/** Who speaks. Each direction has a key of its own, so that nothing comes back to its sender. */
export type Direction = 'request' | 'answer';

export interface FrameKeys {
  readonly key: Bytes;
  readonly noncePrefix: Bytes;
}

export const SESSION_KEY_BYTES = 32;
export const CALL_ID_BYTES = 16;
export const NONCE_PREFIX_BYTES = 7;
const KEY_BYTES = 32;
const SALT = utf8('sealflow/conversation/v1');

/** HKDF (RFC 5869) over the key of the conversation; the context is its `info`. */
export function deriveFrameKeys(
  sessionKey: Uint8Array,
  { call, ...context }: CallContext,
  direction: Direction,
): FrameKeys {
  if (sessionKey.length !== SESSION_KEY_BYTES || call.length !== CALL_ID_BYTES) {
    throw new ConversationError(
      'SESSION_MALFORMED',
      `expected a key of ${SESSION_KEY_BYTES} bytes and a call id of ${CALL_ID_BYTES}`,
    );
  }
  const info = concatBytes(canonicalBytes({ ...context, direction }), call);
  const derived = hkdfSha256(sessionKey, SALT, info, KEY_BYTES + NONCE_PREFIX_BYTES);
  return { key: derived.slice(0, KEY_BYTES), noncePrefix: derived.slice(KEY_BYTES) };
}
