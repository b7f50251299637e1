import { describe, expect, it } from 'vitest';
import { formatTime, parseTime } from './time.js';

const refusal = expect.objectContaining({ name: 'CanonicalError', code: 'TIME_INVALID' });

describe('times', () => {
  it.each([
    '2026-11-20T21:03:11Z',
    '2026-11-20T21:03:11.12Z',
    '2026-11-20T21:03:11.123456Z',
    '2026-11-20 21:03:11.123Z',
    '2026-11-20T21:03:11.123+00:00',
    '2026-11-20t21:03:11.123z',
    '2026-02-30T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-12-31T23:59:60.000Z',
    '+12026-01-01T00:00:00.000Z',
    ' 2026-11-20T21:03:11.123Z',
    '2026-11-20T21:03:11.123Z\n',
    '',
  ])('refuse %j', (text) => {
    expect(() => parseTime(text)).toThrow(refusal);
  });

  it.each([0.5, Number.NaN, 253402300800000, -62167219200001])('refuse %d milliseconds', (ms) => {
    expect(() => formatTime(ms)).toThrow(refusal);
  });

  it('have one form, with milliseconds', () => {
    expect(formatTime(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(parseTime('2026-11-20T21:03:11.123Z')).toBe(Date.UTC(2026, 10, 20, 21, 3, 11, 123));
    for (const ms of [0, 1, 951782400000, 253402300799999, -62167219200000]) {
      expect(parseTime(formatTime(ms))).toBe(ms);
    }
  });
});
