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

/** Order q of the base field: the bound of coordinates. Not r, the bound of public signals. */
export const BASE_MODULUS = bn254.fields.Fp.ORDER;

/** `["x", "y", "1"]`. @throws ProofsError FIELD_RANGE, POINT_INVALID */
export function parseG1(value: Json | undefined, where: string): G1 {
  const [x, y, z] = triple(value, where);
  if (z !== '1') throw invalid(where, 'a third coordinate "1"');
  const point = { x: coordinate(x, `${where}.x`), y: coordinate(y, `${where}.y`) };
  return checked(where, () => bn254.G1.Point.fromAffine(point));
}

/** `[["x0", "x1"], ["y0", "y1"], ["1", "0"]]`, lower coefficient first. @throws ProofsError FIELD_RANGE, POINT_INVALID */
export function parseG2(value: Json | undefined, where: string): G2 {
  const [x, y, z] = triple(value, where);
  const [one, zero] = pair(z, `${where}.z`);
  if (one !== '1' || zero !== '0') throw invalid(where, 'a third coordinate ["1", "0"]');
  const point = { x: extension(x, `${where}.x`), y: extension(y, `${where}.y`) };
  return checked(where, () => bn254.G2.Point.fromAffine(point));
}

function extension(value: Json | undefined, where: string): { c0: bigint; c1: bigint } {
  const [c0, c1] = pair(value, where);
  return { c0: coordinate(c0, `${where}0`), c1: coordinate(c1, `${where}1`) };
}

function coordinate(value: Json | undefined, where: string): bigint {
  return parseCanonicalNumber(value, BASE_MODULUS, where);
}

function checked<P extends { is0(): boolean; assertValidity(): void; isTorsionFree(): boolean }>(
  where: string,
  make: () => P,
): P {
  try {
    const point = make();
    // assertValidity covers the subgroup too; asking again costs 1 ms and does not lean on the library's habits.
    if (!point.is0()) {
      point.assertValidity();
      if (point.isTorsionFree()) return point;
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
