/**
 * What lies in an envelope in the place of a value that its owner keeps: the commitment, and nothing of the value.
 *
 * Whoever opens it learns which value is meant and must have that value from its owner; the commitment tells whether
 * it is the one.
 */
import { CanonicalError } from './canonical-error.js';
import { type Commitment, parseCommitment } from './commitment.js';
import type { Bytes } from './encoding.js';
import { canonicalBytes } from './jcs.js';
import { isJsonObject } from './json.js';
import { parseJsonStrict } from './json-parse.js';

const SCHEMA = 'sealflow/kept-by-owner/v1';

export function encodeKeptReference(commitment: Commitment): Bytes {
  return canonicalBytes({ v: SCHEMA, commitment });
}

/** The commitment of a kept value; null for bytes that are something else, such as the value itself. */
export function parseKeptReference(bytes: Uint8Array): Commitment | null {
  try {
    const object = parseJsonStrict(bytes);
    if (!isJsonObject(object) || object['v'] !== SCHEMA || Object.keys(object).length !== 2) return null;
    const { commitment } = object;
    return typeof commitment === 'string' ? parseCommitment(commitment) : null;
  } catch (error) {
    if (error instanceof CanonicalError) return null;
    throw error;
  }
}
