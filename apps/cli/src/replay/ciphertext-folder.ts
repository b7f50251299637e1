import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf } from '#canonical';
import { ciphertextBytes, parameterSets } from '#ciphertext';
import type { CiphertextSource } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';

/** A history of a ledger has a few for each of its batches. */
const FILES_MAX = 2 ** 18;
const sizes: readonly number[] = Object.values(parameterSets).map(ciphertextBytes);
const bytesMax = Math.max(...sizes);
const namePattern = /^(?:sha256[-:])?([0-9a-f]{64})(?:\.[a-z0-9]{1,8})?$/;

/** How `sealflow ciphertexts` names a file. */
export function ciphertextFile(folder: string, digest: Digest): string {
  return join(folder, `${digest.slice('sha256:'.length)}.bfv`);
}

/**
 * Ciphertexts of a folder. A file that is named by a digest is read when that digest is asked for, and the verifier
 * compares; any other file of the right size is hashed now.
 */
export function ciphertextFolder(folder: string): CiphertextSource {
  const files = filesOf(folder);
  const places = new Map<Digest, string>();
  for (const name of files) {
    const path = join(folder, name);
    const named = namePattern.exec(name)?.[1];
    if (named !== undefined) places.set(`sha256:${named}`, path);
    else if (sizes.includes(statSync(path).size)) places.set(digestOf(readCiphertext(path)), path);
  }
  return (digest) => {
    const path = places.get(digest);
    return path === undefined ? null : readCiphertext(path);
  };
}

function filesOf(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(`${folder}: expected a folder of ciphertexts, got ${reason}`, exitCode.malformed);
  }
  if (names.length <= FILES_MAX) return names;
  throw new UsageError(
    `${folder}: expected at most ${FILES_MAX} files, got ${names.length}`,
    exitCode.malformed,
  );
}

/** One byte more than a ciphertext has: a file that is larger gets another digest, and is never read whole. */
function readCiphertext(path: string): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(bytesMax + 1);
    let length = 0;
    for (;;) {
      const count = readSync(handle, bytes, length, bytes.length - length, length);
      length += count;
      if (count === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(handle);
  }
}
