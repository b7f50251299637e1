/** The pairing equation of Groth16, for one proof and for many. Points were checked when they were read. */
import { bn254 } from '@noble/curves/bn254.js';
import { FIELD_MODULUS } from '#canonical';
import { sumOfMultiples } from './multiples.js';
import type { G1, G2 } from './points.js';
import type { Groth16Proof } from './proof.js';
import type { VerificationKey } from './verification-key.js';

/** One proof under one key. There are as many signals as the key has points for. */
export interface Groth16Equation {
  readonly vkey: VerificationKey;
  readonly proof: Groth16Proof;
  readonly signals: readonly bigint[];
}

export interface WeightedEquation extends Groth16Equation {
  readonly weight: bigint;
  /** IC[0] + sum of signal[i] IC[i + 1]. */
  readonly vkX: G1;
}

interface Pair {
  readonly g1: G1;
  readonly g2: G2;
}

const WEIGHT_BITS = 128;
const FIELD_BITS = 254;

/** e(-A, B) e(alpha, beta) e(vk_x, gamma) e(C, delta) = 1. */
export function equationHolds(equation: Groth16Equation): boolean {
  const vkX = vkXOf(equation);
  return vkX !== null && equationsHold([{ ...equation, vkX, weight: 1n }]);
}

/** Null when it is infinite: that would drop the public signals out of the equation. */
export function vkXOf({ vkey, signals }: Groth16Equation): G1 | null {
  const [constant, ...points] = vkey.ic;
  if (constant === undefined) return null;
  const vkX = sumOfMultiples(points, signals, FIELD_BITS).add(constant);
  return vkX.is0() ? null : vkX;
}

/**
 * Whether the product of all equations, each raised to its weight, is one. A single equation with weight 1 is exact;
 * of several, one that does not hold goes unseen with probability 2^-128 over weights that its maker cannot know.
 *
 * Pairings per proof: one. Those with alpha, gamma and delta are shared by all proofs of a key.
 */
export function equationsHold(equations: readonly WeightedEquation[]): boolean {
  const pairs = equations.map(({ proof, weight }) => ({
    g1: weight === 1n ? proof.a.negate() : proof.a.negate().multiplyUnsafe(weight),
    g2: proof.b,
  }));
  for (const [vkey, same] of byKey(equations)) pairs.push(...sharedPairs(vkey, same));
  const { Fp12 } = bn254.fields;
  try {
    return Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE);
  } catch {
    // The library refuses points that it cannot pair; all were checked, so this is a second line.
    return false;
  }
}

function byKey(equations: readonly WeightedEquation[]): Map<VerificationKey, WeightedEquation[]> {
  const groups = new Map<VerificationKey, WeightedEquation[]>();
  for (const equation of equations) {
    const group = groups.get(equation.vkey);
    if (group === undefined) groups.set(equation.vkey, [equation]);
    else group.push(equation);
  }
  return groups;
}

function sharedPairs(vkey: VerificationKey, equations: readonly WeightedEquation[]): readonly Pair[] {
  const weights = equations.map(({ weight }) => weight);
  const sum = weights.reduce((total, weight) => total + weight, 0n) % FIELD_MODULUS;
  const all = (points: readonly G1[]): G1 =>
    equations.length === 1 && weights[0] === 1n
      ? (points[0] ?? bn254.G1.Point.ZERO)
      : sumOfMultiples(points, weights, WEIGHT_BITS);
  const pairs = [
    { g1: sum === 1n ? vkey.alpha : vkey.alpha.multiplyUnsafe(sum), g2: vkey.beta },
    { g1: all(equations.map(({ vkX }) => vkX)), g2: vkey.gamma },
    { g1: all(equations.map(({ proof }) => proof.c)), g2: vkey.delta },
  ];
  // Weighted sums can be infinite where their terms are not; such a pair is one, and the library pairs no infinity.
  return pairs.filter(({ g1 }) => !g1.is0());
}
