/**
 * Commitments: how a statement names a secret value without telling it.
 *
 * Whoever holds the statement is not trusted with the value. Amounts, names and diagnoses have so few possible
 * values that a bare digest can be guessed by trial, so every commitment to one is salted; a bare digest is
 * for ciphertexts, code and values that are public anyway.
 */
import { CanonicalError } from './canonical-error.js';
import { type Bytes, concatBytes, toHex, u16be, utf8 } from './encoding.js';
import { isDigest } from './hash.js';
import { FIELD_MODULUS, POSEIDON_INPUTS_MAX, poseidon } from './poseidon.js';
import { hmacSha256, sha256 } from './primitives.js';

/** `commit:sha256:<64 hex>`, `commit:poseidon-bn254:<64 hex, big endian>` or a bare `sha256:<64 hex>`. */
export type Commitment = string;

export type CommitmentAlg = 'sha256' | 'poseidon-bn254' | 'digest';

export const SALT_BYTES = 32;

const DOMAIN = utf8('sealflow/commit/v1\n');
const FIELD_BYTES = 31;
const SALTED_SHA256 = /^commit:sha256:[0-9a-f]{64}$/;
const POSEIDON = /^commit:poseidon-bn254:([0-9a-f]{64})$/;

/**
 * `SHA-256("sealflow/commit/v1\n" || u16be(length of label) || label || salt || SHA-256(plaintext))`.
 *
 * @throws CanonicalError `COMMITMENT_INVALID` on a salt that has not 32 bytes or a label above 65535 bytes.
 */
export function commitSha256(input: {
  readonly label: string;
  readonly salt: Uint8Array;
  readonly plaintext: Uint8Array;
}): Commitment {
  const label = utf8(input.label);
  if (label.length > 0xffff) {
    throw new CanonicalError('COMMITMENT_INVALID', `label has ${label.length} bytes, limit 65535`);
  }
  if (input.salt.length !== SALT_BYTES) {
    throw new CanonicalError(
      'COMMITMENT_INVALID',
      `salt has ${input.salt.length} bytes, expected ${SALT_BYTES}`,
    );
  }
  const digest = sha256(DOMAIN, u16be(label.length), label, input.salt, sha256(input.plaintext));
  return `commit:sha256:${toHex(digest)}`;
}

/**
 * `Poseidon(fields..., salt)`, the form a circuit recomputes. 1 to 15 fields. It carries no label: what the
 * fields mean is fixed by the circuit that opens it.
 *
 * @throws CanonicalError `FIELD_RANGE`
 */
export function commitPoseidon(fields: readonly bigint[], salt: bigint): Commitment {
  if (fields.length < 1 || fields.length >= POSEIDON_INPUTS_MAX) {
    throw new CanonicalError(
      'FIELD_RANGE',
      `a Poseidon commitment takes 1 to ${POSEIDON_INPUTS_MAX - 1} fields, got ${fields.length}`,
    );
  }
  return poseidonCommitment(poseidon([...fields, salt]));
}

/** The text form of a field element that a circuit gave out as a commitment. */
export function poseidonCommitment(field: bigint): Commitment {
  if (field < 0n || field >= FIELD_MODULUS) {
    throw new CanonicalError('FIELD_RANGE', 'a Poseidon commitment is a BN254 scalar');
  }
  return `commit:poseidon-bn254:${field.toString(16).padStart(64, '0')}`;
}

/** The field element in a Poseidon commitment. @throws CanonicalError `COMMITMENT_INVALID` on any other text. */
export function commitmentField(commitment: Commitment): bigint {
  const digits = POSEIDON.exec(commitment)?.[1];
  const field = digits === undefined ? FIELD_MODULUS : BigInt(`0x${digits}`);
  if (field < FIELD_MODULUS) return field;
  throw new CanonicalError(
    'COMMITMENT_INVALID',
    'expected commit:poseidon-bn254: and a 64-digit hex field element',
  );
}

/** @throws CanonicalError `COMMITMENT_INVALID` on anything but the three text forms. */
export function parseCommitment(text: string): Commitment {
  commitmentAlg(text);
  return text;
}

/** @throws CanonicalError `COMMITMENT_INVALID` */
export function commitmentAlg(text: string): CommitmentAlg {
  if (isDigest(text)) return 'digest';
  if (SALTED_SHA256.test(text)) return 'sha256';
  commitmentField(text);
  return 'poseidon-bn254';
}

/**
 * HKDF-Expand of RFC 5869 with SHA-256 and a length of 32, which is its first block.
 *
 * @param runSecret 32 random bytes or more that never leave the party that commits.
 * @throws CanonicalError `COMMITMENT_INVALID` on a shorter secret.
 */
export function deriveSalt(runSecret: Uint8Array, label: string): Bytes {
  if (runSecret.length < SALT_BYTES) {
    throw new CanonicalError(
      'COMMITMENT_INVALID',
      `run secret has ${runSecret.length} bytes, expected ${SALT_BYTES} or more`,
    );
  }
  return hmacSha256(runSecret, utf8(label), Uint8Array.of(1));
}

/** First 31 bytes of the HKDF output, big endian: below 2^248, hence below r without a reduction. */
export function deriveSaltField(runSecret: Uint8Array, label: string): bigint {
  return contextField(deriveSalt(runSecret, label));
}

/**
 * First 31 bytes of a digest, big endian: the 248 bits that name a context inside a circuit.
 *
 * @throws CanonicalError `FIELD_RANGE` on fewer than 31 bytes.
 */
export function contextField(digest: Uint8Array): bigint {
  if (digest.length < FIELD_BYTES) {
    throw new CanonicalError('FIELD_RANGE', `expected at least ${FIELD_BYTES} bytes, got ${digest.length}`);
  }
  return BigInt(`0x${toHex(concatBytes(digest.subarray(0, FIELD_BYTES)))}`);
}
