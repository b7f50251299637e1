/** What a frame of gRPC and the fields of a message put around its bytes, at most. */
const AROUND_BYTES_MAX = 1_024;

/**
 * Frees the memory of bytes that nobody needs any more, at once. V8 counts what lies outside of its heap and collects it
 * only when tens of MiB have gathered: a gigabyte that streams through would cost that much all the while.
 *
 * Bytes that share their memory with others, as a slice of a network buffer may, are left to the collector.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > byteLength + AROUND_BYTES_MAX) return;
  if (byteLength > AROUND_BYTES_MAX) buffer.transfer(0);
}
