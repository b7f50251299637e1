/**
 * What lies inside a sealed envelope on an edge: a value with everything needed to recompute its commitment.
 *
 * The sender is not trusted: a receiver recomputes `commitmentOf` and compares it with the commitment that the
 * producer signed before it reads the value.
 */
import { CanonicalError } from './canonical-error.js';
import { type Commitment, commitPoseidon, commitSha256, SALT_BYTES } from './commitment.js';
import { type Bytes, fromBase64 } from './encoding.js';
import { canonicalBytes } from './jcs.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { parseJsonStrict } from './json-parse.js';
import { POSEIDON_INPUTS_MAX, parseField } from './poseidon.js';

/** The value is somebody's data, as large as its type allows; it is opened where it is worked on. */
const VALUES_MAX = 2 ** 20;

export type EdgePayload = Sha256EdgePayload | PoseidonEdgePayload;

export interface Sha256EdgePayload {
  readonly alg: 'sha256';
  readonly label: string;
  /** 32 bytes, base64. */
  readonly salt: string;
  readonly value: Json;
}

export interface PoseidonEdgePayload {
  readonly alg: 'poseidon-bn254';
  readonly label: string;
  /** Decimal field element. */
  readonly salt: string;
  /** 1 to 15 decimal field elements: what the commitment opens to. */
  readonly fields: readonly string[];
  /** The same content in readable form. Only `fields` is committed; a reader must not act on `value` alone. */
  readonly value: Json;
}

/** @throws CanonicalError when the payload would not open at the receiver. */
export function encodeEdgePayload(payload: EdgePayload): Bytes {
  const { alg, label, salt, value } = payload;
  const bytes = canonicalBytes(
    payload.alg === 'sha256'
      ? { alg, label, salt, value }
      : { alg, label, salt, fields: payload.fields, value },
  );
  // Floats and oversized values have a canonical form and no strict parse: fail here, not at the receiver.
  parseEdgePayload(bytes);
  return bytes;
}

/** @throws CanonicalError `JSON_*` from the parser, `COMMITMENT_INVALID` on another shape, `FIELD_RANGE`, `BASE64_INVALID` */
export function parseEdgePayload(bytes: Uint8Array): EdgePayload {
  const object = parseJsonStrict(bytes, { valuesMax: VALUES_MAX });
  if (!isJsonObject(object)) throw malformed('expected an object');
  const { alg, label, salt, value } = object;
  if (typeof label !== 'string' || typeof salt !== 'string' || value === undefined) {
    throw malformed('label and salt must be strings and value must be present');
  }
  if (alg === 'sha256') {
    exactMembers(object, 4);
    if (fromBase64(salt).length !== SALT_BYTES) throw malformed(`salt must have ${SALT_BYTES} bytes`);
    return { alg, label, salt, value };
  }
  if (alg === 'poseidon-bn254') {
    exactMembers(object, 5);
    parseField(salt);
    return { alg, label, salt, fields: parseFields(object['fields']), value };
  }
  throw malformed('alg must be sha256 or poseidon-bn254');
}

export function commitmentOf(payload: EdgePayload): Commitment {
  if (payload.alg === 'sha256') {
    const { label, salt, value } = payload;
    return commitSha256({ label, salt: fromBase64(salt), plaintext: canonicalBytes(value) });
  }
  return commitPoseidon(payload.fields.map(parseField), parseField(payload.salt));
}

function parseFields(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length >= POSEIDON_INPUTS_MAX) {
    throw malformed(`fields must be an array of 1 to ${POSEIDON_INPUTS_MAX - 1} elements`);
  }
  return value.map((field: Json) => {
    if (typeof field !== 'string') throw malformed('a field must be a decimal string');
    parseField(field);
    return field;
  });
}

function exactMembers(object: JsonObject, count: number): void {
  if (Object.keys(object).length !== count) throw malformed(`expected exactly ${count} members`);
}

function malformed(reason: string): CanonicalError {
  return new CanonicalError('COMMITMENT_INVALID', `edge payload: ${reason}`);
}
