// SPDX-License-Identifier: GPL-3.0
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Digest, digestOf } from '#canonical';
import { type CircuitManifest, parseManifest } from '#proofs';
import type { CircuitFiles } from '../pool/messages.js';

/** A circuit of this release: its manifest, its key, and where its large files are. */
export interface Circuit {
  readonly manifest: CircuitManifest;
  readonly manifestBytes: Uint8Array;
  readonly manifestDigest: Digest;
  readonly vkeyBytes: Uint8Array;
  readonly vkeyDigest: Digest;
  readonly files: CircuitFiles;
}

/**
 * Reads manifest and key of a circuit. The large files are read and checked by the child that uses them.
 *
 * @param folder holds manifest.json, vkey.json, circuit.wasm and circuit.zkey.
 * @throws ProofsError MANIFEST_MALFORMED; Error when vkey.json is not the manifest's key
 */
export function loadCircuit(folder: string): Circuit {
  const manifestBytes = new Uint8Array(readFileSync(join(folder, 'manifest.json')));
  const vkeyBytes = new Uint8Array(readFileSync(join(folder, 'vkey.json')));
  const manifest = parseManifest(manifestBytes);
  const vkeyDigest = digestOf(vkeyBytes);
  const { vkey, wasm, zkey } = manifest.artifacts;
  if (vkeyDigest !== vkey) {
    throw new Error(
      `vkey.json of circuit ${manifest.name}: expected ${vkey}, got ${vkeyDigest}; restore the artifacts`,
    );
  }
  return {
    manifest,
    manifestBytes,
    manifestDigest: digestOf(manifestBytes),
    vkeyBytes,
    vkeyDigest,
    files: {
      wasmPath: join(folder, 'circuit.wasm'),
      wasmDigest: wasm,
      zkeyPath: join(folder, 'circuit.zkey'),
      zkeyDigest: zkey,
    },
  };
}

/** Artifacts shipped with this repository, found from source and from `dist` alike. */
export function shippedArtifacts(circuit: string): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder)
      throw new Error('no package.json above the zk-prover: pass its artifacts folder');
    folder = dirname(folder);
  }
  return join(folder, 'apps/zk-prover/artifacts', circuit);
}
