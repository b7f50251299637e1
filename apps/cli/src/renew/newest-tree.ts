import { equalBytes } from '#canonical';
import {
  type LogPolicy,
  parseCheckpoint,
  parseEntries,
  parseNote,
  TILE_WIDTH,
  TreeReader,
  verifyNoteSignature,
} from '#evidence';
import { logFiles, logSource } from '../log/log-source.js';
import { exitCode, UsageError } from '../output/failure.js';

/** What a log shows now, signed by it. Tiles are not trusted: what is read from them is compared with the root. */
export interface NewestTree {
  /** Signed note, verbatim. */
  readonly note: string;
  /** What the log signed. */
  readonly text: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly reader: TreeReader;
  /** Index of an entry; null when the log does not have it. Reads all entries. */
  find(entry: Uint8Array): Promise<number | null>;
}

export async function newestTree(place: string, policy: LogPolicy): Promise<NewestTree> {
  const files = logFiles(logSource(place));
  const note = await files.checkpoint();
  const signed = parseNote(note);
  const { origin, size, root } = parseCheckpoint(signed.text);
  const key = policy.logs.find(({ name }) => name === origin);
  const expected = policy.logs.map(({ name }) => name).join(', ');
  if (key === undefined) {
    throw new UsageError(`LOG_UNKNOWN: ${place}: expected ${expected}, got ${origin}`, exitCode.trustRoot);
  }
  if (verifyNoteSignature(signed, key).state !== 'valid') {
    throw new UsageError(
      `LOG_SIGNATURE_INVALID: ${place}: its checkpoint is not signed by ${origin}: do not rely on this log`,
      exitCode.failed,
    );
  }
  const reader = new TreeReader(size, async (name) => (await files.tile(name)) ?? new Uint8Array(0));
  const find = async (entry: Uint8Array): Promise<number | null> => {
    for (let index = 0; index * TILE_WIDTH < size; index += 1) {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const bytes = (await files.entries({ index, width })) ?? new Uint8Array(0);
      const position = parseEntries(bytes, width).findIndex((each) => equalBytes(each, entry));
      if (position >= 0) return index * TILE_WIDTH + position;
    }
    return null;
  };
  return { note, text: signed.text, size, root, reader, find };
}
