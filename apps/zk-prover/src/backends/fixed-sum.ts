// SPDX-License-Identifier: GPL-3.0
import type { Curve } from 'snarkjs';
import { curveCall, reserve } from '../dev-setup/curve-memory.js';

const FIELD = 32;
const SCALAR_BITS = 254;
const DIGIT_BYTES = 2;
const WINDOW_BITS_MIN = 4;
const WINDOW_BITS_MAX = 13;

type ChunkCall = (
  points: number,
  scalars: number,
  scalarBytes: number,
  count: number,
  startBit: number,
  bits: number,
  result: number,
) => void;
type BatchCall = (from: number, count: number, to: number) => void;
type PointCall = (from: number, to: number) => void;

/**
 * Sums of scalar times point over the same points again and again, as a proving key asks for.
 *
 * Each point is kept times 2^(w k) for every window k of w bits. So all windows of all scalars share one table of
 * sums, and w can be larger: a third fewer additions than Pippenger's method with a table a window. The points lie in
 * the memory of the curve, so that no proof copies them.
 */
export class FixedSum {
  readonly #curve: Curve;
  readonly #prefix: 'g1m' | 'g2m';
  /** Which scalars have a point at all: matrix B names few of the wires. */
  readonly #places: Uint32Array;
  readonly #bits: number;
  readonly #windows: number;
  readonly #table: number;
  readonly #digits: number;
  readonly #result: number;
  readonly #resultBytes: number;

  /** @param points affine, in the form of a key file */
  constructor(curve: Curve, group: 'G1' | 'G2', points: Uint8Array) {
    const affineBytes = group === 'G1' ? 2 * FIELD : 4 * FIELD;
    const jacobianBytes = (affineBytes * 3) / 2;
    const present = Array.from({ length: points.length / affineBytes }, (_, place) => place).filter((place) =>
      points.subarray(place * affineBytes, (place + 1) * affineBytes).some((byte) => byte !== 0),
    );
    const count = present.length;
    this.#curve = curve;
    this.#prefix = group === 'G1' ? 'g1m' : 'g2m';
    this.#places = Uint32Array.from(present);
    this.#bits = cheapestWindow(count);
    this.#windows = Math.ceil(SCALAR_BITS / this.#bits);
    this.#resultBytes = jacobianBytes;
    this.#table = reserve(curve, this.#windows * count * affineBytes);
    this.#digits = reserve(curve, this.#windows * count * DIGIT_BYTES + DIGIT_BYTES);
    this.#result = reserve(curve, jacobianBytes);
    const running = reserve(curve, count * jacobianBytes);
    const { tm } = curve;
    present.forEach((place, index) => {
      const point = points.subarray(place * affineBytes, (place + 1) * affineBytes);
      tm.u8.set(point, this.#table + index * affineBytes);
    });
    const toJacobian = curveCall<BatchCall>(curve, `${this.#prefix}_batchToJacobian`);
    const toAffine = curveCall<BatchCall>(curve, `${this.#prefix}_batchToAffine`);
    const double = curveCall<PointCall>(curve, `${this.#prefix}_double`);
    toJacobian(this.#table, count, running);
    for (let window = 1; window < this.#windows; window += 1) {
      for (let at = running; at < running + count * jacobianBytes; at += jacobianBytes)
        for (let bit = 0; bit < this.#bits; bit += 1) double(at, at);
      toAffine(running, count, this.#table + window * count * affineBytes);
    }
  }

  /** Bytes of tables for so many points. */
  static bytes(group: 'G1' | 'G2', count: number): number {
    return Math.ceil(SCALAR_BITS / cheapestWindow(count)) * count * (group === 'G1' ? 2 : 4) * FIELD;
  }

  /** @param scalars little-endian, 32 bytes each, at a multiple of four bytes; one for each point that was given */
  sum(scalars: Uint8Array): Uint8Array {
    const { tm } = this.#curve;
    const count = this.#places.length;
    const digits = new Uint16Array(tm.memory.buffer, this.#digits, this.#windows * count);
    try {
      this.#spread(scalars, digits);
      const chunk = curveCall<ChunkCall>(this.#curve, `${this.#prefix}_multiexpAffine_chunk`);
      chunk(this.#table, this.#digits, DIGIT_BYTES, digits.length, 0, this.#bits, this.#result);
      return tm.u8.slice(this.#result, this.#result + this.#resultBytes);
    } finally {
      // They are the witness in other words.
      digits.fill(0);
    }
  }

  #spread(scalars: Uint8Array, digits: Uint16Array): void {
    const words = new Uint32Array(scalars.buffer, scalars.byteOffset, scalars.byteLength / 4);
    const [bits, places, count] = [this.#bits, this.#places, this.#places.length];
    const mask = 2 ** bits - 1;
    for (let window = 0; window < this.#windows; window += 1) {
      const word = (window * bits) >>> 5;
      const shift = (window * bits) & 31;
      const crosses = shift + bits > 32 && word < 7;
      for (let index = 0; index < count; index += 1) {
        const at = (places[index] ?? 0) * 8 + word;
        const high = crosses ? (words[at + 1] ?? 0) << (32 - shift) : 0;
        digits[window * count + index] = (((words[at] ?? 0) >>> shift) | high) & mask;
      }
    }
  }
}

/** An addition a point and window, two a place of the table. */
function cheapestWindow(count: number): number {
  let best = WINDOW_BITS_MIN;
  const cost = (bits: number): number => Math.ceil(SCALAR_BITS / bits) * count + 2 * 2 ** bits;
  for (let bits = WINDOW_BITS_MIN; bits <= WINDOW_BITS_MAX; bits += 1)
    if (cost(bits) < cost(best)) best = bits;
  return best;
}
