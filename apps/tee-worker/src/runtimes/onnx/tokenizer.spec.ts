import { describe, expect, it } from 'vitest';
import { tokenizeStatement, vocabularySize } from './tokenizer.js';

describe('tokenizeStatement', () => {
  it('gives nothing for text without words or amounts', () => {
    expect(tokenizeStatement('')).toEqual([]);
    expect(tokenizeStatement('12 / 2024-04-03 \n 4711 - - ?')).toEqual([]);
  });

  it('never changes: the committed weights were trained on these ids', () => {
    expect(tokenizeStatement('03.04.2024  Salary Nord AG  +2,036.37  3,100.00')).toMatchInlineSnapshot(`
      [
        4455,
        13782,
        11640,
        6504,
        1399,
        202,
        6111,
        14600,
        6175,
        13187,
        11154,
        16117,
      ]
    `);
  });

  it('keeps every id inside the vocabulary and off the reserved zero', () => {
    const words = Array.from(
      { length: 5000 },
      (_, i) => `word${'abcdefghij'[i % 10]}${i}x a${i.toString(26)}`,
    );
    for (const id of tokenizeStatement(words.join('\n'))) {
      expect(id > 0 && id < vocabularySize).toBe(true);
    }
  });

  it.each([
    ['+2,036.37', '2.036,37+'],
    ['+2,036.37', '2036.37 CR'],
    ['-12.30', '12,30-'],
    ['-12.30', '12.30 DR'],
  ])('reads %s and %s as the same amount', (a, b) => {
    expect(tokenizeStatement(a)).toEqual(tokenizeStatement(b));
    expect(tokenizeStatement(a)).toHaveLength(2);
  });

  it('tells a credit from a debit and from an amount without a sign', () => {
    const [credit, debit, plain] = ['+50.00', '-50.00', '50.00'].map(tokenizeStatement);
    expect(credit).not.toEqual(debit);
    expect(debit).not.toEqual(plain);
  });

  it('takes no amount out of dates, account numbers and longer decimals', () => {
    for (const text of ['03.04.2024', '1.234567', '12.345.6', '1234 5678 9012']) {
      expect(tokenizeStatement(text)).toEqual([]);
    }
  });

  it('does not see case, accents, line ends or reference codes', () => {
    expect(tokenizeStatement('BRÜCKNER salary\r\nrent')).toEqual(tokenizeStatement('Bruckner SALARY\nRent'));
    expect(tokenizeStatement('salary ref 9E5LG')).toEqual(tokenizeStatement('salary ref 4711'));
  });

  it('joins words with the amount of their own line only', () => {
    expect(tokenizeStatement('salary\n+10.00')).not.toEqual(tokenizeStatement('salary +10.00'));
  });

  it.each([
    ['digits', '1'],
    ['groups of thousands', '1,111'],
    ['signs', '+1.1'],
    ['letters', 'a'],
    ['words', 'ab '],
    ['amounts', '1.11 '],
  ])('reads a full-size text of %s to its end', (_, unit) => {
    // A pattern that backtracks would not come back before the test's own time limit.
    expect(() => tokenizeStatement(unit.repeat(65_536 / unit.length))).not.toThrow();
  });
});
