import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectRequest__Output, ConnectResponse } from '#contracts';
import { limits } from '../config/limits.js';
import { WorkerSession } from '../sessions/worker-session.js';
import { CallBook } from './call-book.js';

const identity = {
  ...{ workerId: 'tee-worker-0', bootId: '00'.repeat(16), operations: ['model.converse'] },
  ...{ sealKeyId: 'sha256:1', signKey: 'key', imageDigest: 'sha256:2', leasesMax: 4 },
};

let book: CallBook;
let sent: ConnectResponse[];
let session: WorkerSession;

beforeEach(() => {
  book = new CallBook();
  sent = [];
  session = worker((message) => sent.push(message));
});

function worker(send: (message: ConnectResponse) => void): WorkerSession {
  return new WorkerSession('session', identity, 0, send);
}

function begin(lease = 'lease', signal = new AbortController().signal) {
  return book.call({ session, lease, fence: '1' }, Uint8Array.of(1), signal);
}

/** Ids of the calls that the worker was sent. */
function callIds(): string[] {
  return sent.flatMap(({ call }) => (call?.call === undefined ? [] : [call.call]));
}

function says(message: Partial<ConnectRequest__Output>, from = session): boolean {
  return book.hear(from, message as ConnectRequest__Output);
}

function chunk(call: string, bytes: number | Uint8Array): Partial<ConnectRequest__Output> {
  const frame = Buffer.from(typeof bytes === 'number' ? new Uint8Array(bytes) : bytes);
  return { callChunk: { call, frame } };
}

/** Begins a call whose first frame is there already. */
async function begun(lease?: string, signal?: AbortSignal) {
  const answer = begin(lease, signal);
  const first = answer.next();
  const id = callIds().at(-1) ?? '';
  says(chunk(id, Uint8Array.of(7)));
  expect((await first).value).toEqual(Buffer.of(7));
  return { answer, id };
}

async function all(answer: AsyncIterable<Uint8Array>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const frame of answer) sizes.push(frame.length);
  return sizes;
}

describe('a call through the book', () => {
  it('of a worker that went away is cut by name', async () => {
    const { answer } = await begun();
    book.left(session);
    await expect(all(answer)).rejects.toMatchObject({ reason: 'STREAM_CUT' });
    expect(book.open).toBe(0);
  });

  it('whose reader takes nothing is ended by name, and its worker is told to stop', async () => {
    const { answer, id } = await begun();
    const half = limits.callBufferBytesMax / 2 + 1;
    says(chunk(id, half));
    expect(sent.some(({ callCancel }) => callCancel)).toBe(false);
    says(chunk(id, half));
    expect(sent.at(-1)).toEqual({ callCancel: { call: id, reason: 'READER_TOO_SLOW' } });
    // What comes after that is nobody's, and is not kept.
    says(chunk(id, half));
    await expect(all(answer)).rejects.toMatchObject({ reason: 'READER_TOO_SLOW' });
    expect(book.open).toBe(0);
  });

  it('whose answer has no end is ended by name', async () => {
    const { answer, id } = await begun();
    const piece = limits.callBufferBytesMax;
    for (let bytes = 0; bytes + piece < limits.answerBytesMax; bytes += piece) {
      says(chunk(id, piece));
      expect((await answer.next()).value).toHaveLength(piece);
    }
    says(chunk(id, piece));
    await expect(all(answer)).rejects.toMatchObject({
      reason: 'LIMIT_EXCEEDED',
      facts: { limit: 'answerBytesMax' },
    });
  });

  it('over what one conversation may ask at a time is refused, and says so before the worker hears of it', async () => {
    const open = Array.from({ length: limits.callsPerConversationMax }, () => begin());
    for (const answer of open) void answer.next().catch(() => undefined);
    await expect(begin().next()).rejects.toMatchObject({
      reason: 'LIMIT_EXCEEDED',
      facts: { limit: 'callsPerConversationMax' },
    });
    expect(callIds()).toHaveLength(limits.callsPerConversationMax);
    // Another conversation has calls of its own.
    const { id } = await begun('other');
    expect(id).not.toBe('');
    book.left(session);
  });

  it('that the worker refuses has the name of the reason, and of no other text', async () => {
    const answer = begin();
    const first = answer.next();
    const [id = ''] = callIds();
    says({ callFail: { call: id, reason: 'FRAME_OPEN_FAILED', message: 'secret' } });
    await expect(first).rejects.toMatchObject({
      reason: 'CALL_FAILED',
      facts: { reason: 'FRAME_OPEN_FAILED' },
    });
    const other = begin();
    const second = other.next();
    says({ callFail: { call: callIds()[1] ?? '', reason: 'a secret', message: '' } });
    await expect(second).rejects.toMatchObject({ facts: { reason: 'WORKER_ERROR' } });
  });

  it('that its client leaves is taken back at the worker', async () => {
    const leaving = new AbortController();
    const { answer, id } = await begun('lease', leaving.signal);
    const next = answer.next();
    leaving.abort();
    expect((await next).done).toBe(true);
    expect(sent.at(-1)).toEqual({ callCancel: { call: id, reason: 'CALLER_GONE' } });
    expect(book.open).toBe(0);
  });

  it('is answered by its own worker alone', async () => {
    const { answer, id } = await begun();
    const stranger = worker(() => undefined);
    says(chunk(id, 100), stranger);
    says({ callEnd: { call: id } }, stranger);
    book.left(stranger);
    says(chunk(id, 5));
    says({ callEnd: { call: id } });
    expect(await all(answer)).toEqual([5]);
  });

  it('gives what comes, in order, and ends with its end', async () => {
    const { answer, id } = await begun();
    for (const size of [3, 1, 2]) says(chunk(id, size));
    says({ callEnd: { call: id } });
    expect(await all(answer)).toEqual([3, 1, 2]);
    expect(sent.some(({ callCancel }) => callCancel)).toBe(false);
    expect({ open: book.open, known: says({ renew: { lease: 'lease', fence: '1' } }) }).toEqual({
      open: 0,
      known: false,
    });
  });
});
