import { readFile, stat } from 'node:fs/promises';

const TRUST_BYTES_MAX = 1024 * 1024;

/** A trust file, by its path. A build for browsers puts `read-trust-browser.ts` in the place of this file. */
export async function readTrust(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > TRUST_BYTES_MAX)
    throw new RangeError(`${path}: expected a trust file of at most ${TRUST_BYTES_MAX} bytes, got ${size}`);
  return readFile(path);
}
