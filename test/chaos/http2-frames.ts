/** Frames of HTTP/2 (RFC 9113 section 4.1) as somebody writes them who follows no other rule of it. */
export const frameType = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = { endStream: 1, ack: 1, endHeaders: 4 } as const;

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Each setting is an identifier and a value (RFC 9113 section 6.5). */
export function settings(...entries: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(entries.length * 6);
  for (const [index, [id, value]] of entries.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(frameType.settings, 0, 0, payload);
}

/** A header block of literals that are not indexed (RFC 7541 section 6.2.2). */
export function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  const texts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from([0]),
    ...[name, value].flatMap((text) => [length(text.length), Buffer.from(text, 'latin1')]),
  ]);
  return Buffer.concat(texts);
}

/** An integer with a prefix of seven bits (RFC 7541 section 5.1). */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** What begins a gRPC call of this server. */
export function callHeaders(path: string, bearer: string | null): Buffer {
  return headerBlock({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'localhost',
    te: 'trailers',
    'content-type': 'application/grpc',
    'grpc-timeout': '100S',
    ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
  });
}

/** A message of gRPC, or the beginning of one that says it is longer. */
export function grpcMessage(bytes: Uint8Array, saysBytes = bytes.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(saysBytes, 1);
  return Buffer.concat([head, bytes]);
}
