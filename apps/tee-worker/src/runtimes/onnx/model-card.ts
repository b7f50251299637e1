import { CanonicalError, type Digest, type Json, parseDigest, parseJsonStrict } from '#canonical';
import { TaskError } from '#worker';
import { heads, modelCardVersion } from './model-format.js';
import { tokenizerVersion, vocabularySize } from './tokenizer.js';

/** The part of a model card that decides whether the weights may be used. */
export interface ModelCard {
  readonly name: string;
  /** Name of the weights beside the card; never a path. */
  readonly file: string;
  readonly digest: Digest;
}

const cardBytesMax = 65_536;

/**
 * Reads a card and refuses one written for another tokenizer or other heads: such weights would load and give
 * numbers without meaning. Throws `TaskError` `MODEL_CARD_INVALID`.
 */
export function parseModelCard(bytes: Uint8Array): ModelCard {
  const card = parse(bytes);
  expect('v', member(card, 'v'), modelCardVersion);
  const tokenizer = member(card, 'tokenizer');
  expect('tokenizer.version', member(tokenizer, 'version'), tokenizerVersion);
  expect('tokenizer.vocabularySize', member(tokenizer, 'vocabularySize'), vocabularySize);
  expectHeads(member(card, 'heads'));
  const file = member(card, 'file');
  if (typeof file !== 'string' || !/^[a-z0-9-]{1,64}\.onnx$/.test(file)) {
    throw invalid('file must be a plain name ending in .onnx');
  }
  const name = member(card, 'name');
  if (typeof name !== 'string' || !/^[a-z0-9-]{1,64}$/.test(name)) throw invalid('name must be a plain name');
  return { name, file, digest: digestMember(card) };
}

function parse(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: cardBytesMax });
  } catch (error) {
    if (error instanceof CanonicalError) throw invalid(`not strict JSON (${error.code})`);
    throw error;
  }
}

function digestMember(card: Json): Digest {
  const digest = member(card, 'digest');
  try {
    return parseDigest(typeof digest === 'string' ? digest : '');
  } catch (error) {
    if (error instanceof CanonicalError) throw invalid('digest must be sha256:<64 hex digits>');
    throw error;
  }
}

function expectHeads(value: Json): void {
  const listed = Array.isArray(value) ? value : [];
  if (listed.length !== heads.length) throw invalid(`heads must list ${heads.length} outputs`);
  heads.forEach(({ name, classes }, index) => {
    const head: Json = listed[index] ?? null;
    expect(`heads[${index}].name`, member(head, 'name'), name);
    const labels = member(head, 'classes');
    expect(`heads[${index}].classes.length`, Array.isArray(labels) ? labels.length : null, classes);
  });
}

function member(value: Json, key: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return Object.hasOwn(value, key) ? ((value as { readonly [key: string]: Json })[key] ?? null) : null;
}

function expect(field: string, actual: Json, expected: string | number): void {
  if (actual !== expected) throw invalid(`${field} must be ${expected}`);
}

function invalid(why: string): TaskError {
  return new TaskError(
    'MODEL_CARD_INVALID',
    `model card: ${why}; install the card that belongs to these weights`,
  );
}
