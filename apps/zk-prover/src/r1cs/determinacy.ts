// SPDX-License-Identifier: GPL-3.0
/**
 * Which wires the constraints leave a choice for, once the inputs are fixed: the fault that made proofs of false
 * statements possible in more than one circuit. A wire counts as determined only by a rule below, so that an answer
 * "none is free" is a proof by these rules, and a wire that is listed may be fixed in a way that they do not see:
 *
 * - a constraint in which it is the only unknown and stands linearly with a constant coefficient;
 * - a product with a known factor that is a constant other than zero: the factor cannot be zero;
 * - digits: unknowns of one linear constraint that are bounded so that no two choices meet (bits of a number, quotient
 *   and remainder), all of it below the field's order, so that nothing wraps around;
 * - a few bits that linear constraints tell apart in each of their combinations (one of n);
 * - x * u = 1 - v, x * v = 0, u * v = 0 for a known x.
 *
 * Give it a system that was compiled with --O1: --O2 substitutes bits into products, where the digits are not to be seen.
 */
import { FIELD_MODULUS as r } from '#canonical';
import type { Combination, Constraint, ConstraintSystem } from './read-r1cs.js';

/** Sum of coefficient * wire + constant = 0, coefficients between -r/2 and r/2. */
interface Linear {
  readonly terms: readonly (readonly [wire: number, coefficient: bigint])[];
  readonly constant: bigint;
}

interface Bounds {
  readonly low: bigint;
  readonly high: bigint;
}

const BITS_TOGETHER_MAX = 10;
const HALF = r / 2n;

/** Wires that are no input and that no rule determines. */
export function undeterminedWires(system: ConstraintSystem): readonly number[] {
  return new Determination(system).run();
}

class Determination {
  readonly #known: Uint8Array;
  readonly #bounds = new Map<number, Bounds>();
  readonly #linear: readonly Linear[];
  readonly #products: readonly Constraint[];
  readonly #linearOf = new Map<number, Linear[]>();
  /** `<u> <v>` of u * v = 0. */
  readonly #zeroProducts = new Set<string>();

  constructor(readonly system: ConstraintSystem) {
    const { wires, publicOutputs, publicInputs, privateInputs, constraints } = system;
    this.#known = new Uint8Array(wires);
    this.#known[0] = 1;
    this.#known.fill(1, 1 + publicOutputs, 1 + publicOutputs + publicInputs + privateInputs);
    const split = constraints.map((constraint) => linearOf(constraint) ?? constraint);
    this.#linear = split.filter((each): each is Linear => 'terms' in each);
    this.#products = split.filter((each): each is Constraint => 'a' in each);
    for (const each of this.#linear) {
      for (const [wire] of each.terms) this.#linearOf.set(wire, [...(this.#linearOf.get(wire) ?? []), each]);
    }
    for (const { a, b, c } of this.#products) {
      this.#findBit(a, b, c);
      const [u, v] = [onlyWire(a), onlyWire(b)];
      if (u === null || v === null || c.length > 0) continue;
      this.#zeroProducts.add(`${u} ${v}`).add(`${v} ${u}`);
    }
  }

  run(): readonly number[] {
    for (let changed = true; changed; ) {
      changed = false;
      for (const each of this.#linear) changed = this.#bound(each) || changed;
      for (const each of this.#linear) changed = this.#solveLinear(each) || changed;
      for (const each of this.#products) changed = this.#solveProduct(each) || changed;
    }
    return [...this.#known.keys()].filter((wire) => !this.#isKnown(wire));
  }

  #isKnown(wire: number): boolean {
    return this.#known[wire] === 1;
  }

  #learn(wires: readonly number[]): boolean {
    for (const wire of wires) this.#known[wire] = 1;
    return wires.length > 0;
  }

  /** A product in one wire alone whose only roots are 0 and 1. */
  #findBit(a: Combination, b: Combination, c: Combination): void {
    const wires = new Set([...a, ...b, ...c].map(({ wire }) => wire).filter((wire) => wire !== 0));
    const [wire] = wires;
    if (wires.size !== 1 || wire === undefined) return;
    const at = (terms: Combination, value: bigint): bigint =>
      terms.reduce((sum, term) => sum + term.coefficient * (term.wire === 0 ? 1n : value), 0n);
    const zeroAt = (value: bigint): boolean => (at(a, value) * at(b, value) - at(c, value)) % r === 0n;
    const square = (at(a, 1n) - at(a, 0n)) * (at(b, 1n) - at(b, 0n));
    if (square % r !== 0n && zeroAt(0n) && zeroAt(1n)) this.#bounds.set(wire, { low: 0n, high: 1n });
  }

  /** A wire with coefficient 1 or -1 is as large as all others let it be. */
  #bound({ terms, constant }: Linear): boolean {
    const open = terms.filter(([wire]) => !this.#bounds.has(wire));
    if (open.length > 1) return false;
    let changed = false;
    for (const [wire, coefficient] of open.length === 1 ? open : terms) {
      if (coefficient !== 1n && coefficient !== -1n) continue;
      let [low, high] = [constant, constant];
      for (const [other, factor] of terms) {
        const bounds = this.#bounds.get(other);
        if (other === wire || bounds === undefined) continue;
        low += factor > 0n ? factor * bounds.low : factor * bounds.high;
        high += factor > 0n ? factor * bounds.high : factor * bounds.low;
      }
      // Beyond half of the field the numbers are no integers any more.
      if (low <= -HALF || high >= HALF) continue;
      const found = coefficient === 1n ? { low: -high, high: -low } : { low, high };
      changed = this.#narrow(wire, found) || changed;
    }
    return changed;
  }

  #narrow(wire: number, { low, high }: Bounds): boolean {
    const known = this.#bounds.get(wire);
    const next =
      known === undefined
        ? { low, high }
        : { low: low > known.low ? low : known.low, high: high < known.high ? high : known.high };
    if (known !== undefined && next.low === known.low && next.high === known.high) return false;
    this.#bounds.set(wire, next);
    return true;
  }

