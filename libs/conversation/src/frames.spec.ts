import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromUtf8, toBase64, utf8 } from '#canonical';
import type { ConversationCode } from './conversation-error.js';
import type { CallContext, Direction } from './frame-keys.js';
import { bucketBytes, callOf, FrameDigest, FrameOpener, FrameSealer } from './frames.js';
import { FRAME_CONTENT_BYTES_MAX } from './limits.js';
import { parseSession, sessionInput } from './session.js';

const key = new Uint8Array(32).fill(7);
const context: CallContext = {
  tenant: 'demo',
  runId: '01KAQ0000000000000000000RN',
  taskId: 'converse',
  attempt: 1,
  call: new Uint8Array(16).fill(3),
};

async function answer(
  words: readonly string[],
  about: CallContext = context,
  direction: Direction = 'answer',
) {
  const sealer = await FrameSealer.begin(key, about, direction);
  const frames: Uint8Array[] = [];
  for (const [index, word] of words.entries()) {
    const last = index === words.length - 1;
    frames.push(await sealer.seal({ kind: last ? 'receipt' : 'chunk', content: utf8(word), last }));
  }
  return frames;
}

/** Opens frames in the order given, and ends. */
async function hear(
  frames: readonly Uint8Array[],
  { under = key, about = context }: { readonly under?: Uint8Array; readonly about?: CallContext } = {},
): Promise<string[]> {
  const opener = await FrameOpener.begin(under, about, 'answer');
  const heard: string[] = [];
  for (const frame of frames) heard.push(fromUtf8((await opener.open(frame)).content));
  opener.end();
  return heard;
}

function pick<T>(frames: readonly T[], ...order: readonly number[]): T[] {
  return order.flatMap((index) => frames[index] ?? []);
}

function flipped(frame: Uint8Array, at: number): Uint8Array {
  const copy = frame.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('an answer', () => {
  it.each<[name: string, order: readonly number[], code: ConversationCode]>([
    ['that is cut before its last frame', [0, 1], 'STREAM_CUT'],
    ['of which nothing came', [], 'STREAM_CUT'],
    ['whose frames change places', [1, 0, 2], 'STREAM_REORDERED'],
    ['that lacks a frame in the middle', [0, 2], 'STREAM_REORDERED'],
    ['with a frame twice', [0, 0, 1, 2], 'STREAM_REPEATED'],
    ['with its last frame twice', [0, 1, 2, 2], 'STREAM_REPEATED'],
  ])('%s is refused by name', async (_, order, code) => {
    const frames = await answer(['a', 'b', 'c']);
    await expect(hear(pick(frames, ...order))).rejects.toMatchObject({ code });
  });

  it('with a frame of another call is refused by name', async () => {
    const frames = await answer(['a', 'b']);
    const other = await answer(['a', 'b'], { ...context, call: new Uint8Array(16).fill(4) });
    await expect(hear([...frames.slice(0, 1), ...other.slice(1)])).rejects.toMatchObject({
      code: 'STREAM_OTHER_CALL',
    });
  });

  it.each<[name: string, change: Partial<CallContext>]>([
    ['attempt', { attempt: 2 }],
    ['run', { runId: '01KAQ0000000000000000000RX' }],
    ['task', { taskId: 'other' }],
    ['tenant', { tenant: 'other' }],
  ])('of another %s does not open', async (_, change) => {
    const frames = await answer(['a', 'b'], { ...context, ...change });
    await expect(hear(frames)).rejects.toMatchObject({ code: 'FRAME_OPEN_FAILED' });
  });

  it('does not open under another key, nor what came the other way', async () => {
    const frames = await answer(['a']);
    await expect(hear(frames, { under: new Uint8Array(32).fill(8) })).rejects.toMatchObject({
      code: 'FRAME_OPEN_FAILED',
    });
    await expect(hear(await answer(['a'], context, 'request'))).rejects.toMatchObject({
      code: 'FRAME_OPEN_FAILED',
    });
  });

  it('says nothing that the relay can change: a bit of header or content closes it', async () => {
    const [first = new Uint8Array()] = await answer(['a', 'b']);
    // A frame that says it is the last, a changed counter, a changed content.
    for (const at of [1, 40, first.length - 1]) {
      await expect(hear([flipped(first, at)])).rejects.toMatchObject({ code: 'FRAME_OPEN_FAILED' });
    }
    await expect(hear([flipped(first, 21)])).rejects.toMatchObject({ code: 'STREAM_REORDERED' });
    await expect(hear([flipped(first, 0)])).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
    await expect(hear([first.subarray(0, 20)])).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
  });

  it('ends with its last frame: nothing is sealed after it, and nothing more is heard', async () => {
    const sealer = await FrameSealer.begin(key, context, 'answer');
    const last = await sealer.seal({ kind: 'receipt', content: utf8('a'), last: true });
    await expect(sealer.seal({ kind: 'chunk', content: utf8('b'), last: false })).rejects.toMatchObject({
      code: 'STREAM_OVERRUN',
    });
    const [, second = new Uint8Array()] = await answer(['x', 'y']);
    await expect(hear([last, second])).rejects.toMatchObject({ code: 'STREAM_OVERRUN' });
  });

  it('arrives as it was said, in order', async () => {
    expect(await hear(await answer(['one', '', 'three'])).then((heard) => heard.join(','))).toBe(
      'one,,three',
    );
  });

  it('too long for a frame is refused before it is sealed', async () => {
    const sealer = await FrameSealer.begin(key, context, 'answer');
    const content = new Uint8Array(FRAME_CONTENT_BYTES_MAX + 1);
    await expect(sealer.seal({ kind: 'chunk', content, last: false })).rejects.toMatchObject({
      code: 'FRAME_TOO_LARGE',
    });
  });
});

describe('what the relay sees', () => {
  it('is which call a frame is of, and sizes in powers of two', async () => {
    const [short = new Uint8Array(), long = new Uint8Array(), longer = new Uint8Array()] = await answer([
      'a',
      'b'.repeat(400),
      'c'.repeat(600),
    ]);
    expect(callOf(short)).toEqual(context.call);
    expect(short.length).toBe(long.length);
    expect(longer.length - long.length).toBe(512);
    expect([0, 507, 508, 5000].map(bucketBytes)).toEqual([512, 512, 1024, 8192]);
  });

  it('has a key that neither side prints', async () => {
    const sides = [
      await FrameSealer.begin(key, context, 'answer'),
      await FrameOpener.begin(key, context, 'answer'),
    ];
    for (const side of sides) expect(inspect(side, { depth: 5 })).not.toMatch(/noncePrefix|key/);
  });

  it('has a digest that depends on every frame and their order', async () => {
    const frames = await answer(['a', 'b', 'c']);
    const digestOver = (order: readonly number[]) => {
      const digest = new FrameDigest();
      for (const frame of pick(frames, ...order)) digest.add(frame);
      return digest.digest;
    };
    const digests = [[0, 1, 2], [0, 2, 1], [0, 1], [0, 1, 2, 2], []].map(digestOver);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('the input of a conversation', () => {
  it('is a key of 32 bytes and nothing else, and no refusal repeats it', () => {
    expect(parseSession(sessionInput(key))).toEqual(key);
    const short = toBase64(new Uint8Array(31).fill(9));
    for (const value of [
      null,
      'x',
      {},
      { key: 7 },
      { key: short },
      { key: '!' },
      { ...sessionInput(key), more: 1 },
    ]) {
      try {
        parseSession(value);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'SESSION_MALFORMED' });
        expect(String(error)).not.toContain(short);
      }
    }
  });
});
