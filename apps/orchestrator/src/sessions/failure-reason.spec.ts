import { describe, expect, it } from 'vitest';
import { failureReason } from './failure-reason.js';

describe('the reason that a worker gives', () => {
  it.each(['INPUT_INVALID', 'X', 'FHE_1', `A${'B'.repeat(63)}`])('%s is taken as it is', (text) => {
    expect(failureReason(text)).toBe(text);
  });

  it.each([
    '',
    'the statement shows 4,211.07',
    'input_invalid',
    '1_INVALID',
    'INPUT INVALID',
    'INPUT_INVALID\n',
    'INPUT\u0000INVALID',
    'ＩＮＰＵＴ',
    'A'.repeat(65),
  ])('%j is no name: the attempt is recorded without it', (text) => {
    expect(failureReason(text)).toBe('WORKER_ERROR');
  });
});
