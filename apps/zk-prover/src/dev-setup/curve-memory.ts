// SPDX-License-Identifier: GPL-3.0
import type { Curve } from 'snarkjs';

const PAGE = 65_536;
/** Between the program's own heap and the tables: what batch inversions and sums need for as long as they run. */
const HEAP_BYTES = 4 * 2 ** 20;

/** Memory above all that the curve's own calls use; it is never given back, and ends with the curve. */
export function reserve(curve: Curve, bytes: number): number {
  const { tm } = curve;
  const start = Math.max(tm.memory.buffer.byteLength, tm.u32[0] ?? 0) + HEAP_BYTES;
  tm.memory.grow(Math.ceil((start + bytes - tm.memory.buffer.byteLength) / PAGE));
  tm.u8 = new Uint8Array(tm.memory.buffer);
  tm.u32 = new Uint32Array(tm.memory.buffer);
  return start;
}

/** A function of the curve's program that ffjavascript has no method for. */
export function curveCall<T extends (...args: never[]) => void>(curve: Curve, name: string): T {
  const found = curve.tm.instance.exports[name];
  if (typeof found !== 'function') throw new Error(`the curve's program has no ${name}`);
  return found as unknown as T;
}
