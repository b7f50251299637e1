import { describe, expect, it } from 'vitest';
import { ApiError } from '#contracts';
import { whileAway } from './while-away.js';

function failing(times: number, error: Error): () => Promise<number> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
    return calls;
  };
}

describe('whileAway', () => {
  it('repeats a call until the orchestrator answers', async () => {
    expect(await whileAway(failing(2, new ApiError('UNAVAILABLE', 'connection dropped')))).toBe(3);
  });

  it('throws a refusal at once', async () => {
    const refusal = new ApiError('BLOB_DIGEST_MISMATCH', 'no');
    await expect(whileAway(failing(1, refusal))).rejects.toBe(refusal);
  });

  it('repeats what the caller says means "not yet"', async () => {
    const capacity = new ApiError('WORKER_CAPACITY', 'nobody');
    await expect(whileAway(failing(1, capacity))).rejects.toBe(capacity);
    expect(await whileAway(failing(1, capacity), { alsoRetried: ['WORKER_CAPACITY'] })).toBe(2);
  });

  it('gives up when the absence is too long', async () => {
    const away = new ApiError('UNAVAILABLE', 'connection dropped');
    await expect(whileAway(failing(99, away), { awayMs: 1 })).rejects.toBe(away);
  });
});
