import { describe, expect, it } from 'vitest';
import { milliseconds, timestamp } from './timestamp.js';

describe('a timestamp', () => {
  it.each([0, 1, 999, 1_000, 1_795_208_400_001, -1, -1_001])('of %i ms is read back', (ms) => {
    const message = timestamp(ms);
    expect(message.nanos).toBeGreaterThanOrEqual(0);
    expect(message.nanos).toBeLessThan(1_000_000_000);
    expect(milliseconds({ seconds: String(message.seconds), nanos: message.nanos ?? 0 })).toBe(ms);
  });

  it('of nothing is nothing', () => {
    expect(timestamp(null)).toBeNull();
    expect(milliseconds(null)).toBeNull();
  });
});
