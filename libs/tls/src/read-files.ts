import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { tlsLimits } from './limits.js';
import { TlsError } from './tls-error.js';

/** Paths of PEM files. Who shows a certificate has its key too. */
export interface TlsFiles {
  /** The own certificate, then the intermediates that lead to the root. */
  readonly certificate?: string;
  readonly key?: string;
  /** Roots that are believed about the other side. */
  readonly ca?: string;
}

export interface FileContents {
  readonly certificate: Buffer | null;
  readonly key: Buffer | null;
  readonly ca: Buffer | null;
  /** SHA-256 over all of them: times of files say nothing where a link is swapped. */
  readonly digest: string;
}

/** A writer that replaces one file after the other is between them for a moment. */
const LOOKS_MAX = 3;

/**
 * Reads all files until two looks in a row see the same, so that a pair is not half of the old and half of the new.
 *
 * @throws TlsError FILE_UNREADABLE, FILE_TOO_LARGE
 */
export function readFiles(files: TlsFiles): FileContents {
  let seen = readOnce(files);
  for (let looks = 1; looks < LOOKS_MAX; looks += 1) {
    const again = readOnce(files);
    if (again.digest === seen.digest) break;
    seen = again;
  }
  return seen;
}

function readOnce({ certificate, key, ca }: TlsFiles): FileContents {
  const contents = { certificate: read(certificate), key: read(key), ca: read(ca) };
  const hash = createHash('sha256');
  for (const bytes of Object.values(contents)) {
    hash.update(`${bytes?.length ?? -1}\n`);
    if (bytes !== null) hash.update(bytes);
  }
  return { ...contents, digest: hash.digest('hex') };
}

function read(path: string | undefined): Buffer | null {
  if (path === undefined) return null;
  try {
    const { size } = statSync(path);
    if (size <= tlsLimits.fileBytesMax) return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TlsError('FILE_UNREADABLE', `${path}: expected a file that can be read, got ${code}`);
  }
  throw new TlsError(
    'FILE_TOO_LARGE',
    `${path}: expected at most ${tlsLimits.fileBytesMax} bytes, got more: is this a PEM file?`,
  );
}
