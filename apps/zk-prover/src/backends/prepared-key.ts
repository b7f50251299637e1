// SPDX-License-Identifier: GPL-3.0
import { Iden3File } from '../r1cs/iden3-file.js';

/** What of a proving key a proof needs, each part in a buffer of its own: a thread is given a buffer whole. */
export interface PreparedKey {
  readonly wires: number;
  readonly publics: number;
  readonly domainSize: number;
  readonly alpha1: Uint8Array;
  readonly beta1: Uint8Array;
  readonly beta2: Uint8Array;
  readonly delta1: Uint8Array;
  readonly delta2: Uint8Array;
  /** Entries of the matrices A and B: matrix, row, column, factor. */
  readonly coefficients: Uint8Array;
  readonly coefficientCount: number;
  readonly a: Uint8Array;
  readonly b1: Uint8Array;
  readonly b2: Uint8Array;
  readonly c: Uint8Array;
  readonly h: Uint8Array;
}

const ZKEY_VERSION = 1;
const WTNS_VERSION = 2;
const SECTION = { header: 2, coefficients: 4, a: 5, b1: 6, b2: 7, c: 8, h: 9 };
const WTNS_SECTION = { header: 1, values: 2 };
const G1_BYTES = 64;
const G2_BYTES = 128;
const FIELD = 32;
const COEFFICIENT_BYTES = 12 + FIELD;
/** Size of q, q, size of r, r, then three counts. */
const COUNTS_AT = 4 + FIELD + 4 + FIELD;

/**
 * Takes a proving key of snarkjs' format apart. Its digest was checked on these bytes; the sizes are checked so that a
 * key of another format is told from one of this.
 *
 * @throws R1csError
 */
export function prepareKey(bytes: Uint8Array): PreparedKey {
  const file = new Iden3File(bytes, 'zkey', ZKEY_VERSION, 'R1CS_MALFORMED');
  const header = partOf(file, SECTION.header, 'key header');
  const view = new DataView(header.buffer);
  const [wires, publics, domainSize] = [0, 4, 8].map((at) => view.getUint32(COUNTS_AT + at, true));
  if (wires === undefined || publics === undefined || domainSize === undefined) throw file.fail('no counts');
  let at = COUNTS_AT + 12;
  const point = (size: number): Uint8Array => {
    at += size;
    return header.slice(at - size, at);
  };
  const [alpha1, beta1, beta2] = [point(G1_BYTES), point(G1_BYTES), point(G2_BYTES)];
  point(G2_BYTES);
  const [delta1, delta2] = [point(G1_BYTES), point(G2_BYTES)];
  const coefficients = partOf(file, SECTION.coefficients, 'coefficients');
  const coefficientCount = new DataView(coefficients.buffer).getUint32(0, true);
  const points = (section: number, what: string, count: number, size: number): Uint8Array =>
    exactly(file, partOf(file, section, what), what, count * size);
  return {
    ...{ wires, publics, domainSize, alpha1, beta1, beta2, delta1, delta2, coefficientCount },
    coefficients: exactly(file, coefficients.slice(4), 'coefficients', coefficientCount * COEFFICIENT_BYTES),
    a: points(SECTION.a, 'points A', wires, G1_BYTES),
    b1: points(SECTION.b1, 'points B1', wires, G1_BYTES),
    b2: points(SECTION.b2, 'points B2', wires, G2_BYTES),
    c: points(SECTION.c, 'points C', wires - publics - 1, G1_BYTES),
    h: points(SECTION.h, 'points H', domainSize, G1_BYTES),
  };
}

/** Values of a witness file, little-endian, as many as the key has wires. @throws R1csError */
export function witnessValues(bytes: Uint8Array, wires: number): Uint8Array {
  const file = new Iden3File(bytes, 'wtns', WTNS_VERSION, 'R1CS_MALFORMED');
  file.section(WTNS_SECTION.header, 'witness header').prime();
  return exactly(file, partOf(file, WTNS_SECTION.values, 'witness'), 'witness', wires * FIELD);
}

function partOf(file: Iden3File, section: number, what: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(file.section(section, what).bytes);
}

function exactly(file: Iden3File, bytes: Uint8Array, what: string, size: number): Uint8Array {
  if (bytes.length === size) return bytes;
  throw file.fail(`${what}: expected ${size} bytes, got ${bytes.length}`);
}
