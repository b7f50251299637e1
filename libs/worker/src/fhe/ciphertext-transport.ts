/**
 * Ciphertexts as they travel and lie in stores: compressed outside SEAL, whose own compression nothing here accepts.
 *
 * Two zstd frames after the length of the first, four bytes. Coefficients are random below primes that do not fill
 * their eight bytes, so what can be saved lies in their highest bytes, and zstd finds it only where those stand alone:
 * the first frame has the headers and the highest bytes, byte by byte; the second the rest, which never gets smaller.
 *
 * Whoever sends packed bytes is not trusted. Their length is bounded before they are read, what comes out of them is
 * bounded by zlib while it comes out, and passes the pre-parser before anybody sees it. A ciphertext is named by the
 * digest of its canonical bytes, never by that of packed ones: zstd releases pack differently.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { concatBytes, u32be } from '#canonical';
import { CiphertextError, canonicalCiphertext, ciphertextBytes, type FheParameters } from '#ciphertext';

/** Where the coefficients of a ciphertext begin, eight bytes each. */
const headerBytes = 113;
/** Of the first frame's length. */
const lengthBytes = 4;
const coefficientBytes = 8;
/** Nothing here repeats, so there is nothing to search for. */
const level = 1;
/** Room for what zstd adds to bytes that it cannot compress (ZSTD_COMPRESSBOUND), and its frames. */
const overheadBytesMax = 2048;
/** 2^19 bytes: a frame that asks for a larger window would make the decoder allocate one. */
const windowLogMax = 19;
/** RFC 8878, 3.1.1. */
const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd] as const;

/** @throws CiphertextError of the pre-parser */
export function packCiphertext(bytes: Uint8Array, parameters: FheParameters): Uint8Array {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  const { high, low } = parted(canonicalCiphertext(bytes, parameters), parameters);
  const first = zstdCompressSync(high, { params });
  return concatBytes(u32be(first.length), first, zstdCompressSync(low, { params }));
}

/**
 * The canonical ciphertext in packed bytes.
 *
 * @throws CiphertextError `TRANSPORT_TOO_LARGE` for a bomb, `TRANSPORT_MALFORMED`, `TRANSPORT_TRUNCATED`,
 *   `TRANSPORT_TRAILING_BYTES`, and those of the pre-parser
 */
export function unpackCiphertext(packed: Uint8Array, parameters: FheParameters): Uint8Array {
  const bytes = new Uint8Array(ciphertextBytes(parameters));
  const limit = bytes.length + overheadBytesMax;
  if (packed.length > limit) {
    throw refuse('TRANSPORT_TOO_LARGE', `expected at most ${limit} bytes, got ${packed.length}`);
  }
  if (packed.length < lengthBytes) throw refuse('TRANSPORT_TRUNCATED', `got ${packed.length} bytes`);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const secondAt = lengthBytes + view.getUint32(0);
  if (secondAt > packed.length) {
    throw refuse('TRANSPORT_TRUNCATED', `its first frame ends at ${secondAt}, got ${packed.length} bytes`);
  }
  const { high, low } = partsOf(bytes, parameters);
  high.set(decompressed(packed.subarray(lengthBytes, secondAt), high.length));
  low.set(decompressed(packed.subarray(secondAt), low.length));
  return canonicalCiphertext(joined(bytes, parameters), parameters);
}

/** What `zstdDecompressSync` gives with `info`, which its types leave out. */
interface Inflated {
  readonly buffer: Uint8Array;
  /** Bytes that it took: `bytesWritten` to the decoder. */
  readonly engine: { readonly bytesWritten: number };
}

/** One frame that unpacks to exactly `byteCount`. */
function decompressed(frame: Uint8Array, byteCount: number): Uint8Array {
  const params = { [constants.ZSTD_d_windowLogMax]: windowLogMax };
  const options = { params, maxOutputLength: byteCount, info: true };
  let inflated: Inflated;
  try {
    inflated = zstdDecompressSync(frame, options) as unknown as Inflated;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw refusal(code, frame, byteCount);
  }
  const { buffer, engine } = inflated;
  if (engine.bytesWritten !== frame.length) throw trailing();
  if (buffer.length === byteCount) return buffer;
  throw refuse('TRANSPORT_TRUNCATED', `a frame unpacks to ${buffer.length} bytes, expected ${byteCount}`);
}

function refusal(code: string, frame: Uint8Array, bytesMax: number): CiphertextError {
  switch (code) {
    case 'ERR_BUFFER_TOO_LARGE':
    case 'ZSTD_error_frameParameter_windowTooLarge':
      return refuse('TRANSPORT_TOO_LARGE', `a frame unpacks to more than ${bytesMax} bytes`);
    case 'Z_BUF_ERROR':
      return refuse('TRANSPORT_TRUNCATED', 'ends inside a zstd frame');
    case 'ZSTD_error_prefix_unknown':
      // It began as a frame, so that what is none stands behind one.
      return zstdMagic.every((byte, index) => frame[index] === byte) ? trailing() : malformed(code);
    default:
      return malformed(code);
  }
}

function trailing(): CiphertextError {
  return refuse('TRANSPORT_TRAILING_BYTES', 'bytes behind a zstd frame');
}

function malformed(code: string): CiphertextError {
  return refuse('TRANSPORT_MALFORMED', `expected a zstd frame, got ${code}`);
}

interface Parts {
  readonly high: Uint8Array;
  readonly low: Uint8Array;
}

/** Bytes of a coefficient that its prime fills. */
function lowBytesOf({ coeffModulus }: FheParameters): number {
  const bits = Math.max(...coeffModulus.map((prime) => prime.toString(2).length));
  return Math.floor(bits / 8);
}

function partsOf(bytes: Uint8Array, parameters: FheParameters): Parts & { readonly count: number } {
  const count = (bytes.length - headerBytes) / coefficientBytes;
  const highLength = bytes.length - lowBytesOf(parameters) * count;
  return { count, high: bytes.subarray(0, highLength), low: bytes.subarray(highLength) };
}

function parted(bytes: Uint8Array, parameters: FheParameters): Parts {
  const { count, high, low } = partsOf(new Uint8Array(bytes.length), parameters);
  high.set(bytes.subarray(0, headerBytes));
  const lowBytes = lowBytesOf(parameters);
  for (let index = 0, from = headerBytes, to = 0; index < count; index += 1) {
    for (let place = 0; place < lowBytes; place += 1, from += 1, to += 1) low[to] = bytes[from] ?? 0;
    for (let plane = 0; plane < coefficientBytes - lowBytes; plane += 1, from += 1) {
      high[headerBytes + plane * count + index] = bytes[from] ?? 0;
    }
  }
  return { high, low };
}

function joined(parts: Uint8Array, parameters: FheParameters): Uint8Array {
  const { count, high, low } = partsOf(parts, parameters);
  const bytes = new Uint8Array(parts.length);
  bytes.set(high.subarray(0, headerBytes));
  const lowBytes = lowBytesOf(parameters);
  for (let index = 0, from = 0, to = headerBytes; index < count; index += 1) {
    for (let place = 0; place < lowBytes; place += 1, from += 1, to += 1) bytes[to] = low[from] ?? 0;
    for (let plane = 0; plane < coefficientBytes - lowBytes; plane += 1, to += 1) {
      bytes[to] = high[headerBytes + plane * count + index] ?? 0;
    }
  }
  return bytes;
}

function refuse(code: CiphertextError['code'], what: string): CiphertextError {
  return new CiphertextError(code, `packed ciphertext: ${what}`);
}
