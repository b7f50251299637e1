// SPDX-License-Identifier: GPL-3.0
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { BackendError } from './backend.js';

/** tmpfs on every Linux: what is written there stays in memory. */
const FOLDER = '/dev/shm';

/**
 * A file in memory without a name, for programs that read and write files by path.
 *
 * Its name is removed before the first byte is written: nothing of a witness can be found on a disk, by another
 * user, or after a crash. Another process gets it as an inherited descriptor and opens `/proc/self/fd/<n>`.
 */
export class MemoryFile implements Disposable {
  private constructor(readonly fd: number) {}

  /** @throws BackendError BACKEND_FAILED where there is no tmpfs: a witness is not written to a disk instead */
  static create(bytes: Uint8Array): MemoryFile {
    if (!existsSync(FOLDER)) throw new BackendError('BACKEND_FAILED');
    const folder = mkdtempSync(join(FOLDER, 'sealflow-'));
    try {
      const path = join(folder, 'file');
      const file = new MemoryFile(openSync(path, 'wx+', 0o600));
      rmSync(folder, { recursive: true });
      file.#write(bytes);
      return file;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  get bytes(): number {
    return fstatSync(this.fd).size;
  }

  /** Null when there is more than `bytesMax`. */
  read(bytesMax: number): Uint8Array | null {
    const size = this.bytes;
    if (size > bytesMax) return null;
    const bytes = new Uint8Array(size);
    const count = readSync(this.fd, bytes, 0, size, 0);
    return bytes.subarray(0, count);
  }

  zero(): void {
    this.#write(new Uint8Array(this.bytes));
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at, bytes.length - at, at);
  }
}