  #solveLinear(each: Linear): boolean {
    const unknown = each.terms.filter(([wire]) => !this.#isKnown(wire));
    const wires = unknown.map(([wire]) => wire);
    if (unknown.length === 0) return false;
    if (unknown.length === 1 || this.#areDigits(unknown)) return this.#learn(wires);
    return this.#areToldApart(wires) && this.#learn(wires);
  }

  #areDigits(terms: Linear['terms']): boolean {
    const sorted = [...terms].sort(([, a], [, b]) => (absolute(a) < absolute(b) ? -1 : 1));
    let reach = 0n;
    for (const [wire, coefficient] of sorted) {
      const bounds = this.#bounds.get(wire);
      if (bounds === undefined || absolute(coefficient) <= reach) return false;
      reach += absolute(coefficient) * (bounds.high - bounds.low);
    }
    return reach < r;
  }

  /** Bits of which no two combinations look alike to the linear constraints that are about nothing else unknown. */
  #areToldApart(wires: readonly number[]): boolean {
    if (wires.length > BITS_TOGETHER_MAX) return false;
    const bits = wires.every((wire) => {
      const bounds = this.#bounds.get(wire);
      return bounds !== undefined && bounds.low >= 0n && bounds.high <= 1n;
    });
    if (!bits) return false;
    const about = [...new Set(wires.flatMap((wire) => this.#linearOf.get(wire) ?? []))].filter(({ terms }) =>
      terms.every(([wire]) => this.#isKnown(wire) || wires.includes(wire)),
    );
    const seen = new Set<string>();
    for (let choice = 0; choice < 2 ** wires.length; choice += 1) {
      const images = about.map(({ terms, constant }) => {
        const sum = terms.reduce((value, [wire, coefficient]) => {
          const index = wires.indexOf(wire);
          return index >= 0 && (choice >> index) % 2 === 1 ? value + coefficient : value;
        }, 0n);
        const closed = terms.every(([wire]) => wires.includes(wire));
        return { closed, left: modulo(closed ? sum + constant : sum) };
      });
      if (images.some(({ closed, left }) => closed && left !== 0n)) continue;
      const image = images.map(({ left }) => `${left}`).join(' ');
      if (seen.has(image)) return false;
      seen.add(image);
    }
    return true;
  }

  #solveProduct({ a, b, c }: Constraint): boolean {
    const [left, right, product] = [this.#unknown(a), this.#unknown(b), this.#unknown(c)];
    const factors = [...left, ...right];
    if (factors.length === 0) return product.length === 1 && this.#learn(product);
    if (factors.length !== 1) return false;
    const [wire = 0] = factors;
    const [known, unknown] = left.length === 0 ? [a, b] : [b, a];
    if (product.length === 0) {
      const constant = c.length === 1 && c[0]?.wire === 0;
      return constant && this.#learn([wire]);
    }
    const [other = 0] = product;
    const x = onlyWire(known);
    const isZeroTest =
      product.length === 1 &&
      x !== null &&
      onlyWire(unknown) === wire &&
      c.length === 2 &&
      c.some((term) => term.wire === 0) &&
      this.#zeroProducts.has(`${x} ${other}`) &&
      this.#zeroProducts.has(`${wire} ${other}`);
    return isZeroTest && this.#learn([wire, other]);
  }

  #unknown(terms: Combination): readonly number[] {
    return terms.map(({ wire }) => wire).filter((wire) => !this.#isKnown(wire));
  }
}

/** A product with a constant factor is linear. */
function linearOf({ a, b, c }: Constraint): Linear | null {
  const isConstant = (terms: Combination): boolean => terms.every(({ wire }) => wire === 0);
  if (!isConstant(a) && !isConstant(b)) return null;
  const [factor, rest] = isConstant(a) ? [a, b] : [b, a];
  const scale = factor[0]?.coefficient ?? 0n;
  const sums = new Map<number, bigint>();
  for (const { wire, coefficient } of rest) sums.set(wire, (sums.get(wire) ?? 0n) + scale * coefficient);
  for (const { wire, coefficient } of c) sums.set(wire, (sums.get(wire) ?? 0n) - coefficient);
  const constant = signed(sums.get(0) ?? 0n);
  sums.delete(0);
  const terms = [...sums].map(([wire, sum]): [number, bigint] => [wire, signed(sum)]);
  return { terms: terms.filter(([, coefficient]) => coefficient !== 0n), constant };
}

function onlyWire(terms: Combination): number | null {
  const [term] = terms;
  return terms.length === 1 && term !== undefined && term.wire !== 0 ? term.wire : null;
}

function signed(value: bigint): bigint {
  const reduced = modulo(value);
  return reduced > HALF ? reduced - r : reduced;
}

function modulo(value: bigint): bigint {
  return ((value % r) + r) % r;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
