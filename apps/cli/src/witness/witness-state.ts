import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf, fromBase64, isJsonObject, parseJsonStrict, toBase64, utf8 } from '#canonical';
import type { WitnessedTree } from '#evidence';

const VERSION = 'sealflow/witness-state/v1';

/**
 * What a witness remembers of each log: one file a log, replaced as a whole and flushed before anything is signed, so
 * that a kill at any moment leaves the old tree or the new one and never a signature that it forgot.
 */
export class WitnessState {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Null for a log that was never cosigned. A file that cannot be read stops the witness: it must not begin anew. */
  read(origin: string): WitnessedTree | null {
    const file = this.#file(origin);
    if (!existsSync(file)) return null;
    const state = parseJsonStrict(new Uint8Array(readFileSync(file)), { bytesMax: 4096 });
    if (isJsonObject(state) && state['v'] === VERSION && state['origin'] === origin) {
      const { size, root } = state;
      if (typeof size === 'number' && typeof root === 'string') return { size, root: fromBase64(root) };
    }
    throw new Error(
      `${file}: expected the state of ${origin}; restore it, or the log could be forked unseen`,
    );
  }

  write(origin: string, { size, root }: WitnessedTree): void {
    const file = this.#file(origin);
    const handle = openSync(`${file}.new`, 'w', 0o600);
    writeSync(handle, JSON.stringify({ v: VERSION, origin, size, root: toBase64(root) }));
    fsyncSync(handle);
    closeSync(handle);
    renameSync(`${file}.new`, file);
    // The new name is durable only when the folder is.
    const folder = openSync(this.folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  #file(origin: string): string {
    return join(this.folder, `${digestOf(utf8(origin)).slice('sha256:'.length)}.json`);
  }
}
