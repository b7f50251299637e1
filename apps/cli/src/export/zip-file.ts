import { crc32, deflateRawSync } from 'node:zlib';
import type { PackedFile } from './packed-file.js';

const DEFLATED = 8;
const VERSION_2_0 = 20;
const MADE_BY_UNIX = 3 << 8;
/** 1980-01-01 as MS-DOS writes it, at midnight. */
const DATE_1980_01_01 = 0x21;
const REGULAR_FILE = 0o100000;

/** PKWARE's ZIP without ZIP64, encryption or comments. Names are ASCII. */
export function zipOf(files: readonly PackedFile[]): Uint8Array {
  const bodies: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes, executable } of files) {
    if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new RangeError('a name does not fit this archive');
    const packed = deflateRawSync(bytes, { level: 9 });
    const common = fields(
      [2, VERSION_2_0],
      [2, 0],
      [2, DEFLATED],
      [2, 0],
      [2, DATE_1980_01_01],
      [4, crc32(bytes)],
      [4, packed.length],
      [4, bytes.length],
      [2, name.length],
      [2, 0],
    );
    const mode = REGULAR_FILE | (executable === true ? 0o755 : 0o644);
    directory.push(
      fields([4, 0x02014b50], [2, MADE_BY_UNIX | VERSION_2_0]),
      common,
      fields([2, 0], [2, 0], [2, 0], [4, mode * 0x10000], [4, offset]),
      Buffer.from(name),
    );
    const body = Buffer.concat([fields([4, 0x04034b50]), common, Buffer.from(name), packed]);
    bodies.push(body);
    offset += body.length;
  }
  const central = Buffer.concat(directory);
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, central.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...bodies, central, end]);
}

/** Numbers with their widths in bytes, little endian. */
function fields(...values: readonly (readonly [width: number, value: number])[]): Buffer {
  const bytes = Buffer.alloc(values.reduce((total, [width]) => total + width, 0));
  let at = 0;
  for (const [width, value] of values) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}
