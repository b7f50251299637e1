/** RSA signatures of RFC 8017, verified with big integers: nothing here is secret, so time may depend on it. */
import { concatBytes, equalBytes, fromHex, toHex, u32be } from '#canonical';

type Hash = (bytes: Uint8Array) => Uint8Array;

interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** Larger ones would hold a browser up and nobody's certificates have them. */
const EXPONENT_MAX = 2n ** 33n;
const MODULUS_BITS_MAX = 8192;

/** DER of DigestInfo up to and without the digest (RFC 8017, 9.2, note 1). */
const digestInfo: Readonly<Record<string, Uint8Array>> = {
  sha256: fromHex('3031300d060960864801650304020105000420'),
  sha384: fromHex('3041300d060960864801650304020205000430'),
  sha512: fromHex('3051300d060960864801650304020305000440'),
};

/** RSASSA-PKCS1-v1_5 (8.2.2): the encoding is made again and compared, never parsed. */
export function rsaPkcs1Matches(
  key: RsaKey,
  hashName: 'sha256' | 'sha384' | 'sha512',
  hash: Hash,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = recovered(key, signature);
  const tail = concatBytes(digestInfo[hashName] ?? new Uint8Array(), hash(message));
  if (encoded === null || encoded.length < tail.length + 11) return false;
  const padding = new Uint8Array(encoded.length - tail.length - 3).fill(0xff);
  return equalBytes(encoded, concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), tail));
}

/** RSASSA-PSS (8.1.2, 9.1.2) with MGF1 over the same hash. */
export function rsaPssMatches(
  key: RsaKey,
  hash: Hash,
  message: Uint8Array,
  signature: Uint8Array,
  saltBytes: number,
): boolean {
  const whole = recovered(key, signature);
  if (whole === null) return false;
  const encodedBits = bitLength(key.modulus) - 1;
  const encodedBytes = Math.ceil(encodedBits / 8);
  // Where the modulus has one bit more than whole bytes, the encoding is a byte shorter than the signature.
  if (whole.length > encodedBytes && whole[0] !== 0) return false;
  const encoded = whole.subarray(whole.length - encodedBytes);
  const digest = hash(message);
  const maskedBytes = encodedBytes - digest.length - 1;
  const gapBytes = maskedBytes - saltBytes - 1;
  if (gapBytes < 0 || encoded.at(-1) !== 0xbc) return false;
  const stated = encoded.subarray(maskedBytes, maskedBytes + digest.length);
  const topMask = 0xff >> (8 * encodedBytes - encodedBits);
  if (((encoded[0] ?? 0) & ~topMask) !== 0) return false;
  const mask = mgf1(hash, stated, maskedBytes);
  const block = encoded.subarray(0, maskedBytes).map((byte, index) => byte ^ (mask[index] ?? 0));
  block[0] = (block[0] ?? 0) & topMask;
  if (block.subarray(0, gapBytes).some((byte) => byte !== 0) || block[gapBytes] !== 1) return false;
  const salt = block.subarray(gapBytes + 1);
  return equalBytes(stated, hash(concatBytes(new Uint8Array(8), digest, salt)));
}

function mgf1(hash: Hash, seed: Uint8Array, lengthBytes: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let made = 0; made < lengthBytes; made += blocks.at(-1)?.length ?? 1)
    blocks.push(hash(concatBytes(seed, u32be(blocks.length))));
  return concatBytes(...blocks).subarray(0, lengthBytes);
}

/** RSAVP1 (5.2.2), as many bytes as the modulus has; null for what is no signature of such a key. */
function recovered({ modulus, exponent }: RsaKey, signature: Uint8Array): Uint8Array | null {
  const bits = bitLength(modulus);
  const bytes = Math.ceil(bits / 8);
  if (bits > MODULUS_BITS_MAX || exponent > EXPONENT_MAX || signature.length !== bytes) return null;
  const value = BigInt(`0x${toHex(signature)}`);
  if (value >= modulus) return null;
  return fromHex(
    power(value, exponent, modulus)
      .toString(16)
      .padStart(bytes * 2, '0'),
  );
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
