// SPDX-License-Identifier: GPL-3.0
import type { Curve } from 'snarkjs';
import { curveCall as call, reserve } from './curve-memory.js';

const SCALAR_BITS = 254;
const CHUNK = 4_096;

type PointCall = (a: number, b: number, result: number) => void;
type BatchCall = (from: number, count: number, to: number) => void;

/**
 * Many multiples of one generator. With a table of `2^width` multiples for each window of the scalar, a multiple is one
 * addition a window instead of a doubling and half an addition a bit: about twenty times less work than what a
 * multi-exponentiation over powers of tau does for the same points.
 */
export class FixedBase {
  readonly #curve: Curve;
  readonly #prefix: 'g1m' | 'g2m';
  readonly #affineBytes: number;
  readonly #jacobianBytes: number;
  readonly #width: number;
  readonly #windows: number;
  readonly #table: number;
  readonly #chunk: number;

  /** @param count how many multiples will be asked for: the width of the table follows. */
  constructor(curve: Curve, group: 'G1' | 'G2', count: number) {
    this.#curve = curve;
    this.#prefix = group === 'G1' ? 'g1m' : 'g2m';
    this.#affineBytes = group === 'G1' ? 64 : 128;
    this.#jacobianBytes = (this.#affineBytes * 3) / 2;
    // Additions for the table are 2^w a window, additions for the points one each.
    this.#width = Math.max(4, Math.min(15, Math.floor(Math.log2(Math.max(count, 2))) - 2));
    this.#windows = Math.ceil(SCALAR_BITS / this.#width);
    const entries = 2 ** this.#width;
    const jacobianChunk = Math.max(entries, CHUNK) * this.#jacobianBytes;
    this.#table = reserve(curve, this.#windows * entries * this.#affineBytes);
    this.#chunk = reserve(curve, jacobianChunk);
    this.#fill(entries);
  }

  /** Affine points in the order of the scalars, little-endian Montgomery: the form of a key file. */
  multiples(scalars: readonly bigint[]): Uint8Array {
    const { tm } = this.#curve;
    const addMixed = call<PointCall>(this.#curve, `${this.#prefix}_addMixed`);
    const zero = call<(point: number) => void>(this.#curve, `${this.#prefix}_zero`);
    const toAffine = call<BatchCall>(this.#curve, `${this.#prefix}_batchToAffine`);
    const points = new Uint8Array(scalars.length * this.#affineBytes);
    const entries = 2 ** this.#width;
    for (let from = 0; from < scalars.length; from += CHUNK) {
      const part = scalars.slice(from, from + CHUNK);
      part.forEach((scalar, index) => {
        const sum = this.#chunk + index * this.#jacobianBytes;
        zero(sum);
        let window = 0;
        for (const digit of digits(scalar, this.#width, this.#windows)) {
          if (digit !== 0) addMixed(sum, this.#table + (window * entries + digit) * this.#affineBytes, sum);
          window += 1;
        }
      });
      toAffine(this.#chunk, part.length, this.#chunk);
      const bytes = part.length * this.#affineBytes;
      points.set(tm.u8.subarray(this.#chunk, this.#chunk + bytes), from * this.#affineBytes);
    }
    return points;
  }

  /** Entry k of window w is `k * 2^(w * width)` times the generator. */
  #fill(entries: number): void {
    const { tm } = this.#curve;
    const group = this.#prefix === 'g1m' ? this.#curve.G1 : this.#curve.G2;
    const addMixed = call<PointCall>(this.#curve, `${this.#prefix}_addMixed`);
    const zero = call<(point: number) => void>(this.#curve, `${this.#prefix}_zero`);
    const toAffine = call<BatchCall>(this.#curve, `${this.#prefix}_batchToAffine`);
    for (let window = 0; window < this.#windows; window += 1) {
      const base = group.toAffine(group.timesScalar(group.g, 1n << BigInt(window * this.#width)));
      const start = this.#table + window * entries * this.#affineBytes;
      // The base lies where entry 1 will be, while the multiples are summed up in the chunk.
      tm.u8.set(base, start + this.#affineBytes);
      zero(this.#chunk);
      for (let k = 1; k < entries; k += 1) {
        const at = this.#chunk + k * this.#jacobianBytes;
        addMixed(at - this.#jacobianBytes, start + this.#affineBytes, at);
      }
      for (let k = 0; k < entries; k += CHUNK) {
        const count = Math.min(CHUNK, entries - k);
        toAffine(this.#chunk + k * this.#jacobianBytes, count, start + k * this.#affineBytes);
      }
    }
  }
}

/** Little-endian digits of `width` bits. */
function digits(scalar: bigint, width: number, windows: number): number[] {
  const hex = scalar.toString(16).padStart(64, '0');
  const found = new Array<number>(windows).fill(0);
  // 32-bit limbs, little end first; a digit lies in at most two of them.
  const limbs = Array.from({ length: 8 }, (_, limb) =>
    Number.parseInt(hex.slice(56 - 8 * limb, 64 - 8 * limb), 16),
  );
  for (let window = 0; window < windows; window += 1) {
    const bit = window * width;
    const low = Math.floor((limbs[bit >>> 5] ?? 0) / 2 ** (bit & 31));
    // Reduced before it is added: low and high together need more bits than a double has.
    const high = ((limbs[(bit >>> 5) + 1] ?? 0) * 2 ** (32 - (bit & 31))) % 2 ** width;
    found[window] = (low + high) % 2 ** width;
  }
  return found;
}
