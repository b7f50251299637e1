import { gzipSync } from 'node:zlib';
import { type PackedFile, packedAtS } from './packed-file.js';

const BLOCK_BYTES = 512;
/** RFC 1952: the byte that says which system compressed, and the value for "unknown". */
const GZIP_OS_AT = 9;
const GZIP_OS_UNKNOWN = 255;

/** POSIX.1-1988 `ustar`, gzipped: what every tar reads. Names of up to 100 ASCII characters. */
export function tarGz(files: readonly PackedFile[]): Uint8Array {
  const parts = files.flatMap((file) => [
    header(file),
    file.bytes,
    Buffer.alloc(-file.bytes.length & (BLOCK_BYTES - 1)),
  ]);
  const packed = gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]), { level: 9 });
  packed[GZIP_OS_AT] = GZIP_OS_UNKNOWN;
  return packed;
}

function header({ name, bytes, executable }: PackedFile): Uint8Array {
  if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new RangeError('a name does not fit a tar header');
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(executable === true ? 0o755 : 0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(bytes.length, 11), 124);
  block.write(octal(packedAtS, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
