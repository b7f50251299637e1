import { createHash } from 'node:crypto';
import { closeSync, cpSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Digest, parseDigest } from '#canonical';
import type { CircuitFilesToVerify, ReadAt } from '#proofs';
import { readEvidenceFile } from '../evidence/files.js';
import { exitCode, UsageError } from '../output/failure.js';

/** Files of a circuit by what the manifest calls them; those that only a prover needs may be missing. */
export const circuitFileNames = {
  manifest: 'manifest.json',
  signature: 'manifest.dsse.json',
  vkey: 'vkey.json',
  wasm: 'circuit.wasm',
  zkey: 'circuit.zkey',
} as const;
export const REVOCATIONS_FILE = 'revoked.dsse.json';

const CIRCUITS_MAX = 256;
const CHUNK_BYTES = 1 << 20;

/** A folder of one circuit, or every circuit one level below it. */
export function circuitFolders(folder: string): readonly string[] {
  if (existsSync(join(folder, circuitFileNames.manifest))) return [folder];
  const inner = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name))
        .filter((path) => existsSync(join(path, circuitFileNames.manifest)))
    : [];
  if (inner.length > 0 && inner.length <= CIRCUITS_MAX) return inner.sort();
  const got = inner.length === 0 ? 'none' : `${inner.length}, at most ${CIRCUITS_MAX}`;
  throw new UsageError(
    `${folder}: expected a circuit (manifest.json and vkey.json), or folders with one each, got ${got}`,
    exitCode.malformed,
  );
}

export interface CircuitFolder {
  readonly folder: string;
  readonly files: CircuitFilesToVerify;
  /** Names of files that are not here, and so are not checked. */
  readonly missing: readonly string[];
  close(): void;
}

export function openCircuit(folder: string): CircuitFolder {
  const path = (name: keyof typeof circuitFileNames): string => join(folder, circuitFileNames[name]);
  const has = (name: keyof typeof circuitFileNames): boolean => existsSync(path(name));
  const zkey = has('zkey') ? openBytes(path('zkey')) : null;
  const large = (['wasm', 'zkey'] as const).filter(has);
  return {
    folder,
    files: {
      manifest: readEvidenceFile(path('manifest')),
      signature: has('signature') ? readEvidenceFile(path('signature')) : null,
      vkey: readEvidenceFile(path('vkey')),
      zkey: zkey?.read ?? null,
      digests: Object.fromEntries(large.map((name) => [name, digestOfFile(path(name))])),
    },
    missing: (['wasm', 'zkey'] as const).filter((name) => !has(name)).map((name) => circuitFileNames[name]),
    close: () => zkey?.close(),
  };
}

/** The list of revoked manifests of a registry lies beside its circuits, or in the folder of the only one. */
export function revocationsOf(folder: string): Uint8Array | null {
  const found = [join(folder, REVOCATIONS_FILE), join(dirname(folder), REVOCATIONS_FILE)].find(existsSync);
  return found === undefined ? null : readEvidenceFile(found);
}

/** Parts of a file, as far as it goes. */
export function openBytes(file: string): { readonly read: ReadAt; close(): void } {
  const handle = openSync(file, 'r');
  return {
    read: (offset, length) => {
      const available = Math.max(0, Math.min(length, fstatSync(handle).size - offset));
      const bytes = new Uint8Array(available);
      return bytes.subarray(0, readSync(handle, bytes, 0, available, offset));
    },
    close: () => closeSync(handle),
  };
}

/** Proving keys of large circuits do not fit into memory. */
export function digestOfFile(file: string): Digest {
  const hash = createHash('sha256');
  const { read, close } = openBytes(file);
  try {
    for (let offset = 0; ; ) {
      const part = read(offset, CHUNK_BYTES);
      if (part.length === 0) return parseDigest(`sha256:${hash.digest('hex')}`);
      hash.update(part);
      offset += part.length;
    }
  } finally {
    close();
  }
}

/** A ceremony knows one circuit by fixed names; the compiler puts the circuit's own into them. */
export function nameForCeremony(folder: string, names: readonly string[]): void {
  const [name] = names;
  if (name === undefined || names.length > 1) return;
  for (const [made, called] of [
    [`${name}.r1cs`, 'circuit.r1cs'],
    [`${name}.sym`, 'circuit.sym'],
    [`${name}_js/${name}.wasm`, 'circuit.wasm'],
  ] as const) {
    const found = [join(folder, made), join(folder, name, made)].find((path) => existsSync(path));
    if (found === undefined)
      throw new UsageError(`${folder}: the compiler left no ${made}`, exitCode.internal);
    cpSync(found, join(folder, called));
  }
}
