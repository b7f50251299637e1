import { describe, expect, it } from 'vitest';
import { type SseLimits, sseEvents } from './sse-events.js';

const limits: SseLimits = { lineBytesMax: 100, eventsMax: 10, bytesMax: 1000 };

async function eventsOf(text: string | Uint8Array, pieceBytes = 1): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const events: string[] = [];
  for await (const event of sseEvents(pieces(), limits)) events.push(event);
  return events;
}

describe('sseEvents refuses', () => {
  it.each<[what: string, text: string]>([
    ['a long line, ended or not', `data: ${'x'.repeat(100)}`],
    ['a long event of short lines', 'data: xxxxxxxxxx\n'.repeat(8)],
    ['many events', 'data: x\n\n'.repeat(11)],
    ['many bytes of comments', ': still here\n'.repeat(100)],
  ])('%s', async (_, text) => {
    await expect(eventsOf(text, 7)).rejects.toMatchObject({
      code: 'UPSTREAM_TOO_LARGE',
    });
  });

  it('bytes that are no UTF-8', async () => {
    const text = Buffer.concat([Buffer.from('data: '), Uint8Array.of(0xc3, 0x28), Buffer.from('\n\n')]);
    await expect(eventsOf(text)).rejects.toMatchObject({ code: 'UPSTREAM_MALFORMED' });
  });
});

describe.each([1, 2, 3, 1000])('in pieces of %i bytes, sseEvents', (pieceBytes) => {
  it.each<[what: string, text: string, events: string[]]>([
    ['ends lines at LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['ends lines at CR LF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['ends lines at CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['joins the lines of an event', 'data: a\ndata\ndata:b\n\n', ['a\n\nb']],
    ['takes one space away', 'data:  a\n\n', [' a']],
    ['skips comments and other fields', ': x\nevent: y\nid: 1\nretry: 2\ndata: a\n\n\n\n', ['a']],
    ['drops an event that the end cuts off', 'data: a\n\ndata: b\n', ['a']],
    ['keeps characters whole', 'data: né — 🦭\n\n', ['né — 🦭']],
  ])('%s', async (_, text, events) => {
    await expect(eventsOf(text, pieceBytes)).resolves.toEqual(events);
  });
});
