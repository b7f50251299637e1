/**
 * What `primitives.ts` does, where there is no `node:crypto`: a browser build puts this file in its place. It verifies
 * and makes no keys: simulated hardware is none of a verifier's business. It judges nothing else: a signature that
 * cannot be read is simply not valid.
 */
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, toHex } from '#canonical';
import { type PublicKeyInfo, parsePublicKey } from './public-key-browser.js';
import { rsaPkcs1Matches, rsaPssMatches } from './rsa-browser.js';

export type Curve = 'P-256' | 'P-384';

interface CurveFacts {
  readonly hash: 'sha256' | 'sha384';
  readonly opensslName: string;
  readonly coordinateBytes: number;
  readonly order: bigint;
  /** DER SubjectPublicKeyInfo up to and without the uncompressed point (RFC 5480). */
  readonly spkiPrefix: Uint8Array;
}

/** Each curve is used with one hash only, as Intel and NVIDIA do: a weaker pairing cannot be asked for. */
export const curves: Readonly<Record<Curve, CurveFacts>> = {
  'P-256': {
    hash: 'sha256',
    opensslName: 'prime256v1',
    coordinateBytes: 32,
    order: p256.Point.Fn.ORDER,
    spkiPrefix: fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  },
  'P-384': {
    hash: 'sha384',
    opensslName: 'secp384r1',
    coordinateBytes: 48,
    order: p384.Point.Fn.ORDER,
    spkiPrefix: fromHex('3076301006072a8648ce3d020106052b81040022036200'),
  },
};

/** SubjectPublicKeyInfo of a key given as x || y. */
export function spkiOfPoint(curve: Curve, xy: Uint8Array): Uint8Array {
  return concatBytes(curves[curve].spkiPrefix, Uint8Array.of(4), xy);
}

export interface EcdsaInput {
  readonly curve: Curve;
  /** DER SubjectPublicKeyInfo. The caller has checked that it names `curve`. */
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** `raw`: r || s as in quotes and SPDM reports; `der`: as in certificates. */
  readonly encoding: 'raw' | 'der';
}

export function ecdsaVerify({ curve, spki, message, signature, encoding }: EcdsaInput): boolean {
  const key = parsePublicKey(spki);
  if (key?.kind !== 'ec' || key.curve !== curve) return false;
  const digest = hashBytes(curves[curve].hash, message);
  return pointVerifies(key, digest, signature, encoding === 'raw' ? 'compact' : 'der');
}

export interface EcKeyPair {
  readonly curve: Curve;
  /** Scalar, big endian, padded to the curve's size. */
  readonly secret: Uint8Array;
  /** x || y. */
  readonly point: Uint8Array;
}

export function ecKeyPair(): EcKeyPair {
  return makesNoKeys();
}

export function ecKeyPairOf(): EcKeyPair {
  return makesNoKeys();
}

export function ecdsaSign(): Uint8Array {
  return makesNoKeys();
}

/** RSASSA-PSS as AMD uses it, and no other way: SHA-384 for message and mask, salt as long as the hash. */
export const RSA_PSS_SALT_BYTES = 48;
export const RSA_MODULUS_BITS = 4096;

export interface RsaPssInput {
  /** DER SubjectPublicKeyInfo. The caller has checked that it is an RSA key of the expected size. */
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export function rsaPssVerify({ spki, message, signature }: RsaPssInput): boolean {
  const key = parsePublicKey(spki);
  return key?.kind === 'rsa' && rsaPssMatches(key, hashOf('sha384'), message, signature, RSA_PSS_SALT_BYTES);
}

export interface RsaKeyPair {
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER PKCS #8. */
  readonly secret: Uint8Array;
}

export function rsaKeyPair(): RsaKeyPair {
  return makesNoKeys();
}

export function rsaPssSign(): Uint8Array {
  return makesNoKeys();
}

/** SHA-1, for the key names of OCSP (RFC 6960 section 4.2.1) alone: they select a key and prove nothing. */
export function sha1KeyName(publicKey: Uint8Array): Uint8Array {
  return sha1(publicKey);
}

export const hashNames = ['sha256', 'sha384', 'sha512'] as const;
export type HashName = (typeof hashNames)[number];

export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return hashOf(name)(bytes);
}

export interface PublicSignatureInput {
  readonly scheme: 'ecdsa' | 'rsa-pkcs1' | 'rsa-pss';
  readonly hash: HashName;
  /** Of RSASSA-PSS alone. */
  readonly saltBytes: number;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const PUBLIC_RSA_BITS = { min: 2048, max: 8192 };

/** For authorities of the public web (RFC 3161), which choose their algorithms themselves. Small keys verify nothing. */
export function publicSignatureVerify(input: PublicSignatureInput): boolean {
  const { scheme, hash, message, signature } = input;
  const key = parsePublicKey(input.spki);
  if (key === null) return false;
  if (key.kind === 'ec')
    return scheme === 'ecdsa' && pointVerifies(key, hashBytes(hash, message), signature, 'der');
  const bits = key.modulus.toString(2).length;
  if (scheme === 'ecdsa' || bits < PUBLIC_RSA_BITS.min || bits > PUBLIC_RSA_BITS.max) return false;
  if (scheme === 'rsa-pss') return rsaPssMatches(key, hashOf(hash), message, signature, input.saltBytes);
  return !key.pssOnly && rsaPkcs1Matches(key, hash, hashOf(hash), message, signature);
}

const points = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };

/**
 * What was found of signatures before. Workers share certificates of their vendors, and evidence is judged at several
 * times: two of three signatures come again, and whether one is good does not depend on when it is asked.
 */
const found = new Map<string, boolean>();
const FOUND_MAX = 1_024;
/** DER of two numbers of 66 bytes; nothing longer is a signature, nor kept. */
const SIGNATURE_BYTES_MAX = 141;

function pointVerifies(
  key: Extract<PublicKeyInfo, { kind: 'ec' }>,
  digest: Uint8Array,
  signature: Uint8Array,
  format: 'compact' | 'der',
): boolean {
  if (signature.length > SIGNATURE_BYTES_MAX) return false;
  const question = [key.curve, format, toHex(key.point), toHex(digest), toHex(signature)].join(' ');
  const known = found.get(question);
  if (known !== undefined) return known;
  const verifies = computes(key, digest, signature, format);
  if (found.size >= FOUND_MAX) found.clear();
  found.set(question, verifies);
  return verifies;
}

/** Also a signature whose s is the larger of the two that fit: the standards of certificates and quotes allow both. */
function computes(
  { curve, point }: Extract<PublicKeyInfo, { kind: 'ec' }>,
  digest: Uint8Array,
  signature: Uint8Array,
  format: 'compact' | 'der',
): boolean {
  try {
    return points[curve].verify(signature, digest, point, { prehash: false, lowS: false, format });
  } catch {
    // A point that is not on the curve, or a signature that is none.
    return false;
  }
}

function hashOf(name: HashName) {
  return { sha256, sha384, sha512 }[name];
}

function makesNoKeys(): never {
  throw new Error('the verifier for browsers makes no keys and signs nothing');
}
