import { describe, expect, it } from 'vitest';
import { countField, digestField, operationField } from './request-fields.js';

const refusal = (field: string) =>
  expect.objectContaining({
    reason: 'INVALID_REQUEST',
    message: expect.stringMatching(`^${field}: expected `),
  });

describe('a digest', () => {
  it('is sha256 with 64 lower-case hex digits', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(digestField('digest', digest, 'a blob')).toBe(digest);
  });

  it.each([
    '',
    'sha256:',
    'ab'.repeat(32),
    `sha256:${'AB'.repeat(32)}`,
    `sha256:${'ab'.repeat(33)}`,
    `sha256:${'ab'.repeat(32)}\n`,
  ])('is not %j', (text) => {
    expect(() => digestField('digest', text, 'a blob')).toThrow(refusal('digest'));
  });

  it('that is a megabyte of text does not come back in the error', () => {
    const text = 'x'.repeat(1_000_000);
    const error = (() => {
      try {
        return digestField('digest', text, 'a blob');
      } catch (failure) {
        return failure as Error;
      }
    })();
    expect(String(error).length).toBeLessThan(200);
  });
});

describe('a count', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['7', 7],
    ['100', 100],
  ])('is %j', (text, count) => {
    expect(countField('offset', text, 100)).toBe(count);
  });

  it.each([
    '-1',
    '101',
    'NaN',
    'Infinity',
    '1e2',
    '0x10',
    ' 1',
    '1 ',
    '01',
    '1.0',
    '١',
    '9'.repeat(30),
    'null',
  ])('is not %j', (text) => {
    expect(() => countField('offset', text, 100)).toThrow(refusal('offset'));
  });
});

describe('an operation', () => {
  it('is a name with dots', () => {
    expect(operationField('operation', 'ledger.reserve.authorize')).toBe('ledger.reserve.authorize');
  });

  it.each(['', 'Document', '1.x', 'a b', 'a/b', 'x'.repeat(64), 'a\n'])('is not %j', (text) => {
    expect(() => operationField('operation', text)).toThrow(refusal('operation'));
  });
});
