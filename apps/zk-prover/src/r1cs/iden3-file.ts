// SPDX-License-Identifier: GPL-3.0
import { FIELD_MODULUS } from '#canonical';
import { R1csError, type R1csErrorCode } from './r1cs-error.js';

export const FIELD_BYTES = 32;
const SECTIONS_MAX = 16;
const HEAD_BYTES = 12;

/**
 * The container of iden3's binary files: magic, version, number of sections, then type and length before each section
 * (https://github.com/iden3/r1csfile/blob/master/doc/r1cs_bin_format.md). Every read is bounded by its section.
 */
export class Iden3File {
  readonly #sections = new Map<number, Buffer>();

  /** @throws R1csError of `code`: another magic or version, sections that overrun, overlap or repeat */
  constructor(
    bytes: Uint8Array,
    magic: string,
    readonly version: number,
    readonly code: R1csErrorCode,
  ) {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = file.length >= HEAD_BYTES && file.toString('latin1', 0, 4) === magic;
    if (!head || file.readUInt32LE(4) !== version)
      throw this.fail(`expected the magic "${magic}" and version ${version}`);
    const count = file.readUInt32LE(8);
    if (count > SECTIONS_MAX) throw this.fail(`expected at most ${SECTIONS_MAX} sections, got ${count}`);
    let at = HEAD_BYTES;
    for (let index = 0; index < count; index += 1) {
      if (file.length - at < HEAD_BYTES) throw this.fail(`section ${index}: the file ends inside its head`);
      const type = file.readUInt32LE(at);
      const length = file.readBigUInt64LE(at + 4);
      at += HEAD_BYTES;
      if (length > BigInt(file.length - at)) throw this.fail(`section ${index}: longer than the file`);
      if (this.#sections.has(type)) throw this.fail(`section type ${type} occurs twice`);
      this.#sections.set(type, file.subarray(at, at + Number(length)));
      at += Number(length);
    }
    if (at !== file.length) throw this.fail('bytes after the last section');
  }

  section(type: number, what: string): SectionReader {
    const bytes = this.#sections.get(type);
    if (bytes === undefined) throw this.fail(`no ${what} section (type ${type})`);
    return new SectionReader(bytes, what, this);
  }

  fail(message: string): R1csError {
    return new R1csError(this.code, message);
  }
}

export class SectionReader {
  #at = 0;

  constructor(
    readonly bytes: Buffer,
    readonly what: string,
    readonly file: Iden3File,
  ) {}

  u32(): number {
    return this.#take(4).readUInt32LE(0);
  }

  u64(): bigint {
    return this.#take(8).readBigUInt64LE(0);
  }

  /** Little-endian element of the scalar field of BN254, below its order. */
  field(): bigint {
    const value = this.#integer();
    if (value < FIELD_MODULUS) return value;
    throw this.file.fail(`${this.what} at byte ${this.#at}: expected a number below the field's order`);
  }

  /** The file's field: only BN254 is read. */
  prime(): void {
    const size = this.u32();
    if (size === FIELD_BYTES && this.#integer() === FIELD_MODULUS) return;
    throw new R1csError('WRONG_FIELD', `${this.what}: expected the scalar field of BN254`);
  }

  end(): void {
    if (this.#at !== this.bytes.length) throw this.file.fail(`${this.what}: bytes after its last entry`);
  }

  #integer(): bigint {
    const bytes = this.#take(FIELD_BYTES);
    return (
      bytes.readBigUInt64LE(0) +
      (bytes.readBigUInt64LE(8) << 64n) +
      (bytes.readBigUInt64LE(16) << 128n) +
      (bytes.readBigUInt64LE(24) << 192n)
    );
  }

  #take(count: number): Buffer {
    if (this.bytes.length - this.#at < count)
      throw this.file.fail(`${this.what}: ends early, at byte ${this.#at}`);
    const taken = this.bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }
}
