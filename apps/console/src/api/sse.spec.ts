import { describe, expect, it } from 'vitest';
import { readEvents } from './sse.js';

async function eventsOf(...chunks: readonly string[]) {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const found = [];
  for await (const event of readEvents(stream)) found.push(event);
  return found;
}

describe('server-sent events', () => {
  it('give no event for what is cut off or has no data', async () => {
    expect(await eventsOf('retry: 1000\n\n', 'id: 1\nevent: step\n\n', 'data: {}\n')).toEqual([]);
  });

  it('are read across the borders of chunks', async () => {
    expect(
      await eventsOf('id: a\nevent: st', 'ep\ndata: {"x":', '1}\n', '\nevent: end\ndata: {}\n\n'),
    ).toEqual([
      { id: 'a', event: 'step', data: '{"x":1}' },
      { id: '', event: 'end', data: '{}' },
    ]);
  });
});
