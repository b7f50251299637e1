import { describe, expect, it } from 'vitest';
import { formatRunToken, pageSize, parseRunToken, parseSequenceToken } from './paging.js';

const ID = '01JD0000000000000000000000';
const refusal = (field: string) =>
  expect.objectContaining({ reason: 'INVALID_REQUEST', violations: [expect.objectContaining({ field })] });

describe('the size of a page', () => {
  it.each([
    [0, 100],
    [1, 1],
    [100, 100],
    [101, 100],
    [2_147_483_647, 100],
  ])('asked as %i is %i', (wanted, size) => {
    expect(pageSize(wanted)).toBe(size);
  });

  it.each([-1, -2_147_483_648])('asked as %i is refused', (wanted) => {
    expect(() => pageSize(wanted)).toThrow(refusal('page_size'));
  });
});

describe('the token of a page of runs', () => {
  it('names time and run, and is read back', () => {
    const cursor = { createdMs: 1_795_208_400_001, runId: ID };
    expect(parseRunToken(formatRunToken(cursor))).toEqual(cursor);
    expect(parseRunToken('')).toBeNull();
  });

  it.each([
    '1',
    '.',
    `1.${ID} `,
    `-1.${ID}`,
    `1e3.${ID}`,
    `NaN.${ID}`,
    `8640000000000001.${ID}`,
    `1.${ID.toLowerCase()}`,
  ])('is not %j', (token) => {
    expect(() => parseRunToken(token)).toThrow(refusal('page_token'));
  });
});

describe('the token after an event or an entry', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['17', 17],
    ['2147483647', 2_147_483_647],
  ])('%j is %i', (token, sequence) => {
    expect(parseSequenceToken('resume_token', token, 'WatchRun')).toBe(sequence);
  });

  it.each(['2147483648', '-1', '01', '1.0', '1e1', '0x1', ' 1', 'NaN', '١', '9'.repeat(400)])(
    'is not %j',
    (token) => {
      expect(() => parseSequenceToken('resume_token', token, 'WatchRun')).toThrow(refusal('resume_token'));
    },
  );
});
