/**
 * Bytes that somebody sends in place of a ciphertext, all made here: well-formed ones, the bombs that SEAL's own
 * loader unpacks to gigabytes, and mutations that a seed draws.
 */
import { aes256CtrKeystream, concatBytes, fromHex, sha256, utf8 } from '#canonical';
import { type FheParameters, pageParameters } from '#ciphertext';

/** Where the members of a ciphertext stand; see the pre-parser. */
const HEADERS = 113;
const INNER = 89;

const BLOCK_BYTES = 128 * 1024;

/** Headers as SEAL writes them over coefficients that a seed draws, each below its prime. */
export function drawnCiphertext(seed: string, parameters: FheParameters = pageParameters): Uint8Array {
  const { coeffModulus, polyModulusDegree, paramsId } = parameters;
  const elements = 2 * polyModulusDegree * coeffModulus.length;
  const bytes = new Uint8Array(HEADERS + 8 * elements);
  const view = new DataView(bytes.buffer);
  sealHeader(view, 0, bytes.length, 0);
  bytes.set(fromHex(paramsId), 16);
  view.setBigUint64(49, 2n, true);
  view.setBigUint64(57, BigInt(polyModulusDegree), true);
  view.setBigUint64(65, BigInt(coeffModulus.length), true);
  view.setFloat64(73, 1, true);
  view.setBigUint64(81, 1n, true);
  sealHeader(view, INNER, bytes.length - INNER, 0);
  view.setBigUint64(105, BigInt(elements), true);
  const stream = aes256CtrKeystream(sha256(utf8(seed)), 8 * elements);
  const drawn = new DataView(stream.buffer);
  for (let element = 0; element < elements; element += 1) {
    const prime = coeffModulus[Math.floor(element / polyModulusDegree) % coeffModulus.length] ?? 1n;
    view.setBigUint64(HEADERS + 8 * element, drawn.getBigUint64(8 * element, true) % prime, true);
  }
  return bytes;
}

/** RFC 8878: a frame of run-length blocks, four bytes for each 128 KiB of zeros. */
export function zstdBomb(blocks: number): Uint8Array {
  const bytes = new Uint8Array(6 + 4 * blocks);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfd2fb528, true);
  // No content size; a window of 128 KiB.
  view.setUint8(5, 7 << 3);
  for (let block = 0; block < blocks; block += 1) {
    const last = block === blocks - 1 ? 1 : 0;
    const header = last | (1 << 1) | (BLOCK_BYTES << 3);
    view.setUint8(6 + 4 * block, header & 0xff);
    view.setUint16(7 + 4 * block, header >>> 8, true);
  }
  return bytes;
}

/** 8 KiB that SEAL's loader unpacks to 256 MiB, and 32 KiB to 1 GiB: the outer header says zstd. */
export function outerBomb(blocks: number): Uint8Array {
  const body = zstdBomb(blocks);
  const bytes = new Uint8Array(16 + body.length);
  sealHeader(new DataView(bytes.buffer), 0, bytes.length, 2);
  bytes.set(body, 16);
  return bytes;
}

/** The outer header says that nothing is compressed, the one of the coefficients says zstd. */
export function nestedBomb(blocks: number, parameters: FheParameters = pageParameters): Uint8Array {
  const body = zstdBomb(blocks);
  const bytes = new Uint8Array(INNER + 16 + body.length);
  bytes.set(drawnHeaders(parameters));
  const view = new DataView(bytes.buffer);
  sealHeader(view, 0, bytes.length, 0);
  sealHeader(view, INNER, bytes.length - INNER, 2);
  bytes.set(body, INNER + 16);
  return bytes;
}

/** A frame whose header promises more than any memory holds, and that asks for the largest window there is. */
export function boastingFrame(): Uint8Array {
  const promised = new Uint8Array(8).fill(0xff);
  // Descriptor: 8 bytes of content size, no single segment; window descriptor of 2^41 bytes and 7 eighths.
  return concatBytes(fromHex('28b52ffdc0ff'), promised, fromHex('010000'));
}

/** Bytes by which a mutation may be longer than what it is made of. */
const LONGER_MAX = 4096;

/**
 * The first `count` mutations that a seed draws of a ciphertext; each is made when it is asked for.
 *
 * @param own whether each has bytes of its own; else all are made in one place, and the next takes the place of the one before
 */
export function* mutations(
  of: Uint8Array,
  seed: string,
  count: number,
  { own = true }: { readonly own?: boolean } = {},
): Generator<Uint8Array, void, undefined> {
  const stream = aes256CtrKeystream(sha256(utf8(seed)), 16 * count);
  const drawn = new DataView(stream.buffer);
  const place = new Uint8Array(of.length + LONGER_MAX);
  for (let index = 0; index < count; index += 1) {
    const kind = drawn.getUint8(16 * index);
    const at = drawn.getUint32(16 * index + 4, true);
    const value = drawn.getUint8(16 * index + 1);
    const mutated = mutate(of, place, { kind, at, value });
    yield own ? mutated.slice() : mutated;
  }
}

interface Drawn {
  readonly kind: number;
  readonly at: number;
  readonly value: number;
}

function mutate(of: Uint8Array, place: Uint8Array, { kind, at, value }: Drawn): Uint8Array {
  place.set(of);
  const bytes = place.subarray(0, of.length);
  // Half of them in the headers, where the reader decides; the rest among coefficients and lengths.
  if (kind < 128) return flipped(bytes, at % HEADERS, value);
  if (kind < 192) return flipped(bytes, HEADERS + (at % (of.length - HEADERS)), value);
  if (kind < 216) return bytes.subarray(0, at % of.length);
  if (kind < 232) {
    const longer = place.subarray(0, of.length + 1 + (at % LONGER_MAX));
    longer.fill(value, of.length);
    return longer;
  }
  // A run of one byte, anywhere; from the headers on it may wipe out a whole polynomial.
  return bytes.fill(value, at % of.length, (at % of.length) + 1 + (at % 200_000));
}

function flipped(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes[at] = (bytes[at] ?? 0) ^ (value === 0 ? 1 : value);
  return bytes;
}

function drawnHeaders(parameters: FheParameters): Uint8Array {
  return drawnCiphertext('headers', parameters).slice(0, INNER);
}

function sealHeader(view: DataView, start: number, size: number, compression: number): void {
  view.setUint16(start, 0xa15e, true);
  view.setUint8(start + 2, 16);
  view.setUint8(start + 3, 4);
  view.setUint8(start + 5, compression);
  view.setBigUint64(start + 8, BigInt(size), true);
}
