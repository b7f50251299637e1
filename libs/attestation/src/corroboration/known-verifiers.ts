import { fromBase64Url, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';
import { type Curve, curves, spkiOfPoint } from '../primitives.js';

/*
 * Whom a relying party lets speak beside its own verification. The file is its own choice, as the trust file is: keys
 * that come with a token are data.
 */

export interface VerifierSigningKey {
  readonly kid: string;
  readonly curve: Curve;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

export interface KnownVerifier {
  /** For people. */
  readonly name: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  readonly keys: readonly VerifierSigningKey[];
}

const VERSION = 'sealflow/verifiers/v1';
const VERIFIERS_MAX = 32;
const KEYS_MAX = 16;
const CHARS_MAX = 256;

/** @throws AttestationError `TRUST_ROOTS_MALFORMED` */
export function parseKnownVerifiers(bytes: Uint8Array): readonly KnownVerifier[] {
  const file = objectOf(jsonOf(bytes), '$', ['v', 'verifiers']);
  if (file['v'] !== VERSION) malformed('$.v', VERSION);
  const verifiers = listOf(file['verifiers'], '$.verifiers', VERIFIERS_MAX).map((each, index) =>
    verifierOf(each, `$.verifiers[${index}]`),
  );
  if (new Set(verifiers.map(({ issuer }) => issuer)).size !== verifiers.length)
    malformed('$.verifiers', 'each issuer once');
  return verifiers;
}

function verifierOf(json: Json, where: string): KnownVerifier {
  const { name, issuer, keys } = objectOf(json, where, ['name', 'issuer', 'keys']);
  const read = listOf(keys, `${where}.keys`, KEYS_MAX).map((each, index) =>
    keyOf(each, `${where}.keys[${index}]`),
  );
  if (new Set(read.map(({ kid }) => kid)).size !== read.length) malformed(`${where}.keys`, 'each kid once');
  return { name: textOf(name, `${where}.name`), issuer: textOf(issuer, `${where}.issuer`), keys: read };
}

/** A public key of an elliptic curve (RFC 7518 section 6.2.1); `alg` and `use` are not asked for. */
function keyOf(json: Json, where: string): VerifierSigningKey {
  const { kid, kty, crv, x, y, ...rest } = isJsonObject(json) ? json : malformed(where, 'an object');
  if ('d' in rest) malformed(where, 'a public key, without d');
  if (kty !== 'EC' || (crv !== 'P-256' && crv !== 'P-384'))
    return malformed(where, 'kty EC with crv P-256 or P-384');
  const point = new Uint8Array([
    ...coordinateOf(x, crv, `${where}.x`),
    ...coordinateOf(y, crv, `${where}.y`),
  ]);
  return { kid: textOf(kid, `${where}.kid`), curve: crv, spki: spkiOfPoint(crv, point) };
}

function coordinateOf(json: Json | undefined, curve: Curve, where: string): Uint8Array {
  const { coordinateBytes } = curves[curve];
  try {
    const bytes = fromBase64Url(textOf(json, where));
    if (bytes.length === coordinateBytes) return bytes;
  } catch {
    // Falls through to the one message.
  }
  return malformed(where, `base64url of ${coordinateBytes} bytes`);
}

function jsonOf(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: attestationLimits.signedJsonBytesMax, depthMax: 8 });
  } catch {
    return malformed('$', `JSON of at most ${attestationLimits.signedJsonBytesMax} bytes`);
  }
}

function objectOf(json: Json, where: string, members: readonly string[]): JsonObject {
  if (!isJsonObject(json) || Object.keys(json).sort().join() !== [...members].sort().join())
    return malformed(where, `an object of ${members.join(', ')}`);
  return json;
}

function listOf(json: Json | undefined, where: string, max: number): readonly Json[] {
  if (!Array.isArray(json) || json.length < 1 || json.length > max)
    return malformed(where, `1 to ${max} items`);
  return json as readonly Json[];
}

function textOf(json: Json | undefined, where: string): string {
  if (typeof json !== 'string' || json.length < 1 || json.length > CHARS_MAX)
    return malformed(where, `a text of 1 to ${CHARS_MAX} characters`);
  return json;
}

function malformed(where: string, expected: string): never {
  throw new AttestationError('TRUST_ROOTS_MALFORMED', `verifiers file: ${where}: expected ${expected}`);
}
