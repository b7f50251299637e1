import { beforeEach, describe, expect, it } from 'vitest';
import { BlobCache } from './blob-cache.js';

const MAX = 6_400;
const KEPT_MS = 1_000;
const piece = (fill: number) => Buffer.alloc(100, fill);

let nowMs = 0;
let cache: BlobCache;

beforeEach(() => {
  nowMs = 0;
  cache = new BlobCache(MAX, KEPT_MS, () => nowMs);
});

describe('blobs that are kept in memory', () => {
  it('are not there before they were put in, after their time, and once all are dropped', () => {
    expect(cache.get('a')).toBeUndefined();
    cache.put('a', piece(1));
    nowMs = KEPT_MS - 1;
    expect(cache.get('a')).toEqual(piece(1));
    nowMs = KEPT_MS;
    expect(cache.get('a')).toBeUndefined();
    expect(cache.bytes).toBe(0);
    cache.put('a', piece(1));
    cache.clear();
    expect(cache.get('a')).toBeUndefined();
  });

  it('never outgrow their bound: the one that nobody used longest goes first', () => {
    for (let index = 0; index < 64; index += 1) cache.put(`${index}`, piece(index));
    expect(cache.bytes).toBe(MAX);
    expect(cache.get('0')).toEqual(piece(0));
    cache.put('new', piece(65));
    expect(cache.bytes).toBe(MAX);
    expect(cache.get('1')).toBeUndefined();
    expect(cache.get('0')).toEqual(piece(0));
  });

  it('hold nothing in memory but themselves', () => {
    const whole = Buffer.alloc(65_536, 7);
    cache.put('a', whole.subarray(32, 64));
    const kept = cache.get('a');
    expect(kept).toEqual(Buffer.alloc(32, 7));
    expect(kept?.buffer.byteLength).toBe(32);
  });

  it('are counted once when they come again', () => {
    cache.put('a', piece(1));
    cache.put('a', piece(1));
    expect(cache.bytes).toBe(100);
  });

  it('are no large ones', () => {
    cache.put('large', Buffer.alloc(101));
    expect(cache.get('large')).toBeUndefined();
  });
});
