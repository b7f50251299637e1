// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalize, digestOf, toJson } from '#canonical';
import { parseManifest } from '#proofs';
import { compileSource, describeNetwork, type NetworkSource } from './build-network.js';

/** Recompiles and compares: what in `folder` does not follow from the sources. Keys are compared with the manifest. */
export async function checkBuiltNetwork(source: NetworkSource, folder: string): Promise<readonly string[]> {
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const manifest = parseManifest(read('manifest.json'));
  const { artifacts, setup: _setup, state: _state, size, ...described } = manifest;
  const compiled = await compileSource(source);
  const expected = [
    ['manifest', canonicalize(toJson(describeNetwork(source, compiled))), canonicalize(toJson(described))],
    ['constraints', `${compiled.constraints}`, `${size.constraints}`],
    ['wires', `${compiled.wires}`, `${size.wires}`],
    ['r1cs', digestOf(compiled.r1cs), artifacts.r1cs],
    ['sym', digestOf(compiled.sym), artifacts.sym],
    ['wasm', digestOf(compiled.wasm), artifacts.wasm],
    ['circuit.wasm', artifacts.wasm, digestOf(read('circuit.wasm'))],
    ['circuit.zkey', artifacts.zkey, digestOf(read('circuit.zkey'))],
    ['vkey.json', artifacts.vkey, digestOf(read('vkey.json'))],
    ['network.json', digestOf(source.bytes), digestOf(read('network.json'))],
  ] as const;
  return expected.flatMap(([what, wanted, found]) =>
    wanted === found ? [] : [`${what}: expected ${wanted}, got ${found}; build it again after a change`],
  );
}
