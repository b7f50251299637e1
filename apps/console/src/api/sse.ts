/** One event of a stream of server-sent events (WHATWG HTML, 9.2.6). */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** No event of a run is nearly as long. */
const EVENT_CHARS_MAX = 4 * 1024 * 1024;

/** Events in the order in which they come, across the borders of chunks. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    if (rest.length > EVENT_CHARS_MAX)
      throw new Error(`an event has more than ${EVENT_CHARS_MAX} characters`);
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const made = parseEvent(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (made !== null) yield made;
    }
  }
}

function parseEvent(block: string): ServerEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
  }
  const data = fields.get('data');
  return data === undefined
    ? null
    : { id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data };
}
