import { describe, expect, it } from 'vitest';
import { parseResumeToken } from './resume-token.js';

const refused = expect.objectContaining({
  reason: 'INVALID_REQUEST',
  violations: [expect.objectContaining({ field: 'resume_token' })],
});

describe('the token after an event', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['17', 17],
    ['2147483647', 2_147_483_647],
  ])('%j is %i', (token, sequence) => {
    expect(parseResumeToken(token)).toBe(sequence);
  });

  it.each(['2147483648', '-1', '01', '1.0', '1e1', '0x1', ' 1', 'NaN', '١', '9'.repeat(400)])(
    'is not %j',
    (token) => {
      expect(() => parseResumeToken(token)).toThrow(refused);
    },
  );
});
