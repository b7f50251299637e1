/**
 * First reader of ciphertext bytes from outside. Nobody who sends them is trusted.
 *
 * The SEAL release inside node-seal allocates what a header asks for: 8 KB of zstd become 1.3 GB before any check
 * of the parameters. So every byte of both headers is compared here with the only value an uncompressed ciphertext
 * of the ledger's parameters can have, and SEAL never sees bytes that have not passed. What passes is well formed,
 * not authentic: SEAL ciphertexts carry no authentication, and a caller accepts one only by a signed digest.
 *
 * Offsets: the layout SEAL 4.x writes for `Ciphertext` with `compr_mode_type::none`, little-endian throughout.
 */
import { CiphertextError } from './ciphertext-error.js';
import { type FheParameters, ledgerParameters } from './parameters.js';

const magic = 0xa15e;
const headerBytes = 16;
const versionMajor = 4;
const polynomials = 2;

/** SEALHeader of seal/serialization.h, relative to its own start. */
const header = { magic: 0, headerSize: 2, major: 3, minor: 4, compression: 5, reserved: 6, size: 8 } as const;

/** Members of the ciphertext, absolute. The inner header is that of the coefficient array. */
const at = {
  paramsId: 16,
  nttForm: 48,
  polynomials: 49,
  polyModulusDegree: 57,
  coeffModulusCount: 65,
  scale: 73,
  correctionFactor: 81,
  inner: 89,
  elementCount: 105,
  elements: 113,
} as const;

const minorOffsets: readonly number[] = [header.minor, at.inner + header.minor];

/** Bytes of every ciphertext with these parameters: 524,401 for the ledger's. */
export function ciphertextBytes(parameters: FheParameters = ledgerParameters): number {
  return at.elements + 8 * elementCount(parameters);
}

/**
 * Refuses everything but an uncompressed, non-transparent, two-polynomial ciphertext of `parameters`.
 *
 * @throws CiphertextError with a `CIPHERTEXT_*` code of its own for each kind of fault.
 */
