import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** A helm binary has 60 MB. */
const ENTRY_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Reads one file of a ZIP archive (APPNOTE 6.3.10, without ZIP64 and encryption), so that no `unzip` is needed.
 *
 * @throws Error that names the archive and what is wrong with it
 */
export function readZipEntry(archive: string, name: string): Buffer {
  const file = openSync(archive, 'r');
  try {
    const entry = directoryOf(file, archive).find((candidate) => candidate.name === name);
    if (entry === undefined) throw new Error(`${archive}: expected a file ${name}, got none`);
    if (entry.bytes > ENTRY_BYTES_MAX)
      throw new Error(`${archive}: ${name}: expected at most ${ENTRY_BYTES_MAX} bytes, got ${entry.bytes}`);
    const header = readAt(file, entry.offset, 30);
    const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const packed = readAt(file, start, entry.packedBytes);
    if (entry.method === STORED) return packed;
    if (entry.method !== DEFLATED)
      throw new Error(`${archive}: ${name}: expected method 0 or 8, got ${entry.method}`);
    return inflateRawSync(packed, { maxOutputLength: entry.bytes });
  } finally {
    closeSync(file);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/** The directory lies at the end of the archive, before a comment of unknown length. */
function directoryOf(file: number, archive: string): readonly Entry[] {
  const { size } = fstatSync(file);
  const tailBytes = Math.min(size, END_BYTES + COMMENT_BYTES_MAX);
  const tail = readAt(file, size - tailBytes, tailBytes);
  let at = tail.length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END_SIGNATURE) at -= 1;
  if (at < 0) throw new Error(`${archive}: expected a ZIP archive, got no directory`);
  const directory = readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12));
  const entries: Entry[] = [];
  for (let place = 0; place + 46 <= directory.length; ) {
    if (directory.readUInt32LE(place) !== ENTRY_SIGNATURE) break;
    const nameBytes = directory.readUInt16LE(place + 28);
    entries.push({
      name: directory.subarray(place + 46, place + 46 + nameBytes).toString('utf8'),
      method: directory.readUInt16LE(place + 10),
      packedBytes: directory.readUInt32LE(place + 20),
      bytes: directory.readUInt32LE(place + 24),
      offset: directory.readUInt32LE(place + 42),
    });
    place += 46 + nameBytes + directory.readUInt16LE(place + 30) + directory.readUInt16LE(place + 32);
  }
  return entries;
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const read = readSync(file, bytes, 0, length, position);
  if (read !== length) throw new Error(`ZIP archive: expected ${length} bytes at ${position}, got ${read}`);
  return bytes;
}
