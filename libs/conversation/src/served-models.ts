import { type Digest, isDigest, isJsonObject, type Json, parseJsonStrict, utf8 } from '#canonical';
import { ConversationError } from './conversation-error.js';

/** A model that a conversation is with, as the worker states it. */
export interface ServedModel {
  /** What requests name it by. */
  readonly id: string;
  readonly weights: Digest;
}

const MODELS_MAX = 16;
const ID_CHARS_MAX = 256;

/** Content of the frame `models` of a worker. */
export function servedModels(models: readonly ServedModel[]): Uint8Array {
  return utf8(JSON.stringify(models.map(({ id, weights }) => ({ id, weights }))));
}

/** @throws ConversationError `MODELS_MALFORMED` */
export function parseServedModels(content: Uint8Array): readonly ServedModel[] {
  let value: Json;
  try {
    value = parseJsonStrict(content);
  } catch {
    throw malformed();
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > MODELS_MAX) throw malformed();
  return value.map((model: Json) => {
    if (!isJsonObject(model) || Object.keys(model).length !== 2) throw malformed();
    const { id, weights } = model;
    const named = typeof id === 'string' && id.length > 0 && id.length <= ID_CHARS_MAX;
    if (!named || typeof weights !== 'string' || !isDigest(weights)) throw malformed();
    return { id, weights };
  });
}

function malformed(): ConversationError {
  return new ConversationError(
    'MODELS_MALFORMED',
    `models: expected 1 to ${MODELS_MAX} of {"id", "weights"}, a name and a digest, and nothing else`,
  );
}
