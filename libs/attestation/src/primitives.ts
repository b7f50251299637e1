/**
 * The only file of this library that touches `node:crypto`, so that a browser build can swap it.
 * It judges nothing: a signature that cannot be read is simply not valid.
 */
import {
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { concatBytes, fromHex, toBase64Url } from '#canonical';

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
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    spkiPrefix: fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  },
  'P-384': {
    hash: 'sha384',
    opensslName: 'secp384r1',
    coordinateBytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
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

export function ecdsaVerify(input: EcdsaInput): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(input.spki), format: 'der', type: 'spki' });
    const dsaEncoding = input.encoding === 'raw' ? 'ieee-p1363' : 'der';
    return verify(curves[input.curve].hash, input.message, { key, dsaEncoding }, input.signature);
  } catch {
    // OpenSSL throws on a point that is not on the curve. Such a key verifies nothing.
    return false;
  }
}

export interface EcKeyPair {
  readonly curve: Curve;
  /** Scalar, big endian, padded to the curve's size. */
  readonly secret: Uint8Array;
  /** x || y. */
  readonly point: Uint8Array;
}

/** Key from caller-supplied randomness: FIPS 186-5 A.2.1, 64 bits more than the order needs. */
export function ecKeyPair(curve: Curve, random: (length: number) => Uint8Array): EcKeyPair {
  const { coordinateBytes, order } = curves[curve];
  let wide = 0n;
  for (const byte of random(coordinateBytes + 8)) wide = (wide << 8n) | BigInt(byte);
  const scalar = (wide % (order - 1n)) + 1n;
  return ecKeyPairOf(curve, fromHex(scalar.toString(16).padStart(coordinateBytes * 2, '0')));
}

export function ecKeyPairOf(curve: Curve, secret: Uint8Array): EcKeyPair {
  const ecdh = createECDH(curves[curve].opensslName);
  ecdh.setPrivateKey(secret);
  return { curve, secret, point: Uint8Array.from(ecdh.getPublicKey().subarray(1)) };
}

/**
 * ECDSA signature for simulated hardware. The nonce of the signature comes from OpenSSL and not from the
 * caller's randomness: two signatures over one message differ, and both are good.
 */
export function ecdsaSign(key: EcKeyPair, message: Uint8Array, encoding: 'raw' | 'der'): Uint8Array {
  const { coordinateBytes, hash } = curves[key.curve];
  const jwk = {
    kty: 'EC',
    crv: key.curve,
    d: toBase64Url(key.secret),
    x: toBase64Url(key.point.subarray(0, coordinateBytes)),
    y: toBase64Url(key.point.subarray(coordinateBytes)),
  };
  const dsaEncoding = encoding === 'raw' ? 'ieee-p1363' : 'der';
  const secret = createPrivateKey({ key: jwk, format: 'jwk' });
  return Uint8Array.from(sign(hash, message, { key: secret, dsaEncoding }));
}

/** RSASSA-PSS as AMD uses it, and no other way: SHA-384 for message and mask, salt as long as the hash. */
export const RSA_PSS_SALT_BYTES = 48;
export const RSA_MODULUS_BITS = 4096;
const rsaPss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALT_BYTES } as const;

export interface RsaPssInput {
  /** DER SubjectPublicKeyInfo. The caller has checked that it is an RSA key of the expected size. */
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export function rsaPssVerify(input: RsaPssInput): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(input.spki), format: 'der', type: 'spki' });
    return (
      isWhole(input.signature, key) && verify('sha384', input.message, { key, ...rsaPss }, input.signature)
    );
  } catch {
    // OpenSSL throws on a key that is none. It verifies nothing.
    return false;
  }
}

/**
 * A signature is as long as its modulus (RFC 8017, 8.1.2, step 1). OpenSSL takes one of RSASSA-PSS without its leading
 * zeros too, and what is accepted here has one form.
 */
function isWhole(signature: Uint8Array, { asymmetricKeyDetails }: KeyObject): boolean {
  return signature.length === Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

export interface RsaKeyPair {
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER PKCS #8. */
  readonly secret: Uint8Array;
}

/** Key for simulated hardware. Its primes come from OpenSSL: Node cannot make them from a caller's randomness. */
export function rsaKeyPair(modulusLength: number = RSA_MODULUS_BITS): RsaKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  });
  return { spki: Uint8Array.from(publicKey), secret: Uint8Array.from(privateKey) };
}

export function rsaPssSign(
  key: RsaKeyPair,
  message: Uint8Array,
  saltLength: number = RSA_PSS_SALT_BYTES,
): Uint8Array {
  const secret = createPrivateKey({ key: Buffer.from(key.secret), format: 'der', type: 'pkcs8' });
  return Uint8Array.from(sign('sha384', message, { key: secret, ...rsaPss, saltLength }));
}

/** SHA-1, for the key names of OCSP (RFC 6960 section 4.2.1) alone: they select a key and prove nothing. */
export function sha1KeyName(publicKey: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha1').update(publicKey).digest());
}

export const hashNames = ['sha256', 'sha384', 'sha512'] as const;
export type HashName = (typeof hashNames)[number];

export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash(name).update(bytes).digest());
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

const PUBLIC_CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const PUBLIC_RSA_BITS = { min: 2048, max: 8192 };

/** For authorities of the public web (RFC 3161), which choose their algorithms themselves. Small keys verify nothing. */
export function publicSignatureVerify(input: PublicSignatureInput): boolean {
  const { scheme, hash, message, signature } = input;
  try {
    const key = createPublicKey({ key: Buffer.from(input.spki), format: 'der', type: 'spki' });
    const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
    if (scheme === 'ecdsa') {
      if (key.asymmetricKeyType !== 'ec' || !PUBLIC_CURVES.includes(namedCurve)) return false;
      return verify(hash, message, { key, dsaEncoding: 'der' }, signature);
    }
    const isRsa = key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss';
    if (!isRsa || modulusLength < PUBLIC_RSA_BITS.min || modulusLength > PUBLIC_RSA_BITS.max) return false;
    if (!isWhole(signature, key)) return false;
    if (scheme === 'rsa-pss') {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify(hash, message, { key, padding, saltLength: input.saltBytes }, signature);
    }
    return verify(hash, message, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
  } catch {
    // OpenSSL throws on a key that is none. It verifies nothing.
    return false;
  }
}
