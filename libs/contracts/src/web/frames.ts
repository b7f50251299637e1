/** Frames of gRPC and gRPC-Web: a byte of flags, four of length, then that many (PROTOCOL-HTTP2.md, "Length-Prefixed-Message"). */
import { status } from '../grpc-browser.js';
import { joinBytes } from '../join-bytes.js';
import { WebStatus } from './web-status.js';

const HEAD_BYTES = 5;
const TRAILERS = 0x80;
/** As grpc-js takes of one message. */
const FRAME_BYTES_MAX = 4 * 1024 * 1024;

export interface Frame {
  readonly isTrailers: boolean;
  readonly bytes: Uint8Array;
}

export function frameOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEAD_BYTES + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, HEAD_BYTES);
  return frame;
}

/**
 * Frames as they come in.
 *
 * @throws WebStatus RESOURCE_EXHAUSTED, UNIMPLEMENTED; UNAVAILABLE where the body ends within a frame
 */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let wanted = HEAD_BYTES;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes < wanted) continue;
    let kept = joinBytes(parts);
    for (;;) {
      wanted = frameBytes(kept);
      if (kept.length < wanted) break;
      yield { isTrailers: kept[0] === TRAILERS, bytes: kept.subarray(HEAD_BYTES, wanted) };
      kept = kept.subarray(wanted);
    }
    parts = [kept];
    bytes = kept.length;
  }
  if (bytes > 0) throw new WebStatus(status.UNAVAILABLE, 'the connection ended within a message');
}

/** How many bytes the first frame has, as far as its head says so. */
function frameBytes(kept: Uint8Array): number {
  if (kept.length < HEAD_BYTES) return HEAD_BYTES;
  const flags = kept[0] ?? 0;
  const length = new DataView(kept.buffer, kept.byteOffset).getUint32(1);
  if ((flags & ~TRAILERS) !== 0) throw new WebStatus(status.UNIMPLEMENTED, 'a message is compressed');
  if (length > FRAME_BYTES_MAX) {
    throw new WebStatus(
      status.RESOURCE_EXHAUSTED,
      `expected messages of at most ${FRAME_BYTES_MAX} bytes, got ${length}`,
    );
  }
  return HEAD_BYTES + length;
}
