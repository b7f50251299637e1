/**
 * First reader of ciphertext bytes from outside. Nobody who sends them is trusted.
 *
 * The SEAL release inside node-seal allocates what a header asks for: 8 KB of zstd become 1.3 GB before any check
 * of the parameters. So every byte of both headers is compared here with the only value an uncompressed ciphertext
 * of the named parameters can have, and SEAL never sees bytes that have not passed. What passes is well formed,
 * not authentic: SEAL ciphertexts carry no authentication, and a caller accepts one only by a signed digest.
 *
 * Offsets: the layout SEAL 4.x writes for `Ciphertext` with `compr_mode_type::none`, little-endian throughout. A
 * `PublicKey` is written as the ciphertext that it is, under the parms_id of keys and in NTT form.
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

/** What the bytes of one kind of object under one parameter set must say; there is no other table. */
interface Form {
  readonly what: 'ciphertext' | 'public key';
  readonly paramsId: string;
  readonly nttForm: 0 | 1;
  readonly polyModulusDegree: number;
  readonly coeffModulusCount: number;
}

/** Bytes of every ciphertext with these parameters: 524,401 for the ledger's, 262,257 for those of its pages. */
export function ciphertextBytes(parameters: FheParameters = ledgerParameters): number {
  return formBytes(ciphertextForm(parameters));
}

/** Bytes of every public key with these parameters: 393,329 for those of pages. */
export function publicKeyBytes(parameters: FheParameters): number {
  return formBytes(publicKeyForm(parameters));
}

/**
 * Refuses everything but an uncompressed, non-transparent, two-polynomial ciphertext of `parameters`.
 *
 * @throws CiphertextError with a `CIPHERTEXT_*` code of its own for each kind of fault.
 */
export function checkCiphertext(bytes: Uint8Array, parameters: FheParameters = ledgerParameters): void {
  checkForm(bytes, ciphertextForm(parameters));
}

/** Refuses everything but an uncompressed public key of `parameters`. @throws CiphertextError as `checkCiphertext` */
export function checkPublicKey(bytes: Uint8Array, parameters: FheParameters): void {
  checkForm(bytes, publicKeyForm(parameters));
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
  return withoutVersionMinor(bytes);
}

/** The same for a public key. */
export function canonicalPublicKey(bytes: Uint8Array, parameters: FheParameters): Uint8Array {
  checkPublicKey(bytes, parameters);
  return withoutVersionMinor(bytes);
}

/** A copy that says which SEAL 4 release wrote it. SEAL loads only its own minor. */
export function withVersionMinor(bytes: Uint8Array, minor: number): Uint8Array {
  // Not slice(): on a Buffer that is a view, and the caller's bytes would change.
  const copy = new Uint8Array(bytes);
  for (const offset of minorOffsets) copy[offset] = minor;
  return copy;
}

function withoutVersionMinor(bytes: Uint8Array): Uint8Array {
  return minorOffsets.every((offset) => bytes[offset] === 0) ? bytes : withVersionMinor(bytes, 0);
}

function ciphertextForm({ paramsId, polyModulusDegree, coeffModulus }: FheParameters): Form {
  const coeffModulusCount = coeffModulus.length;
  return { what: 'ciphertext', paramsId, nttForm: 0, polyModulusDegree, coeffModulusCount };
}

function publicKeyForm({ keyParamsId, polyModulusDegree, coeffModulus }: FheParameters): Form {
  const coeffModulusCount = coeffModulus.length + 1;
  return { what: 'public key', paramsId: keyParamsId, nttForm: 1, polyModulusDegree, coeffModulusCount };
}

