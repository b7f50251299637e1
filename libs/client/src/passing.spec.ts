import { describe, expect, it } from 'vitest';
import { ApiError } from '#contracts';
import { type Patience, patiently } from './passing.js';

const patience: Patience = { patienceMs: 30_000, retryMs: 1, retryMsMax: 2 };
const away = () => new ApiError('UNAVAILABLE', 'no connection', { retryMs: 0 });

/** A call that fails with these, one after the other, and then answers. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors];
  const calls = { made: 0 };
  const call = async (): Promise<string> => {
    calls.made += 1;
    if (left.length > 0) throw left.shift();
    return 'answer';
  };
  return { call, calls };
}

describe('a call that changes nothing', () => {
  it('is not repeated when it was refused', async () => {
    const { call, calls } = failing(new ApiError('NOT_FOUND', 'no run'));
    await expect(patiently(call, patience)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    expect(calls.made).toBe(1);
  });

  it('is not repeated when what failed is no answer of a service', async () => {
    const { call, calls } = failing(new TypeError('x'));
    await expect(patiently(call, patience)).rejects.toThrow(TypeError);
    expect(calls.made).toBe(1);
  });

  it('fails with the reason of the last failure once the patience is over', async () => {
    const { call, calls } = failing(away(), away());
    await expect(patiently(call, { ...patience, patienceMs: 0 })).rejects.toMatchObject({
      reason: 'UNAVAILABLE',
    });
    expect(calls.made).toBe(1);
  });

  it('ends when its caller wants no more', async () => {
    const abort = new AbortController();
    const { call, calls } = failing(away(), away());
    abort.abort();
    await expect(patiently(call, { ...patience, signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(calls.made).toBe(1);
  });

  it('outlives an orchestrator that is away', async () => {
    const { call, calls } = failing(away(), new ApiError('DRAINING', 'it ends', { retryMs: 0 }), away());
    expect(await patiently(call, patience)).toBe('answer');
    expect(calls.made).toBe(4);
  });
});
