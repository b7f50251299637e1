import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { keepBytesApart, parseBytea } from './bytes-of-rows.js';

const column = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`;

describe('bytes of a column', () => {
  it('in the old form are refused by name', () => {
    expect(() => parseBytea('\\000abc')).toThrow('bytea: expected the hex form');
  });

  it.each([0, 1, 32, 100_000])('are those that were stored: %i of them', (count) => {
    const bytes = randomBytes(count);
    expect(parseBytea(column(bytes)).equals(bytes)).toBe(true);
  });

  it('keep nothing in memory but themselves', () => {
    const key = randomBytes(32);
    expect(Buffer.from(column(key).slice(2), 'hex').buffer.byteLength).toBeGreaterThan(32);
    expect(parseBytea(column(key)).buffer.byteLength).toBe(32);
  });

  it('are read like this on every connection', () => {
    keepBytesApart();
    const parse = pg.types.getTypeParser(17, 'text') as (text: string) => Buffer;
    expect(parse(column(randomBytes(32))).buffer.byteLength).toBe(32);
  });
});
