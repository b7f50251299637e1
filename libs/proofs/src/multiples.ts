import { bn254 } from '@noble/curves/bn254.js';
import type { G1 } from './points.js';

const WINDOW_BITS = 4n;
const WINDOW = (1n << WINDOW_BITS) - 1n;

/**
 * Sum of scalar[i] point[i] by Straus' method: the doublings are shared, and each point adds once per window. Time
 * depends on the scalars, which are public here.
 *
 * @param scalars from 0, below 2^bits; a missing one counts as 0
 */
export function sumOfMultiples(points: readonly G1[], scalars: readonly bigint[], bits: number): G1 {
  const zero = bn254.G1.Point.ZERO;
  const tables = points.map((point) => multiplesOf(point));
  let sum = zero;
  for (let shift = BigInt(Math.ceil(bits / Number(WINDOW_BITS)) - 1) * WINDOW_BITS; shift >= 0n; ) {
    for (const [index, table] of tables.entries()) {
      const digit = Number(((scalars[index] ?? 0n) >> shift) & WINDOW);
      if (digit !== 0) sum = sum.add(table[digit] ?? zero);
    }
    shift -= WINDOW_BITS;
    if (shift >= 0n) for (let bit = 0n; bit < WINDOW_BITS; bit += 1n) sum = sum.double();
  }
  return sum;
}

/** 0 to 15 times a point. */
function multiplesOf(point: G1): readonly G1[] {
  const table = [bn254.G1.Point.ZERO];
  for (let times = 1n; times <= WINDOW; times += 1n) table.push((table.at(-1) ?? point).add(point));
  return table;
}
