// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, attributeFields, parseAttributes } from './attributes.js';
import { goldenRows } from './golden-rows.fixture.js';
import { ScorecardError } from './scorecard-error.js';

const [demo] = goldenRows;
const fields = attributeFields(demo.attributes).map(String);

function refusal(changed: readonly string[]): string {
  try {
    parseAttributes(changed);
  } catch (error) {
    if (error instanceof ScorecardError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseAttributes', () => {
  it('reads the fields in their committed order', () => {
    expect(fields).toEqual(['4', '12', '4', '1', '4', '1', '3', '2096', '2', '1', '1']);
    expect(parseAttributes(fields)).toEqual(demo.attributes);
  });

  it.each(ATTRIBUTES.map((attribute, index) => ({ ...attribute, index })))(
    'refuses $name outside $min to $max, without telling the value',
    ({ name, min, max, index }) => {
      const set = (value: string): string =>
        refusal(fields.map((field, at) => (at === index ? value : field)));
      expect(set(`${min}`)).toBe('accepted');
      expect(set(`${max}`)).toBe('accepted');
      expect(set(`${max + 1}`)).toBe(`${name}: expected an integer from ${min} to ${max}`);
      if (min > 0) expect(set(`${min - 1}`)).toContain(name);
    },
  );

  it.each(['', '-1', '01', '1.5', '0x1', ' 1', '1e1', '999999'])('refuses %j as a number', (text) => {
    expect(refusal([text, ...fields.slice(1)])).toContain('checking');
  });

  it('refuses another number of fields', () => {
    expect(refusal(fields.slice(1))).toContain('expected 11');
    expect(refusal([...fields, '0'])).toContain('expected 11');
  });
});
