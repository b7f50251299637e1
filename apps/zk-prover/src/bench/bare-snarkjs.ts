// SPDX-License-Identifier: GPL-3.0
/**
 * What a program does that calls snarkjs itself: one process, key and witness program in memory, the curve that snarkjs
 * makes, warm. The yardstick of the service, in a process of its own because it would block the front.
 */
import { readFileSync } from 'node:fs';
import * as snarkjs from 'snarkjs';
import type { CircuitFiles, CircuitInput } from '../pool/messages.js';

export interface BareRequest {
  readonly files: CircuitFiles;
  readonly input: CircuitInput;
}

const loaded = new Map<string, { readonly wasm: Uint8Array; readonly zkey: Uint8Array }>();

process.on('disconnect', () => process.exit(0));
process.on('message', (request: BareRequest) => {
  void prove(request).then((ms) => process.send?.(ms));
});

async function prove({ files, input }: BareRequest): Promise<number> {
  const { wasm, zkey } = load(files);
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  const startMs = performance.now();
  await snarkjs.wtns.calculate(input, wasm, out);
  await snarkjs.groth16.prove(zkey, out.data ?? new Uint8Array());
  return performance.now() - startMs;
}

function load({ wasmPath, zkeyPath }: CircuitFiles): { wasm: Uint8Array; zkey: Uint8Array } {
  const known = loaded.get(zkeyPath);
  if (known !== undefined) return known;
  const read = { wasm: new Uint8Array(readFileSync(wasmPath)), zkey: new Uint8Array(readFileSync(zkeyPath)) };
  loaded.set(zkeyPath, read);
  return read;
}
