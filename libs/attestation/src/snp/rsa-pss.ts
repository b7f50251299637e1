import { equalBytes } from '#canonical';
import { RSA_MODULUS_BITS, RSA_PSS_SALT_BYTES, rsaPssVerify } from '../primitives.js';
import {
  DerReader,
  derBitBytes,
  derInteger,
  derOid,
  derSmallInteger,
  derTag,
  derWhole,
} from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';

export interface PssSigned {
  /** Encoded AlgorithmIdentifier. */
  readonly signatureAlgorithm: Uint8Array;
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

/** Null when the signature holds, else what is wrong. */
export function findPssFault(signed: PssSigned, issuerSpki: Uint8Array): string | null {
  if (!isPssSha384(signed.signatureAlgorithm))
    return 'signature algorithm is not RSASSA-PSS with SHA-384 throughout';
  if (!isRsa4096(issuerSpki)) return `issuer key is not RSA with ${RSA_MODULUS_BITS} bits`;
  const { tbs: message, signature } = signed;
  return rsaPssVerify({ spki: issuerSpki, message, signature }) ? null : 'signature does not verify';
}

/**
 * RSASSA-PSS-params of RFC 4055 with SHA-384, MGF1 with SHA-384, 48 bytes of salt. The identifier alone says
 * nothing: its defaults are SHA-1, and the parameters belong to the certificate that is being judged.
 */
export function isPssSha384(algorithm: Uint8Array): boolean {
  return attempt(() => {
    const fields = new DerReader(derWhole(algorithm, derTag.sequence).content);
    if (derOid(fields.next(derTag.oid).content) !== oid.rsassaPss) return false;
    const parameters = fields.enter(derTag.sequence);
    fields.end();
    const hash = parameters.enter(derTag.context(0));
    const mask = parameters.enter(derTag.context(1));
    const salt = parameters.enter(derTag.context(2));
    const trailer = parameters.optional(derTag.context(3));
    parameters.end();
    const maskFields = mask.enter(derTag.sequence);
    mask.end();
    return (
      isSha384(hash) &&
      derOid(maskFields.next(derTag.oid).content) === oid.mgf1 &&
      isSha384(maskFields) &&
      readOnly(salt) === RSA_PSS_SALT_BYTES &&
      // 1 is the default; some AMD certificates write it out and some leave it away.
      (trailer === null || readOnly(new DerReader(trailer.content)) === 1)
    );
  });
}

/** SubjectPublicKeyInfo of RFC 8017: a modulus of exactly 4096 bits, odd, with exponent 65537. */
export function isRsa4096(spki: Uint8Array): boolean {
  return attempt(() => {
    const fields = new DerReader(derWhole(spki, derTag.sequence).content);
    const algorithm = fields.enter(derTag.sequence);
    const key = derBitBytes(fields.next(derTag.bitString).content);
    fields.end();
    if (derOid(algorithm.next(derTag.oid).content) !== oid.rsaEncryption) return false;
    const numbers = new DerReader(derWhole(key, derTag.sequence).content);
    const modulus = derInteger(numbers.next(derTag.integer).content);
    const exponent = derSmallInteger(numbers.next(derTag.integer).content);
    numbers.end();
    // The top bit is set, so DER puts a zero byte before it.
    const isFullSize = modulus.length === RSA_MODULUS_BITS / 8 + 1 && modulus[0] === 0;
    return isFullSize && ((modulus.at(-1) ?? 0) & 1) === 1 && exponent === 65537;
  });
}

const NULL = Uint8Array.of(0x05, 0x00);

/** AlgorithmIdentifier of SHA-384; its parameters are NULL or absent (RFC 4055 section 2.1). */
function isSha384(reader: DerReader): boolean {
  const fields = reader.enter(derTag.sequence);
  reader.end();
  if (derOid(fields.next(derTag.oid).content) !== oid.sha384) return false;
  if (fields.done) return true;
  const parameters = fields.any();
  fields.end();
  return equalBytes(parameters.encoded, NULL);
}

function readOnly(reader: DerReader): number {
  const value = derSmallInteger(reader.next(derTag.integer).content);
  reader.end();
  return value;
}

/** An encoding that cannot be read is not the one that is asked for. */
function attempt(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}
