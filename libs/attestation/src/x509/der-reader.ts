import { AttestationError } from '../attestation-error.js';
import { byteRange } from '../byte-reader.js';

/** Tags of X.690 as they appear in certificates, constructed bit included. */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific, constructed: EXPLICIT [n], or IMPLICIT [n] over a constructed type. */
  context: (number: number): number => 0xa0 + number,
} as const;

/** Malformed at a place. `derIn` makes an offset of it, because only who reads the whole knows where it begins. */
class DerError extends AttestationError {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super('CERT_MALFORMED', `certificate data: ${message}`);
  }
}

/** Runs a reader of `whole`; what it finds malformed is then named by its place in it, e.g. `crl[0x1f]`. */
export function derIn<T>(whole: Uint8Array, place: string, read: (whole: Uint8Array) => T): T {
  try {
    return read(whole);
  } catch (error) {
    if (!(error instanceof AttestationError) || error.where !== undefined) throw error;
    const at = error instanceof DerError ? error.position - whole.byteOffset : null;
    throw new AttestationError(error.code, error.message, at === null ? place : byteRange(place, at));
  }
}

export interface DerValue {
  readonly tag: number;
  /** Tag, length and content. */
  readonly encoded: Uint8Array;
  readonly content: Uint8Array;
}

/**
 * Reads a run of DER values (X.690 section 10): definite lengths in their shortest form, one-byte tags.
 * BER would give one signed certificate several encodings and one encoding several readings; it is refused.
 *
 * @throws AttestationError `CERT_MALFORMED`
 */
export class DerReader {
  #offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#offset === this.bytes.length;
  }

  /** Tag of the value that `next` would return; null at the end. */
  get tag(): number | null {
    return this.bytes[this.#offset] ?? null;
  }

  next(tag: number): DerValue {
    const start = this.#offset;
    const found = this.#byte();
    if (found !== tag) this.#fail(`tag is 0x${hex(found)}, expected 0x${hex(tag)}`);
    if ((found & 0x1f) === 0x1f) this.#fail('tags of several bytes are not used in certificates');
    const length = this.#length();
    const from = this.#offset;
    if (length > this.bytes.length - from) this.#fail(`a value of ${length} bytes runs past the end`);
    this.#offset = from + length;
    return {
      tag: found,
      encoded: this.bytes.subarray(start, this.#offset),
      content: this.bytes.subarray(from, this.#offset),
    };
  }

  optional(tag: number): DerValue | null {
    return this.tag === tag ? this.next(tag) : null;
  }

  /** The value's content as a run of values of its own. */
  enter(tag: number): DerReader {
    return new DerReader(this.next(tag).content);
  }

  /** Any one value: for content that only has to be well formed. */
  any(): DerValue {
    return this.next(this.tag ?? this.#fail('a value is missing'));
  }

  end(): void {
    if (!this.done) this.#fail(`${this.bytes.length - this.#offset} bytes follow the last value`);
  }

  #byte(): number {
    const byte = this.bytes[this.#offset];
    if (byte === undefined) return this.#fail('the data ends inside a value');
    this.#offset += 1;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    // 0x80 is BER's indefinite length. Three bytes hold more than any certificate may have.
    if (count === 0 || count > 3) this.#fail(`length of ${count} bytes is not accepted`);
    let length = 0;
    for (let index = 0; index < count; index += 1) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1)) this.#fail('length is not in its shortest form');
    return length;
  }

  /** Readers of inner values hold views: where a view begins in memory tells how far into the whole it is. */
  #fail(message: string): never {
    throw new DerError(message, this.bytes.byteOffset + this.#offset);
  }
}

/** Reads one value that must fill `bytes`. */
export function derWhole(bytes: Uint8Array, tag: number): DerValue {
  const reader = new DerReader(bytes);
  const value = reader.next(tag);
  reader.end();
  return value;
}

export function derOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  let started = false;
  for (const byte of content) {
    if (!started && byte === 0x80) malformed('object identifier has a padded arc');
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) malformed('object identifier has an arc that is too large');
    started = (byte & 0x80) !== 0;
    if (started) continue;
    arcs.push(arc);
    arc = 0;
  }
  const first = arcs.shift();
  if (first === undefined || started) return malformed('object identifier is incomplete');
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...arcs].join('.');
}

/** A non-negative integer of at most 6 bytes: versions, path lengths, security versions. */
export function derSmallInteger(content: Uint8Array): number {
  const bytes = derInteger(content);
  if (bytes.length > 6 || (content[0] ?? 0) >= 0x80) malformed('integer is negative or too large');
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** The two's complement bytes of an integer in its shortest form. Some vendors use negative serial numbers. */
export function derInteger(content: Uint8Array): Uint8Array {
  const [first, second] = content;
  if (first === undefined) return malformed('integer is empty');
  const padded =
    second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  return padded ? malformed('integer is not in its shortest form') : content;
}

export function derBoolean(content: Uint8Array): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) malformed('boolean is not 00 or FF');
  return content[0] === 0xff;
}

/** A bit string of whole bytes: keys and signatures. */
export function derBitBytes(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) malformed('bit string is not a number of whole bytes');
  return content.subarray(1);
}

/** Named bits (key usage): bit 0 is the first bit of the first byte. */
export function derNamedBits(content: Uint8Array): ReadonlySet<number> {
  const [unused, ...bytes] = content;
  if (unused === undefined || unused > 7 || bytes.length === 0 || bytes.length > 4)
    malformed('bit string is malformed');
  // X.690 section 11.2.1: unused bits are zero, or one value has several encodings.
  if (((bytes.at(-1) ?? 0) & ((1 << (unused ?? 0)) - 1)) !== 0) malformed('bit string has unused bits set');
  const bits = new Set<number>();
  bytes.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (0x80 >> bit)) !== 0) bits.add(index * 8 + bit);
  });
  return bits;
}

/**
 * RFC 5280 section 4.1.2.5: UTCTime `YYMMDDhhmmssZ` (50 and above mean 19xx) or GeneralizedTime
 * `YYYYMMDDhhmmssZ`. Milliseconds since the epoch.
 */
export function derTime(reader: DerReader): number {
  const value = reader.any();
  const text = String.fromCharCode(...value.content.subarray(0, 16));
  const utc = value.tag === derTag.utcTime && /^\d{12}Z$/.test(text);
  const generalized = value.tag === derTag.generalizedTime && /^\d{14}Z$/.test(text);
  if (!utc && !generalized) return malformed('time is not in the form of RFC 5280');
  const full = utc ? `${text < '5' ? '20' : '19'}${text}` : text;
  const part = (from: number, length = 2): string => full.slice(from, from + length);
  const iso = `${part(0, 4)}-${part(4)}-${part(6)}T${part(8)}:${part(10)}:${part(12)}.000Z`;
  const ms = Date.parse(iso);
  // Date.parse rolls 31 February over; the way back shows it.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== iso)
    malformed('time names a day that does not exist');
  return ms;
}

export function malformed(message: string): never {
  throw new AttestationError('CERT_MALFORMED', `certificate data: ${message}`);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
