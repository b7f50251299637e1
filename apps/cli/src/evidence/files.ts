import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fromHex, fromUtf8, type Json, parseJsonStrict } from '#canonical';
import { exitCode, UsageError } from '../output/failure.js';

const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** Looks at the size before reading. What is larger than any evidence is not read into memory. */
export function readEvidenceFile(file: string): Uint8Array {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(`${file}: ${reason}: expected a readable file`, exitCode.malformed);
  }
  try {
    const { size } = fstatSync(handle);
    if (size <= FILE_BYTES_MAX) return new Uint8Array(readFileSync(handle));
    throw new UsageError(`${file}: ${size} bytes, expected at most ${FILE_BYTES_MAX}`, exitCode.malformed);
  } finally {
    closeSync(handle);
  }
}

/** Tools print evidence as hex as often as they store it as bytes. */
export function bytesOrHex(bytes: Uint8Array): Uint8Array {
  const text = asciiOf(bytes)?.trim().replace(/^0x/i, '').toLowerCase() ?? '';
  return text.length > 0 && text.length % 2 === 0 && /^[0-9a-f]+$/.test(text) ? fromHex(text) : bytes;
}

/** Null when the bytes are no JSON: then they are something else, and not malformed. */
export function jsonOf(bytes: Uint8Array): Json | null {
  const first = asciiOf(bytes.subarray(0, 64))?.trimStart()[0];
  if (first !== '{' && first !== '[') return null;
  try {
    return parseJsonStrict(bytes);
  } catch {
    return null;
  }
}

export function asciiOf(bytes: Uint8Array): string | null {
  for (const byte of bytes)
    if (byte > 0x7e || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) return null;
  return fromUtf8(bytes);
}
