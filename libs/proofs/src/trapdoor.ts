/**
 * Groth16 with a known trapdoor, for tests and demonstrations.
 *
 * Whoever knows the trapdoor proves any statement at once: no circuit, no witness. That makes keys and proofs for
 * tests in milliseconds, and shows what a `dev` key is worth. Nothing outside tests may trust such a key.
 */
import { bn254 } from '@noble/curves/bn254.js';
import { canonicalBytes, FIELD_MODULUS, type JsonObject } from '#canonical';
import type { G1, G2 } from './points.js';

export interface TrapdoorKey {
  /** Verification key blob, canonical JSON. */
  readonly vkey: Uint8Array;
  readonly trapdoor: {
    readonly alpha: bigint;
    readonly beta: bigint;
    readonly gamma: bigint;
    readonly delta: bigint;
    readonly ic: readonly bigint[];
  };
}

/** @param seed any number; keys of one seed are equal. */
export function trapdoorKey(seed: bigint, signalCount: number): TrapdoorKey {
  const scalar = (index: number): bigint => (seed * 7919n + BigInt(index + 2) ** 5n) % FIELD_MODULUS;
  const ic = Array.from({ length: signalCount + 1 }, (_, index) => scalar(10 + index));
  const trapdoor = { alpha: scalar(1), beta: scalar(2), gamma: scalar(3), delta: scalar(4), ic };
  const vkey = canonicalBytes({
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: signalCount,
    vk_alpha_1: g1Json(g1(trapdoor.alpha)),
    vk_beta_2: g2Json(g2(trapdoor.beta)),
    vk_gamma_2: g2Json(g2(trapdoor.gamma)),
    vk_delta_2: g2Json(g2(trapdoor.delta)),
    IC: ic.map((point) => g1Json(g1(point))),
  });
  return { vkey, trapdoor };
}

/** The half of a proof that is the same in all; its points are computed with the first one. */
const free: {
  readonly a: bigint;
  readonly b: bigint;
  points?: { readonly a: readonly string[]; readonly b: readonly (readonly string[])[] };
} = { a: 12345n, b: 67890n };

/** A proof that verifies for any signals: A and B are free, C follows from the pairing equation in the exponent. */
export function proveByTrapdoor({ trapdoor }: TrapdoorKey, signals: readonly bigint[]): JsonObject {
  const { alpha, beta, gamma, delta, ic } = trapdoor;
  const vkX = signals.reduce((sum, signal, index) => sum + signal * (ic[index + 1] ?? 0n), ic[0] ?? 0n);
  const { a, b } = free;
  free.points ??= { a: g1Json(g1(a)), b: g2Json(g2(b)) };
  const { Fr } = bn254.fields;
  const c = Fr.div(Fr.create(a * b - alpha * beta - vkX * gamma), delta);
  return {
    protocol: 'groth16',
    curve: 'bn128',
    pi_a: free.points.a,
    pi_b: free.points.b,
    pi_c: g1Json(g1(c)),
  };
}

export function g1Json(point: G1): readonly string[] {
  const { x, y } = point.toAffine();
  return [`${x}`, `${y}`, '1'];
}

export function g2Json(point: G2): readonly (readonly string[])[] {
  const { x, y } = point.toAffine();
  return [
    [`${x.c0}`, `${x.c1}`],
    [`${y.c0}`, `${y.c1}`],
    ['1', '0'],
  ];
}

function g1(scalar: bigint): G1 {
  return bn254.G1.Point.BASE.multiply(scalar);
}

function g2(scalar: bigint): G2 {
  return bn254.G2.Point.BASE.multiply(scalar);
}
