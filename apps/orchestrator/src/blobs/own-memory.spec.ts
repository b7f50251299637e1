import { describe, expect, it } from 'vitest';
import { giveBack } from './own-memory.js';

describe('memory that is given back', () => {
  it('is not what others have a part of', () => {
    const shared = Buffer.alloc(300_000);
    giveBack(shared.subarray(0, 262_144));
    expect(shared.buffer.byteLength).toBe(300_000);
  });

  it('is not that of a few bytes, which came out of a pool', () => {
    const few = Buffer.allocUnsafeSlow(100);
    giveBack(few);
    expect(few.buffer.byteLength).toBe(100);
  });

  it('is free at once, with the frame that lay around the bytes', () => {
    const message = Buffer.alloc(262_144 + 100);
    giveBack(message.subarray(10, 10 + 262_144));
    expect(message.buffer.byteLength).toBe(0);
    expect(message.length).toBe(0);
  });
});
