// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { shippedArtifacts } from '../src/circuit/circuit.js';
import type { CircuitInput } from '../src/pool/messages.js';

const programs = new Map<string, Uint8Array>();

/** The whole witness of a shipped circuit. Rejects where the circuit has none. */
export async function witnessOf(circuit: string, input: CircuitInput): Promise<readonly bigint[]> {
  const wasm =
    programs.get(circuit) ?? new Uint8Array(readFileSync(join(shippedArtifacts(circuit), 'circuit.wasm')));
  programs.set(circuit, wasm);
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  await snarkjs.wtns.calculate(input, wasm, out, { memorySize: 1 });
  return await snarkjs.wtns.exportJson(out);
}

/** Small numbers that a seed gives: equal on every run, without a pattern that a circuit could share. */
export function seeded(seed: bigint): (bits: number) => bigint {
  let state = seed;
  return (bits) => {
    let value = 0n;
    for (let have = 0; have < bits; have += 32) {
      // Knuth's MMIX generator; its high bits are the good ones.
      state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
      value = (value << 32n) + (state >> 32n);
    }
    return BigInt.asUintN(bits, value);
  };
}
