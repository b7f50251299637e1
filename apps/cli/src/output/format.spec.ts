import { describe, expect, it } from 'vitest';
import { euros, seconds, wrapped } from './format.js';

describe('what the command line prints', () => {
  it.each([
    [0n, '0.00 EUR'],
    [5n, '0.05 EUR'],
    [209_600n, '2 096.00 EUR'],
    [123_456_789_01n, '123 456 789.01 EUR'],
  ])('shows %d cents as %s', (cents, text) => {
    expect(euros(cents)).toBe(text);
  });

  it('shows milliseconds as seconds', () => {
    expect(seconds(1234)).toBe('1.23 s');
  });

  it('breaks a text between words and never inside one', () => {
    expect(wrapped('one two three incomprehensibilities', 12, '  ')).toEqual([
      '  one two',
      '  three',
      '  incomprehensibilities',
    ]);
  });
});
