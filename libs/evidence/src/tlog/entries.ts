import { concatBytes, u16be } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { TILE_WIDTH } from './tile-path.js';

const ENTRY_BYTES_MAX = 0xffff;

/** Entries below one tile of level 0, each after its length (C2SP tlog-tiles, "Log Entries"). */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > ENTRY_BYTES_MAX) throw malformed(`an entry of ${entry.length} bytes`);
      return [u16be(entry.length), entry];
    }),
  );
}

/** Raises `ENTRIES_MALFORMED` unless there are exactly `width` entries. */
export function parseEntries(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === TILE_WIDTH) throw malformed(`more than ${TILE_WIDTH} entries`);
    if (at + 2 > bytes.length) throw malformed(`a length that breaks off at ${at}`);
    const end = at + 2 + view.getUint16(at);
    if (end > bytes.length) throw malformed(`an entry that breaks off at ${at}`);
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  if (entries.length !== width) throw malformed(`${entries.length} entries, expected ${width}`);
  return entries;
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('ENTRIES_MALFORMED', `entry bundle: ${what}`);
}
