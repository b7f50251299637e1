import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bundleLimits } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';

/** A bundle from a file or, as `-`, from standard input; what is compressed is unpacked up to the size of a bundle. */
export async function readBundle(file: string): Promise<Uint8Array> {
  const bytes = file === '-' ? await readStdin() : readBounded(file, exitCode.malformed);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return packed ? unpack(file, bytes) : bytes;
}

function unpack(file: string, bytes: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: bundleLimits.bytesMax }));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const what =
      reason === 'ERR_BUFFER_TOO_LARGE' ? `more than ${bundleLimits.bytesMax} bytes` : 'broken data';
    throw new UsageError(`${file}: expected a compressed bundle, got ${what}`, exitCode.malformed);
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bundleLimits.bytesMax) throw tooLarge('-', 'more');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * Looks before it reads: a folder, a device that never ends, or a file larger than any bundle is refused.
 *
 * @param code exit code of every refusal, by what the file was to be
 */
export function readBounded(file: string, code: number, hint = ''): Uint8Array {
  let handle: number;
  try {
    // A pipe without a writer would block; it is refused below.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(`${file}: expected a readable file, got ${reason}${hint}`, code);
  }
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) {
      const kind = status.isDirectory() ? 'a folder' : 'a device or pipe';
      throw new UsageError(`${file}: expected a file, got ${kind}${hint}`, code);
    }
    if (status.size > bundleLimits.bytesMax) throw tooLarge(file, `${status.size}`, code);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function tooLarge(file: string, size: string, code: number = exitCode.malformed): UsageError {
  return new UsageError(
    `${file}: expected at most ${bundleLimits.bytesMax} bytes, got ${size}: this is no evidence bundle or trust file`,
    code,
  );
}
