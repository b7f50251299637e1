import { describe, expect, it } from 'vitest';
import { formatResumeToken, parseResumeToken } from './resume-token.js';

const DIGEST = '0123456789abcdef';
const refused = expect.objectContaining({
  reason: 'INVALID_REQUEST',
  violations: [expect.objectContaining({ field: 'resume_token' })],
});

describe('the token after an event', () => {
  it('names its number and its digest, and is read back', () => {
    const token = formatResumeToken({ sequence: 17, digest: `sha256:${DIGEST}${'0'.repeat(48)}` });
    expect(token).toBe(`17.${DIGEST}`);
    expect(parseResumeToken(token)).toEqual({ sequence: 17, digest: DIGEST });
    expect(parseResumeToken('')).toEqual({ sequence: 0, digest: '' });
  });

  it.each([
    '17',
    `0.${DIGEST}`,
    `2147483648.${DIGEST}`,
    `-1.${DIGEST}`,
    `01.${DIGEST}`,
    `1e1.${DIGEST}`,
    ` 1.${DIGEST}`,
    `1.${DIGEST.toUpperCase()}`,
    `1.${DIGEST}0`,
    '1.',
    '١',
    '9'.repeat(400),
  ])('is not %j', (token) => {
    expect(() => parseResumeToken(token)).toThrow(refused);
  });
});