function checkForm(bytes: Uint8Array, form: Form): void {
  if (bytes.length < at.elements) {
    throw refuse(form, 'CIPHERTEXT_TRUNCATED', 'length', `at least ${at.elements} bytes`, `${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Both headers before the lengths: a compressed bomb is named as one, whatever its size.
  checkHeader(form, view, 0, 'outer header');
  checkHeader(form, view, at.inner, 'inner header');
  // Parameters before lengths: an honest ciphertext of another parameter set is named as that.
  const paramsId = hexOf(bytes.subarray(at.paramsId, at.nttForm));
  if (paramsId !== form.paramsId) {
    throw refuse(form, 'CIPHERTEXT_PARAMETERS', 'parms_id', form.paramsId, paramsId);
  }
  checkLengths(form, view);
  checkMembers(form, view);
  checkNotTransparent(form, bytes);
}

function checkHeader(form: Form, view: DataView, start: number, where: string): void {
  const actualMagic = view.getUint16(start + header.magic, true);
  if (actualMagic !== magic) {
    throw refuse(form, 'CIPHERTEXT_MAGIC', `${where} magic`, hex(magic), hex(actualMagic));
  }
  const compression = view.getUint8(start + header.compression);
  if (compression !== 0) {
    throw refuse(form, 'CIPHERTEXT_COMPRESSED', `${where} compression`, '0 (none)', `${compression}`);
  }
  const major = view.getUint8(start + header.major);
  if (major !== versionMajor) {
    throw refuse(form, 'CIPHERTEXT_VERSION', `${where} version`, `${versionMajor}`, `${major}`);
  }
  const size = view.getUint8(start + header.headerSize);
  if (size !== headerBytes) {
    throw refuse(form, 'CIPHERTEXT_HEADER', `${where} size`, `${headerBytes}`, `${size}`);
  }
  const reserved = view.getUint16(start + header.reserved, true);
  if (reserved !== 0) throw refuse(form, 'CIPHERTEXT_HEADER', `${where} reserved`, '0', hex(reserved));
}

function checkLengths(form: Form, view: DataView): void {
  const expected = formBytes(form);
  const actual = view.byteLength;
  if (actual < expected) throw refuse(form, 'CIPHERTEXT_TRUNCATED', 'length', `${expected}`, `${actual}`);
  if (actual > expected)
    throw refuse(form, 'CIPHERTEXT_TRAILING_BYTES', 'length', `${expected}`, `${actual}`);
  checkU64(form, view, header.size, expected, 'CIPHERTEXT_SIZE_MISMATCH', 'outer size');
  checkU64(form, view, at.inner + header.size, expected - at.inner, 'CIPHERTEXT_SIZE_MISMATCH', 'inner size');
}

function checkMembers(form: Form, view: DataView): void {
  const nttForm = view.getUint8(at.nttForm);
  if (nttForm !== form.nttForm) {
    throw refuse(form, 'CIPHERTEXT_FORM', 'ntt flag', `${form.nttForm}`, `${nttForm}`);
  }
  const shape = (offset: number, expected: number, what: string): void =>
    checkU64(form, view, offset, expected, 'CIPHERTEXT_SHAPE', what);
  shape(at.polynomials, polynomials, 'polynomial count');
  shape(at.polyModulusDegree, form.polyModulusDegree, 'poly modulus degree');
  shape(at.coeffModulusCount, form.coeffModulusCount, 'coeff modulus count');
  shape(at.elementCount, elementCount(form), 'element count');
  const scale = view.getFloat64(at.scale, true);
  if (scale !== 1) throw refuse(form, 'CIPHERTEXT_SCALE', 'scale', '1', `${scale}`);
  checkU64(form, view, at.correctionFactor, 1, 'CIPHERTEXT_SCALE', 'correction factor');
}

/** c1 = 0 means that c0 is the message in the clear. SEAL loads such a ciphertext without a word. */
function checkNotTransparent(form: Form, bytes: Uint8Array): void {
  const secondPolynomial = at.elements + 4 * elementCount(form);
  // Leaves at the first byte that is set, which in an honest ciphertext is the first or second.
  for (let offset = secondPolynomial; offset < bytes.length; offset += 1) {
    if (bytes[offset] !== 0) return;
  }
  throw refuse(form, 'CIPHERTEXT_TRANSPARENT', 'second polynomial', 'random coefficients', 'all zero');
}

function checkU64(
  form: Form,
  view: DataView,
  offset: number,
  expected: number,
  code: CiphertextError['code'],
  what: string,
): void {
  const actual = view.getBigUint64(offset, true);
  if (actual !== BigInt(expected)) throw refuse(form, code, what, `${expected}`, `${actual}`);
}

function elementCount({ polyModulusDegree, coeffModulusCount }: Form): number {
  return polynomials * polyModulusDegree * coeffModulusCount;
}

function formBytes(form: Form): number {
  return at.elements + 8 * elementCount(form);
}

function refuse(
  { what: kind }: Form,
  code: CiphertextError['code'],
  what: string,
  expected: string,
  actual: string,
): CiphertextError {
  return new CiphertextError(code, `${kind} ${what}: expected ${expected}, got ${actual}`);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
