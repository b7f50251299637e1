import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { RequestBook } from './request-book.js';

let bed: LogBed;
let book: RequestBook;
/** The same ids, on another replica. */
let other: RequestBook;
let nowMs = Date.UTC(2026, 10, 21);
let done: number;

beforeAll(async () => {
  bed = await openLogBed();
  book = new RequestBook(await bed.database(), () => nowMs);
  other = new RequestBook(await bed.database(), () => nowMs);
});
afterAll(() => bed.stop());
beforeEach(() => {
  done = 0;
});

const work = async () => {
  done += 1;
};
const request = (changes: object = {}) => ({
  tenant: 'bank',
  requestId: '5f0f9f3e-52a5-4b0a-9d7e-0d6f7a3c1b11',
  method: 'CancelRun',
  content: { run: 'one' },
  ...changes,
});

describe('a request id', () => {
  it.each(['x', 'not-a-uuid', '5F0F9F3E-52A5-4B0A-9D7E-0D6F7A3C1B11', `${'5'.repeat(100_000)}`])(
    'is not %j',
    async (requestId) => {
      await expect(book.once(request({ requestId }), work)).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
        violations: [{ field: 'request_id' }],
      });
      expect(done).toBe(0);
    },
  );

  it('lets its work be done once, on whatever replica', async () => {
    await book.once(request(), work);
    await other.once(request(), work);
    await book.once(request(), work);
    expect(done).toBe(1);
  });

  it.each<[string, object]>([
    ['content', { content: { run: 'two' } }],
    ['method', { method: 'ApproveStep' }],
  ])('with another %s is refused', async (_what, changes) => {
    await expect(other.once(request(changes), work)).rejects.toMatchObject({ reason: 'REQUEST_ID_REUSED' });
    expect(done).toBe(0);
  });

  it('of one tenant is nothing to another', async () => {
    await book.once(request({ tenant: 'globex', content: { run: 'two' } }), work);
    expect(done).toBe(1);
  });

  it('that is not there protects nothing', async () => {
    for (const content of ['a', 'a', 'b']) await book.once(request({ requestId: '', content }), work);
    expect(done).toBe(3);
  });

  it('may be used again for work that failed, which leaves nothing behind', async () => {
    const requestId = randomUUID();
    const failing = book.once(request({ requestId }), () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    await book.once(request({ requestId, content: 'x' }), work);
    await book.once(request({ requestId, content: 'x' }), work);
    expect(done).toBe(1);
  });

  it('of a call that only checks stays free, and is compared all the same', async () => {
    const requestId = randomUUID();
    await book.once(request({ requestId, validateOnly: true }), work);
    await book.once(request({ requestId, content: 'x' }), work);
    await expect(book.once(request({ requestId, validateOnly: true }), work)).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    expect(done).toBe(2);
  });

  it('is kept for two days', async () => {
    const requestId = randomUUID();
    await book.once(request({ requestId }), work);
    nowMs += 47 * 3_600_000;
    await other.once(request({ requestId }), work);
    expect(done).toBe(1);
    nowMs += 3_600_001;
    await other.once(request({ requestId }), work);
    expect(done).toBe(2);
  });
});