export function checkCiphertext(bytes: Uint8Array, parameters: FheParameters = ledgerParameters): void {
  if (bytes.length < at.elements) {
    throw refuse('CIPHERTEXT_TRUNCATED', 'length', `at least ${at.elements} bytes`, `${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Both headers before the lengths: a compressed bomb is named as one, whatever its size.
  checkHeader(view, 0, 'outer header');
  checkHeader(view, at.inner, 'inner header');
  checkLengths(view, ciphertextBytes(parameters));
  checkMembers(view, bytes, parameters);
  checkNotTransparent(bytes, parameters);
}

/**
 * The checked ciphertext with both version minors zeroed: the form that is stored, named by its plain digest and
 * replayed, so that engines of different SEAL releases agree on every digest. Returns `bytes` itself when it is
 * canonical already.
 */
export function canonicalCiphertext(
  bytes: Uint8Array,
  parameters: FheParameters = ledgerParameters,
): Uint8Array {
  checkCiphertext(bytes, parameters);
  if (minorOffsets.every((offset) => bytes[offset] === 0)) return bytes;
  return withVersionMinor(bytes, 0);
}

/** A copy that says which SEAL 4 release wrote it. SEAL loads only its own minor. */
export function withVersionMinor(bytes: Uint8Array, minor: number): Uint8Array {
  // Not slice(): on a Buffer that is a view, and the caller's bytes would change.
  const copy = new Uint8Array(bytes);
  for (const offset of minorOffsets) copy[offset] = minor;
  return copy;
}

function checkHeader(view: DataView, start: number, where: string): void {
  const actualMagic = view.getUint16(start + header.magic, true);
  if (actualMagic !== magic) {
    throw refuse('CIPHERTEXT_MAGIC', `${where} magic`, hex(magic), hex(actualMagic));
  }
  const compression = view.getUint8(start + header.compression);
  if (compression !== 0) {
    throw refuse('CIPHERTEXT_COMPRESSED', `${where} compression`, '0 (none)', `${compression}`);
  }
  const major = view.getUint8(start + header.major);
  if (major !== versionMajor) {
    throw refuse('CIPHERTEXT_VERSION', `${where} version`, `${versionMajor}`, `${major}`);
  }
  const size = view.getUint8(start + header.headerSize);
  if (size !== headerBytes) throw refuse('CIPHERTEXT_HEADER', `${where} size`, `${headerBytes}`, `${size}`);
  const reserved = view.getUint16(start + header.reserved, true);
  if (reserved !== 0) throw refuse('CIPHERTEXT_HEADER', `${where} reserved`, '0', hex(reserved));
}

function checkLengths(view: DataView, expected: number): void {
  const actual = view.byteLength;
  if (actual < expected) throw refuse('CIPHERTEXT_TRUNCATED', 'length', `${expected}`, `${actual}`);
  if (actual > expected) throw refuse('CIPHERTEXT_TRAILING_BYTES', 'length', `${expected}`, `${actual}`);
  checkU64(view, header.size, expected, 'CIPHERTEXT_SIZE_MISMATCH', 'outer size');
  checkU64(view, at.inner + header.size, expected - at.inner, 'CIPHERTEXT_SIZE_MISMATCH', 'inner size');
}

function checkMembers(view: DataView, bytes: Uint8Array, parameters: FheParameters): void {
  const paramsId = hexOf(bytes.subarray(at.paramsId, at.nttForm));
  if (paramsId !== parameters.paramsId) {
    throw refuse('CIPHERTEXT_PARAMETERS', 'parms_id', parameters.paramsId, paramsId);
  }
  const nttForm = view.getUint8(at.nttForm);
  if (nttForm !== 0) throw refuse('CIPHERTEXT_FORM', 'ntt flag', '0 (BFV)', `${nttForm}`);
  const { polyModulusDegree, coeffModulus } = parameters;
  checkU64(view, at.polynomials, polynomials, 'CIPHERTEXT_SHAPE', 'polynomial count');
  checkU64(view, at.polyModulusDegree, polyModulusDegree, 'CIPHERTEXT_SHAPE', 'poly modulus degree');
  checkU64(view, at.coeffModulusCount, coeffModulus.length, 'CIPHERTEXT_SHAPE', 'coeff modulus count');
  checkU64(view, at.elementCount, elementCount(parameters), 'CIPHERTEXT_SHAPE', 'element count');
  const scale = view.getFloat64(at.scale, true);
  if (scale !== 1) throw refuse('CIPHERTEXT_SCALE', 'scale', '1', `${scale}`);
  checkU64(view, at.correctionFactor, 1, 'CIPHERTEXT_SCALE', 'correction factor');
}

/** c1 = 0 means that c0 is the message in the clear. SEAL loads such a ciphertext without a word. */
function checkNotTransparent(bytes: Uint8Array, parameters: FheParameters): void {
  const secondPolynomial = at.elements + 4 * elementCount(parameters);
  // Leaves at the first byte that is set, which in an honest ciphertext is the first or second.
  for (let offset = secondPolynomial; offset < bytes.length; offset += 1) {
    if (bytes[offset] !== 0) return;
  }
  throw refuse('CIPHERTEXT_TRANSPARENT', 'second polynomial', 'random coefficients', 'all zero');
}

function checkU64(
  view: DataView,
  offset: number,
  expected: number,
  code: CiphertextError['code'],
  what: string,
): void {
  const actual = view.getBigUint64(offset, true);
  if (actual !== BigInt(expected)) throw refuse(code, what, `${expected}`, `${actual}`);
}

function elementCount(parameters: FheParameters): number {
  return polynomials * parameters.polyModulusDegree * parameters.coeffModulus.length;
}

function refuse(
  code: CiphertextError['code'],
  what: string,
  expected: string,
  actual: string,
): CiphertextError {
  return new CiphertextError(code, `ciphertext ${what}: expected ${expected}, got ${actual}`);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
