// SPDX-License-Identifier: GPL-3.0
/**
 * Reads what the compiler and the witness program write, by iden3's formats. The files are not trusted: every count is
 * bounded before it is allocated for.
 */
import { Iden3File, type SectionReader } from './iden3-file.js';
import { R1csError } from './r1cs-error.js';

/** One wire with its coefficient. Wire 0 is the constant one. */
export interface Term {
  readonly wire: number;
  readonly coefficient: bigint;
}

export type Combination = readonly Term[];

/** a * b = c. */
export interface Constraint {
  readonly a: Combination;
  readonly b: Combination;
  readonly c: Combination;
}

/** Wires in order: the constant, public outputs, public inputs, private inputs, all others. */
export interface ConstraintSystem {
  readonly wires: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: readonly Constraint[];
}

const WIRES_MAX = 2 ** 24;
const TERM_BYTES = 36;

/** @throws R1csError R1CS_MALFORMED, WRONG_FIELD, LIMIT_EXCEEDED */
export function readR1cs(bytes: Uint8Array): ConstraintSystem {
  const file = new Iden3File(bytes, 'r1cs', 1, 'R1CS_MALFORMED');
  const header = file.section(1, 'header');
  header.prime();
  const [wires, publicOutputs, publicInputs, privateInputs] = [
    header.u32(),
    header.u32(),
    header.u32(),
    header.u32(),
  ];
  header.u64(); // labels, which the .sym file gives names
  const count = header.u32();
  header.end();
  for (const [what, value] of [
    ['wires', wires],
    ['constraints', count],
  ] as const) {
    if (value > WIRES_MAX)
      throw new R1csError('LIMIT_EXCEEDED', `header: expected at most ${WIRES_MAX} ${what}, got ${value}`);
  }
  if (wires < 1 + publicOutputs + publicInputs + privateInputs)
    throw file.fail('header: expected a wire for each input and output, and the constant');
  const section = file.section(2, 'constraints');
  // Three counts at least.
  if (section.bytes.length < count * 12) throw file.fail(`constraints: too short for ${count} of them`);
  const constraints = Array.from({ length: count }, (): Constraint => {
    const [a, b, c] = [combination(section, wires), combination(section, wires), combination(section, wires)];
    return { a, b, c };
  });
  section.end();
  return { wires, publicOutputs, publicInputs, privateInputs, constraints };
}

function combination(section: SectionReader, wires: number): Combination {
  const count = section.u32();
  if (count * TERM_BYTES > section.bytes.length)
    throw section.file.fail(`constraints: a combination of ${count} terms is longer than the section`);
  const terms = Array.from(
    { length: count },
    (): Term => ({ wire: section.u32(), coefficient: section.field() }),
  );
  const wrong = terms.find(({ wire }) => wire >= wires);
  if (wrong === undefined) return terms.filter(({ coefficient }) => coefficient !== 0n);
  throw section.file.fail(`constraints: wire ${wrong.wire} of ${wires}`);
}

/** The values of all wires. @throws R1csError WTNS_MALFORMED, WRONG_FIELD, LIMIT_EXCEEDED */
export function readWitness(bytes: Uint8Array): readonly bigint[] {
  const file = new Iden3File(bytes, 'wtns', 2, 'WTNS_MALFORMED');
  const header = file.section(1, 'header');
  header.prime();
  const count = header.u32();
  header.end();
  if (count > WIRES_MAX)
    throw new R1csError('LIMIT_EXCEEDED', `header: expected at most ${WIRES_MAX} wires, got ${count}`);
  const values = file.section(2, 'values');
  if (values.bytes.length !== count * 32) throw file.fail(`values: expected ${count} of 32 bytes`);
  return Array.from({ length: count }, () => values.field());
}
