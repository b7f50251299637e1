import { AttestationError } from './attestation-error.js';
import type { AttestationErrorCode } from './reasons.js';

/**
 * Reads little-endian structures front to back and never past their end.
 * Slices are views on the input: callers that keep them keep the whole evidence alive.
 */
export class ByteReader {
  #offset = 0;
  /** Where the field begins that was read last. */
  #field = 0;
  readonly #view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly code: AttestationErrorCode,
    private readonly what: string,
    /** What offsets count in: the evidence as a whole, and where in it these bytes begin. */
    private readonly place: string,
    private readonly base = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.bytes.length - this.#offset;
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#advance(1, field));
  }

  u16(field: string): number {
    return this.#view.getUint16(this.#advance(2, field), true);
  }

  u24(field: string): number {
    const at = this.#advance(3, field);
    return this.#view.getUint16(at, true) + this.#view.getUint8(at + 2) * 0x10000;
  }

  u32(field: string): number {
    return this.#view.getUint32(this.#advance(4, field), true);
  }

  take(length: number, field: string): Uint8Array {
    const at = this.#advance(length, field);
    return this.bytes.subarray(at, at + length);
  }

  /** Fails unless `actual` is `expected`. */
  expect(actual: number, expected: number, field: string): void {
    if (actual !== expected) this.fail(`${field} is ${actual}, expected ${expected}`);
  }

  fail(message: string): never {
    const where = byteRange(this.place, this.base + this.#field, this.base + this.#offset);
    throw new AttestationError(this.code, `${this.what}: ${message}`, where);
  }

  #advance(length: number, field: string): number {
    const at = this.#offset;
    this.#field = at;
    if (length > this.left) this.fail(`${field} needs ${length} bytes, ${this.left} are left`);
    this.#offset += length;
    return at;
  }
}

/** `quote[0x2c..0x30]`, half open; `quote[0x2c]` where only the beginning is known. */
export function byteRange(place: string, from: number, to = from): string {
  const hex = (offset: number): string => `0x${offset.toString(16)}`;
  return `${place}[${hex(from)}${to > from ? `..${hex(to)}` : ''}]`;
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
