import { fromBase64, isJsonObject, type Json, toBase64 } from '#canonical';
import { ConversationError } from './conversation-error.js';
import { SESSION_KEY_BYTES } from './frame-keys.js';

/** The sealed input `session` of a conversation: only a worker that opens it can talk. @param key 32 random bytes */
export function sessionInput(key: Uint8Array): { readonly key: string } {
  if (key.length !== SESSION_KEY_BYTES) throw malformed();
  return { key: toBase64(key) };
}

/** The key of a conversation. @throws ConversationError `SESSION_MALFORMED`, which repeats nothing of it */
export function parseSession(value: Json): Uint8Array {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) throw malformed();
  const { key } = value;
  if (typeof key !== 'string') throw malformed();
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(key);
  } catch {
    throw malformed();
  }
  if (bytes.length !== SESSION_KEY_BYTES) throw malformed();
  return bytes;
}

function malformed(): ConversationError {
  return new ConversationError(
    'SESSION_MALFORMED',
    `session: expected {"key": base64 of ${SESSION_KEY_BYTES} random bytes} and nothing else`,
  );
}
