/**
 * Text forms of bytes. Each decoder accepts exactly one text for one byte string: a second accepted spelling
 * would let a signed document change without changing its meaning.
 */
import { CanonicalError } from './canonical-error.js';

/** A byte array over its own memory, which WebCrypto takes as it is. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
// ignoreBOM keeps a BOM as a character, so that a round trip never loses bytes.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const asciiDecoder = new TextDecoder('latin1');

const PAD = 0x3d;
const INVALID = 0xff;
const HEX_DIGITS = encoder.encode('0123456789abcdef');
const BASE64_STANDARD = alphabet('+/');
const BASE64_URL = alphabet('-_');

interface Base64Alphabet {
  readonly digits: Uint8Array;
  readonly values: Uint8Array;
}

/** @throws CanonicalError `JSON_NOT_UTF8` on a lone surrogate, which has no UTF-8 form. */
export function utf8(text: string): Bytes {
  if (hasLoneSurrogate(text)) throw new CanonicalError('JSON_NOT_UTF8', 'text holds a lone surrogate');
  return encoder.encode(text);
}

/** @throws CanonicalError `JSON_NOT_UTF8` */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new CanonicalError('JSON_NOT_UTF8', `${bytes.length} bytes are not valid UTF-8`);
  }
}

export function hasLoneSurrogate(text: string): boolean {
  return !text.isWellFormed();
}

/** Lower case, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  const text = new Uint8Array(bytes.length * 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    text[2 * index] = HEX_DIGITS[byte >> 4] ?? 0;
    text[2 * index + 1] = HEX_DIGITS[byte & 15] ?? 0;
  }
  return asciiDecoder.decode(text);
}

/** @throws CanonicalError `HEX_INVALID` on upper case, odd length or another character. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    throw new CanonicalError('HEX_INVALID', `expected lower-case hex pairs, got ${text.length} characters`);
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (hexValue(text.charCodeAt(2 * index)) << 4) | hexValue(text.charCodeAt(2 * index + 1));
  }
  return bytes;
}

/** RFC 4648 section 4: standard alphabet, padded. */
export function toBase64(bytes: Uint8Array): string {
  return encodeBase64(bytes, BASE64_STANDARD, true);
}

/** @throws CanonicalError `BASE64_INVALID` on white space, wrong padding, the other alphabet or stray bits. */
export function fromBase64(text: string): Bytes {
  if (text.length % 4 !== 0) throw base64Error(text, 'length is not a multiple of 4');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decodeBase64(text, text.length - padding, BASE64_STANDARD);
}

/** RFC 4648 section 5, without padding, as JOSE and SD-JWT use it. */
export function toBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes, BASE64_URL, false);
}

/** @throws CanonicalError `BASE64_INVALID`, on padding too. */
export function fromBase64Url(text: string): Bytes {
  if (text.length % 4 === 1) throw base64Error(text, 'no byte string has this length');
  return decodeBase64(text, text.length, BASE64_URL);
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares without an early exit, so that the time taken tells nothing about where two values differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

export function u16be(value: number): Bytes {
  return unsigned(BigInt(checkedInteger(value, 0xffff)), 2);
}

export function u32be(value: number): Bytes {
  return unsigned(BigInt(checkedInteger(value, 0xffffffff)), 4);
}

export function u64be(value: bigint): Bytes {
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
    throw new CanonicalError('FIELD_RANGE', 'expected an unsigned 64-bit integer');
  }
  return unsigned(value, 8);
}

function checkedInteger(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new CanonicalError('FIELD_RANGE', `expected an integer from 0 to ${max}, got ${value}`);
}

function unsigned(value: bigint, length: number): Bytes {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index -= 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function hexValue(code: number): number {
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}

function alphabet(last: string): Base64Alphabet {
  const digits = encoder.encode(`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`);
  const values = new Uint8Array(128).fill(INVALID);
  for (let value = 0; value < digits.length; value += 1) values[digits[value] ?? 0] = value;
  return { digits, values };
}

function encodeBase64(bytes: Uint8Array, { digits }: Base64Alphabet, padded: boolean): string {
  const digitCount = Math.ceil((bytes.length * 4) / 3);
  const text = new Uint8Array(padded ? Math.ceil(bytes.length / 3) * 4 : digitCount).fill(PAD);
  for (let from = 0, to = 0; from < bytes.length; from += 3) {
    const group = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    for (let shift = 18; shift >= 0 && to < digitCount; shift -= 6) {
      text[to] = digits[(group >> shift) & 63] ?? 0;
      to += 1;
    }
  }
  return asciiDecoder.decode(text);
}

function decodeBase64(text: string, digitCount: number, { values }: Base64Alphabet): Bytes {
  const bytes = new Uint8Array(Math.floor((digitCount * 3) / 4));
  let group = 0;
  let bits = 0;
  let to = 0;
  for (let from = 0; from < digitCount; from += 1) {
    const value = values[text.charCodeAt(from)] ?? INVALID;
    if (value === INVALID) throw base64Error(text, `character ${from} is not in the alphabet`);
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[to] = (group >> bits) & 0xff;
    to += 1;
  }
  // RFC 4648 section 3.5: the bits after the last byte must be zero, or several texts name the same bytes.
  if ((group & ((1 << bits) - 1)) !== 0) throw base64Error(text, 'the bits after the last byte are not zero');
  return bytes;
}

function base64Error(text: string, reason: string): CanonicalError {
  return new CanonicalError('BASE64_INVALID', `not canonical base64 (${text.length} characters): ${reason}`);
}
