import { describe, expect, it } from 'vitest';
import { isUnreachable } from './unreachable.js';

function withCode(code: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { code });
}

describe('isUnreachable', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006'])('takes %s for an absence', (code) => {
    expect(isUnreachable(withCode(code))).toBe(true);
  });

  it('finds the absence under the error of a query builder', () => {
    const query = new Error('Failed query: select 1', { cause: withCode('ECONNREFUSED') });
    expect(isUnreachable(query)).toBe(true);
    expect(isUnreachable(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  it.each([
    ['a unique violation', withCode('23505')],
    ['a refusal of ours', withCode('LEASE_FENCED')],
    ['something that is no error', 'ECONNREFUSED'],
    ['nothing', null],
  ])('does not take %s for one', (_name, error) => {
    expect(isUnreachable(error)).toBe(false);
  });

  it('ends on a cause that leads back to itself', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(isUnreachable(error)).toBe(false);
  });
});
