import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesPath, type LogFiles, tilePath } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import { get } from '../stack/dial.js';
import { tlsFor } from '../stack/tls-for.js';

const FILE_BYTES_MAX = 256 * 1024;
/** 256 entries of 64 KiB each. */
const ENTRIES_BYTES_MAX = 17 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

/** Files of a log by their C2SP paths. Null for one that is not there; anything else that fails is raised. */
export type ReadLogFile = (path: string, bytesMax: number) => Promise<Uint8Array | null>;

/** A log behind an address, e.g. `https://host/log`, or a mirror in a folder. */
export function logSource(place: string): ReadLogFile {
  return /^https?:\/\//.test(place) ? overHttp(place.replace(/\/+$/, '')) : inFolder(place);
}

export function logFiles(read: ReadLogFile): LogFiles {
  return {
    checkpoint: async () => {
      const bytes = await read('checkpoint', FILE_BYTES_MAX);
      if (bytes === null)
        throw new UsageError('the log has no checkpoint: it is empty, or not there', exitCode.malformed);
      return Buffer.from(bytes).toString('utf8');
    },
    tile: (name) => read(tilePath(name), FILE_BYTES_MAX),
    entries: (name) => read(entriesPath(name), ENTRIES_BYTES_MAX),
  };
}

function overHttp(base: string): ReadLogFile {
  return async (path, bytesMax) => {
    const url = `${base}/${path}`;
    let response: Response;
    try {
      response = await get(url, tlsFor(url), { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      const cause =
        error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : '';
      throw new UsageError(`${url}: no answer: ${cause}`, exitCode.malformed);
    }
    if (response.status === 404) return null;
    if (response.status !== 200) {
      throw new UsageError(`${url}: expected status 200, got ${response.status}`, exitCode.malformed);
    }
    return bounded(response, url, bytesMax);
  };
}

async function bounded(response: Response, url: string, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > bytesMax)
        throw new UsageError(`${url}: expected at most ${bytesMax} bytes, got more`, exitCode.malformed);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${url}: the answer broke off after ${size} bytes`, exitCode.malformed);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function inFolder(folder: string): ReadLogFile {
  return async (path, bytesMax) => {
    const file = join(folder, path);
    let handle: number;
    try {
      handle = openSync(file, 'r');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw error;
    }
    try {
      const { size } = fstatSync(handle);
      if (size <= bytesMax) return new Uint8Array(readFileSync(handle));
      throw new UsageError(`${file}: expected at most ${bytesMax} bytes, got ${size}`, exitCode.malformed);
    } finally {
      closeSync(handle);
    }
  };
}
