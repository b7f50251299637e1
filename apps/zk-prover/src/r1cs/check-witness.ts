// SPDX-License-Identifier: GPL-3.0
import { FIELD_MODULUS as r } from '#canonical';
import type { Combination, Constraint, ConstraintSystem } from './read-r1cs.js';

/** Constraints that do not hold, by their places; all of them if the witness has another length. */
export function brokenConstraints(system: ConstraintSystem, witness: readonly bigint[]): readonly number[] {
  return system.constraints.flatMap((constraint, index) =>
    witness.length === system.wires && witness[0] === 1n && holds(constraint, witness) ? [] : [index],
  );
}

/** A value of a wire that no constraint notices beside an otherwise honest witness. */
export interface LooseWire {
  readonly wire: number;
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Changes every wire of a satisfying witness, one at a time, to its neighbours, its bit flip, zero and what `draw`
 * gives, and lists the changes that break no constraint. Only what a constraint sees of the wire is computed anew.
 */
export function looseWires(
  { wires, constraints }: ConstraintSystem,
  witness: readonly bigint[],
  draw: () => bigint,
): readonly LooseWire[] {
  const touching = new Map<number, { a: bigint; b: bigint; c: bigint; at: number }[]>();
  const values = constraints.map(({ a, b, c }) => ({
    a: sumOf(a, witness),
    b: sumOf(b, witness),
    c: sumOf(c, witness),
  }));
  for (const [at, constraint] of constraints.entries()) {
    const seen = new Map<number, { a: bigint; b: bigint; c: bigint; at: number }>();
    for (const side of ['a', 'b', 'c'] as const) {
      for (const { wire, coefficient } of constraint[side]) {
        const entry = seen.get(wire) ?? { a: 0n, b: 0n, c: 0n, at };
        seen.set(wire, { ...entry, [side]: entry[side] + coefficient });
      }
    }
    for (const [wire, entry] of seen) {
      const list = touching.get(wire);
      if (list === undefined) touching.set(wire, [entry]);
      else list.push(entry);
    }
  }
  const loose: LooseWire[] = [];
  for (let wire = 1; wire < wires; wire += 1) {
    const from = witness[wire] ?? 0n;
    const changes = new Set([from + 1n, from - 1n, 1n - from, 0n, draw()].map(modulo));
    changes.delete(from);
    for (const to of changes) {
      const delta = to - from;
      const noticed = (touching.get(wire) ?? []).some(({ a, b, c, at }) => {
        const value = values[at];
        if (value === undefined) return false;
        const product = (value.a + a * delta) * (value.b + b * delta);
        return (product - value.c - c * delta) % r !== 0n;
      });
      if (!noticed) loose.push({ wire, from, to });
    }
  }
  return loose;
}

/** Public wires that no constraint names: whoever holds a proof could put any value in their place. */
export function unusedPublicWires(system: ConstraintSystem): readonly number[] {
  const used = new Set(
    system.constraints.flatMap(({ a, b, c }) => [...a, ...b, ...c].map(({ wire }) => wire)),
  );
  const count = system.publicOutputs + system.publicInputs;
  return Array.from({ length: count }, (_, index) => index + 1).filter((wire) => !used.has(wire));
}

function holds({ a, b, c }: Constraint, witness: readonly bigint[]): boolean {
  return (sumOf(a, witness) * sumOf(b, witness) - sumOf(c, witness)) % r === 0n;
}

function sumOf(terms: Combination, witness: readonly bigint[]): bigint {
  return terms.reduce((sum, { wire, coefficient }) => sum + coefficient * (witness[wire] ?? 0n), 0n);
}

function modulo(value: bigint): bigint {
  return ((value % r) + r) % r;
}
