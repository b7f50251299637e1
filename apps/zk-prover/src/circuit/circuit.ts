// SPDX-License-Identifier: GPL-3.0
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Digest, digestOf, failedChecks } from '#canonical';
import { type CircuitManifest, parseManifest, type ReleasePolicy, verifyCircuit } from '#proofs';
import type { CircuitFiles } from '../pool/messages.js';
import { circuitTrust } from '../registry/circuit-trust.js';
import { RegistryError } from '../registry/registry-error.js';

const SIGNATURE = 'manifest.dsse.json';

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
 * Reads manifest and key of a circuit, and the head of its proving key. The large files are hashed by the child that
 * uses them.
 *
 * Whoever proves with a key that nobody released, that was revoked or that proves anything would hand out proofs that
 * no verifier takes, or that one should not: such a circuit is not loaded.
 *
 * @param folder holds manifest.json, manifest.dsse.json, vkey.json, circuit.wasm and circuit.zkey.
 * @throws RegistryError CIRCUIT_REFUSED with the reasons
 */
export function loadCircuit(folder: string, trust: ReleasePolicy = circuitTrust(folder)): Circuit {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const manifestBytes = bytesOf('manifest.json');
  const vkeyBytes = bytesOf('vkey.json');
  const signature = existsSync(join(folder, SIGNATURE)) ? bytesOf(SIGNATURE) : null;
  const zkey = openSync(join(folder, 'circuit.zkey'), 'r');
  try {
    const read = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(zkey, bytes, 0, length, offset));
    };
    const files = { manifest: manifestBytes, signature, vkey: vkeyBytes, zkey: read, digests: {} };
    const failed = failedChecks(verifyCircuit(files, trust));
    if (failed.length > 0) throw new RegistryError(basename(folder), failed);
  } finally {
    closeSync(zkey);
  }
  const manifest = parseManifest(manifestBytes);
  const vkeyDigest = digestOf(vkeyBytes);
  const { wasm, zkey: zkeyDigest } = manifest.artifacts;
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
      zkeyDigest,
    },
  };
}

/** Artifacts shipped with this repository, found from source and from `dist` alike. */
export function shippedArtifacts(circuit: string): string {
  return join(appFolder(), 'artifacts', circuit);
}

/** Sources of the circuits, which a build leaves where they are. */
export function circuitsFolder(): string {
  return join(appFolder(), 'circuits');
}

/** Networks that this release compiles, with the scripts that made them. */
export function networksFolder(): string {
  return join(appFolder(), 'networks');
}

function appFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder)
      throw new Error('no package.json above the zk-prover: pass its artifacts folder');
    folder = dirname(folder);
  }
  return join(folder, 'apps/zk-prover');
}
