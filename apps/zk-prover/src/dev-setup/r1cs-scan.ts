// SPDX-License-Identifier: GPL-3.0
import { Iden3File } from '../r1cs/iden3-file.js';

export interface R1csHeader {
  readonly wires: number;
  readonly outputs: number;
  readonly publicInputs: number;
  readonly constraints: number;
}

/** One coefficient: which of A, B and C, which constraint, which wire. */
export type TermVisitor = (matrix: 0 | 1 | 2, constraint: number, wire: number, coefficient: bigint) => void;

/**
 * Visits every coefficient of an r1cs file in order, without keeping them: `readR1cs` would hold the millions that a
 * large circuit has.
 *
 * @throws R1csError R1CS_MALFORMED, WRONG_FIELD
 */
export function scanR1cs(bytes: Uint8Array, visit: TermVisitor): R1csHeader {
  const file = new Iden3File(bytes, 'r1cs', 1, 'R1CS_MALFORMED');
  const header = readHeader(file);
  const section = file.section(2, 'constraints');
  for (let constraint = 0; constraint < header.constraints; constraint += 1) {
    for (const matrix of [0, 1, 2] as const) {
      const terms = section.u32();
      for (let term = 0; term < terms; term += 1) {
        const wire = section.u32();
        if (wire >= header.wires)
          throw file.fail(`constraint ${constraint}: wire ${wire} of ${header.wires}`);
        visit(matrix, constraint, wire, section.field());
      }
    }
  }
  section.end();
  return header;
}

export function readR1csHeader(bytes: Uint8Array): R1csHeader {
  return readHeader(new Iden3File(bytes, 'r1cs', 1, 'R1CS_MALFORMED'));
}

function readHeader(file: Iden3File): R1csHeader {
  const section = file.section(1, 'header');
  section.prime();
  const [wires, outputs, publicInputs] = [section.u32(), section.u32(), section.u32()];
  section.u32(); // private inputs
  section.u64(); // labels, which the .sym file gives names
  return { wires, outputs, publicInputs, constraints: section.u32() };
}
