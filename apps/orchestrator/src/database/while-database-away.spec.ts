import { describe, expect, it } from 'vitest';
import { whileDatabaseAway } from './while-database-away.js';

describe('whileDatabaseAway', () => {
  it('repeats until the database answers', async () => {
    let calls = 0;
    const value = await whileDatabaseAway(async () => {
      calls += 1;
      if (calls < 3) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      return calls;
    });
    expect(value).toBe(3);
  });

  it('throws at once what repeating would not change', async () => {
    let calls = 0;
    const failing = whileDatabaseAway(async () => {
      calls += 1;
      throw Object.assign(new Error('duplicate key'), { code: '23505' });
    });
    await expect(failing).rejects.toThrow('duplicate key');
    expect(calls).toBe(1);
  });
});
