/** DER as X.690 has it, as much as a certificate needs; writing only. */

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

export function tlv(tagByte: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tagByte]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...members: readonly Uint8Array[]): Buffer => tlv(tag.sequence, ...members);
export const set = (...members: readonly Uint8Array[]): Buffer => tlv(tag.set, ...members);
export const octetString = (content: Uint8Array): Buffer => tlv(tag.octetString, content);
export const utf8String = (text: string): Buffer => tlv(tag.utf8, Buffer.from(text, 'utf8'));
export const isTrue = (): Buffer => tlv(tag.boolean, Buffer.from([0xff]));

export function bitString(content: Uint8Array, unusedBits = 0): Buffer {
  return tlv(tag.bitString, Buffer.from([unusedBits]), content);
}

/** A number of any length, never negative: big-endian bytes get a zero before where the first bit is set. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const shortest = bytes.subarray(start);
  const sign = ((shortest[0] ?? 0) & 0x80) === 0 ? [] : [0];
  return tlv(tag.integer, Buffer.from(sign), shortest);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(tag.oid, Buffer.from([40 * first + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 | (rest % 128));
  }
  return bytes;
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime after; whole seconds. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? tlv(tag.utcTime, Buffer.from(digits.slice(2)))
    : tlv(tag.generalizedTime, Buffer.from(digits));
}

/** A context-specific tag. */
export function tagged(number: number, constructed: boolean, ...contents: readonly Uint8Array[]): Buffer {
  return tlv(0x80 | (constructed ? 0x20 : 0) | number, ...contents);
}
