/**
 * Writes the DER (X.690) that the certificates of simulated hardware need, and nothing more.
 */
import { concatBytes, fromHex, utf8 } from '#canonical';
import { derTag } from '../x509/der-reader.js';

export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...contents);
  return concatBytes(Uint8Array.of(tag), encodeLength(content.length), content);
}

export function sequence(...values: readonly Uint8Array[]): Uint8Array {
  return der(derTag.sequence, ...values);
}

export function explicit(number: number, value: Uint8Array): Uint8Array {
  return der(derTag.context(number), value);
}

/** A non-negative integer given as big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  const isNegative = (shortest[0] ?? 0) >= 0x80;
  return der(derTag.integer, isNegative ? Uint8Array.of(0) : new Uint8Array(0), shortest);
}

export function smallInteger(value: number): Uint8Array {
  return integer(fromHex(value.toString(16).padStart(8, '0')));
}

export function boolean(value: boolean): Uint8Array {
  return der(derTag.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function bitString(bytes: Uint8Array): Uint8Array {
  return der(derTag.bitString, Uint8Array.of(0), bytes);
}

/** Named bits below 8 (RFC 5280 KeyUsage): trailing zero bits are not encoded. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const byte = bits.reduce((value, bit) => value | (0x80 >> bit), 0);
  const unused = 7 - Math.max(...bits);
  return der(derTag.bitString, Uint8Array.of(unused, byte));
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return der(derTag.octetString, bytes);
}

export function utf8String(text: string): Uint8Array {
  return der(derTag.utf8String, utf8(text));
}

export function printableString(text: string): Uint8Array {
  return der(derTag.printableString, utf8(text));
}

export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(derTag.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** RFC 5280 section 4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050. Fractions of a second are dropped. */
export function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '');
  return digits < '2050'
    ? der(derTag.utcTime, utf8(`${digits.slice(2)}Z`))
    : der(derTag.generalizedTime, utf8(`${digits}Z`));
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const hex = length.toString(16);
  const bytes = fromHex(hex.padStart(hex.length + (hex.length % 2), '0'));
  return concatBytes(Uint8Array.of(0x80 | bytes.length), bytes);
}

function base128(arc: number): number[] {
  const groups = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    groups.unshift((rest % 128) | 0x80);
  }
  return groups;
}
