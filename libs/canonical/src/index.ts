/**
 * The bytes of everything signed: strict JSON in, canonical JSON out, digests, commitments, Merkle trees.
 * Pure functions over their arguments; nothing here knows a clock, a file or a source of randomness.
 */
export { CanonicalError, type CanonicalErrorCode } from './canonical-error.js';
export { type Check, type CheckResult, failedChecks } from './check.js';
export {
  type Commitment,
  type CommitmentAlg,
  commitmentAlg,
  commitmentField,
  commitPoseidon,
  commitSha256,
  contextField,
  deriveSalt,
  deriveSaltField,
  parseCommitment,
  poseidonCommitment,
  SALT_BYTES,
} from './commitment.js';
export {
  commitmentOf,
  type EdgePayload,
  encodeEdgePayload,
  type PoseidonEdgePayload,
  parseEdgePayload,
  type Sha256EdgePayload,
} from './edge-payload.js';
export {
  type Bytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  u16be,
  u32be,
  u64be,
  utf8,
} from './encoding.js';
export { type Digest, digestOf, isDigest, parseDigest } from './hash.js';
export { canonicalBytes, canonicalize } from './jcs.js';
export { isJsonObject, type Json, type JsonObject, toJson } from './json.js';
export { type JsonLimits, parseJsonStrict } from './json-parse.js';
export { encodeKeptReference, parseKeptReference } from './kept-reference.js';
export {
  consistencyPath,
  emptyRoot,
  inclusionPath,
  leafHash,
  merkleRoot,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from './merkle.js';
export { FIELD_MODULUS, parseField, poseidon } from './poseidon.js';
export {
  aes256CtrKeystream,
  aes256GcmOpen,
  aes256GcmSeal,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  hkdfSha256,
  hmacSha256,
  sha256,
  sha384,
  sha512,
} from './primitives.js';
export { formatTime, parseTime } from './time.js';
export { isUlid, ulid } from './ulid.js';
