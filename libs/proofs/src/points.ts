/**
 * Strict reading of BN254 points in snarkjs' JSON form.
 *
 * Nobody is trusted here: points come from provers and from key files. A point that passes is affine, finite, on
 * its curve and in the subgroup of order r, and it had exactly one accepted spelling.
 */
import { bn254 } from '@noble/curves/bn254.js';
import type { Json } from '#canonical';
import { parseCanonicalNumber } from './numbers.js';
import { ProofsError } from './proofs-error.js';

export type G1 = InstanceType<typeof bn254.G1.Point>;
export type G2 = InstanceType<typeof bn254.G2.Point>;

export interface Fp2 {
  c0: bigint;
  c1: bigint;
}

/** Order q of the base field: the bound of coordinates. Not r, the bound of public signals. */
export const BASE_MODULUS = bn254.fields.Fp.ORDER;

/** `["x", "y", "1"]`. @throws ProofsError FIELD_RANGE, POINT_INVALID */
export function parseG1(value: Json | undefined, where: string): G1 {
  const [x, y, z] = triple(value, where);
  if (z !== '1') throw invalid(where, 'a third coordinate "1"');
  return affineG1({ x: coordinate(x, `${where}.x`), y: coordinate(y, `${where}.y`) }, where);
}

/** `[["x0", "x1"], ["y0", "y1"], ["1", "0"]]`, lower coefficient first. @throws ProofsError FIELD_RANGE, POINT_INVALID */
export function parseG2(value: Json | undefined, where: string): G2 {
  const [x, y, z] = triple(value, where);
  const [one, zero] = pair(z, `${where}.z`);
  if (one !== '1' || zero !== '0') throw invalid(where, 'a third coordinate ["1", "0"]');
  return affineG2({ x: extension(x, `${where}.x`), y: extension(y, `${where}.y`) }, where);
}

/** Coordinates below q. @throws ProofsError POINT_INVALID */
export function affineG1(point: { readonly x: bigint; readonly y: bigint }, where: string): G1 {
  return checked(where, () => bn254.G1.Point.fromAffine(point));
}

/** Coordinates below q. @throws ProofsError POINT_INVALID */
export function affineG2(point: { readonly x: Fp2; readonly y: Fp2 }, where: string): G2 {
  return checked(where, () => bn254.G2.Point.fromAffine(point));
}

function extension(value: Json | undefined, where: string): Fp2 {
  const [c0, c1] = pair(value, where);
  return { c0: coordinate(c0, `${where}0`), c1: coordinate(c1, `${where}1`) };
}

function coordinate(value: Json | undefined, where: string): bigint {
  return parseCanonicalNumber(value, BASE_MODULUS, where);
}

function checked<P extends { is0(): boolean; assertValidity(): void }>(where: string, make: () => P): P {
  try {
    const point = make();
    if (!point.is0()) {
      // Curve equation and subgroup in one; a spec holds a point outside of the subgroup against it. The subgroup is
      // most of what reading a proof costs, so it is not asked twice.
      point.assertValidity();
      return point;
    }
  } catch {
    // The library's text may repeat coordinates; the reason is the same for the caller.
  }
  throw invalid(where, 'a finite point on the curve in the subgroup of order r');
}

function triple(value: Json | undefined, where: string): readonly [Json, Json, Json] {
  if (Array.isArray(value) && value.length === 3) return [value[0], value[1], value[2]];
  throw invalid(where, 'three coordinates');
}

function pair(value: Json | undefined, where: string): readonly [Json, Json] {
  if (Array.isArray(value) && value.length === 2) return [value[0], value[1]];
  throw invalid(where, 'two coefficients');
}

function invalid(where: string, expected: string): ProofsError {
  return new ProofsError('POINT_INVALID', `${where}: expected ${expected}`);
}
