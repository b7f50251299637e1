import { UpstreamError } from './upstream-error.js';

export interface SseLimits {
  readonly lineBytesMax: number;
  readonly eventsMax: number;
  /** All bytes of the stream, comments included. */
  readonly bytesMax: number;
}

const LF = 10;
const CR = 13;

/**
 * The data of server-sent events, one text an event (HTML standard, section 9.2.6). Names, ids and retry times are
 * skipped: the protocol has none. Lines are cut as bytes and decoded whole, so a character may be split anywhere.
 * An event that the stream's end cuts off is dropped, as the standard says.
 *
 * @throws UpstreamError `UPSTREAM_TOO_LARGE`, or `UPSTREAM_MALFORMED` for bytes that are no UTF-8
 */
export async function* sseEvents(
  stream: AsyncIterable<Uint8Array>,
  limits: SseLimits,
): AsyncGenerator<string> {
  const lines = new LineCutter(limits.lineBytesMax);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let data: string[] = [];
  let dataBytes = 0;
  let bytes = 0;
  let events = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > limits.bytesMax) throw tooLarge(`the answer has more than ${limits.bytesMax} bytes`);
    for (const line of lines.cut(piece)) {
      if (line.length > 0) {
        const value = dataOf(decoded(line, decoder));
        if (value === null) continue;
        dataBytes += line.length;
        if (dataBytes > limits.lineBytesMax) {
          throw tooLarge(`an event has more than ${limits.lineBytesMax} bytes`);
        }
        data.push(value);
        continue;
      }
      if (data.length === 0) continue;
      events += 1;
      if (events > limits.eventsMax) throw tooLarge(`the answer has more than ${limits.eventsMax} events`);
      yield data.join('\n');
      data = [];
      dataBytes = 0;
    }
  }
}

/** Null for a comment and for the fields that are skipped. */
function dataOf(line: string): string | null {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return null;
  return line.startsWith('data: ') ? line.slice(6) : line.slice(5);
}

function decoded(line: Uint8Array, decoder: InstanceType<typeof TextDecoder>): string {
  try {
    return decoder.decode(line);
  } catch {
    throw new UpstreamError('UPSTREAM_MALFORMED', 'a line of the answer is not UTF-8');
  }
}

/** Ends of lines are LF, CR, or CR LF as one. */
class LineCutter {
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #afterCr = false;

  constructor(private readonly lineBytesMax: number) {}

  *cut(piece: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at];
      if (byte !== LF && byte !== CR) {
        this.#afterCr = false;
        continue;
      }
      if (byte === LF && this.#afterCr) {
        this.#afterCr = false;
        from = at + 1;
        continue;
      }
      this.#afterCr = byte === CR;
      this.#keep(piece.subarray(from, at));
      from = at + 1;
      yield this.#take();
    }
    this.#keep(piece.subarray(from));
  }

  #keep(bytes: Uint8Array): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes > this.lineBytesMax) {
      throw tooLarge(`a line of the answer has more than ${this.lineBytesMax} bytes`);
    }
    if (bytes.length > 0) this.#rest.push(bytes);
  }

  #take(): Uint8Array {
    const [only] = this.#rest;
    const line = this.#rest.length === 1 && only !== undefined ? only : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }
}

function tooLarge(what: string): UpstreamError {
  return new UpstreamError('UPSTREAM_TOO_LARGE', `${what}; the call was ended`);
}
