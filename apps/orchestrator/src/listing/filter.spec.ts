import { describe, expect, it } from 'vitest';
import { type FieldTypes, type FieldValue, filterMax, parseFilter, passes } from './filter.js';

const fields = {
  state: { type: 'enum', values: ['RUNNING', 'FAILED'], prefix: 'RUN_STATE_' },
  reason: { type: 'text' },
  version: { type: 'number' },
  fenced: { type: 'boolean' },
  operations: { type: 'texts' },
  create_time: { type: 'time' },
} as const satisfies FieldTypes;

const entry: Record<string, FieldValue> = {
  state: 'RUNNING',
  reason: null,
  version: 7,
  fenced: false,
  operations: ['document.extract', 'scorecard.prove'],
  create_time: Date.UTC(2026, 10, 21),
};
const holds = (text: string) => passes(parseFilter(text, fields), (field) => entry[field] ?? null);

describe('a filter', () => {
  it.each([
    '',
    '  ',
    'state = RUNNING',
    'state=RUN_STATE_RUNNING',
    'state != FAILED',
    'NOT state = FAILED',
    '-state = FAILED',
    'reason = ""',
    'reason != "x"',
    'NOT reason = x*',
    'version >= 7 AND version < 8',
    'version = 7',
    'fenced = false',
    'operations:"document.extract"',
    'operations:scorecard.prove AND NOT operations:x',
    'create_time >= 2026-11-21T00:00:00Z',
    'create_time = "2026-11-21T01:00:00+01:00"',
    'create_time < "2026-11-21T00:00:00.001Z"',
    '(state = FAILED OR state = RUNNING) AND (version > 1)',
    // OR binds tighter than AND: FAILED AND (RUNNING OR 7) would be false, and is not what this says.
    'state = RUNNING OR state = FAILED AND version = 7',
  ])('%j holds', (text) => {
    expect(holds(text)).toBe(true);
  });

  it.each([
    'state = FAILED',
    'reason = x',
    'reason = x*',
    'version > 7',
    'fenced = true',
    'operations:document',
    'create_time > "2026-11-21T00:00:00Z"',
    'NOT (state = RUNNING AND version = 7)',
    'state = FAILED AND state = RUNNING OR version = 7',
  ])('%j does not hold', (text) => {
    expect(holds(text)).toBe(false);
  });

  it.each([
    'state',
    'state =',
    '= RUNNING',
    'state == RUNNING',
    'state RUNNING',
    'state = RUNNING state = FAILED',
    'state = RUNNING AND',
    'state = WALKING',
    'state > RUNNING',
    'state:RUNNING',
    'reason < x',
    'reason = "x',
    'reason = "\\n"',
    'version = 1e3',
    'version = -1',
    'version = 9999999999999999',
    'fenced = yes',
    'operations = x',
    'create_time > yesterday',
    'create_time > "2026-13-01T00:00:00Z"',
    'create_time > 2026-11-21',
    'nothing = x',
    'constructor = x',
    '__proto__ = x',
    '(state = RUNNING',
    'state = RUNNING)',
    '()',
    "reason = 'x'",
    "reason = x'; drop table runs",
    'run\u0000 = x',
    '"state" = RUNNING',
    'NOT NOT state = RUNNING',
  ])('%j is refused, and the refusal names the field', (text) => {
    expect(() => parseFilter(text, fields)).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        message: expect.stringMatching(/^filter: expected /),
        violations: [expect.objectContaining({ field: 'filter' })],
      }),
    );
  });

  it('is bounded in length, depth and parts before it means anything', () => {
    const deep = (levels: number) => `${'('.repeat(levels)}version = 7${')'.repeat(levels)}`;
    const wide = (parts: number) => Array(parts).fill('version = 7').join(' AND ');
    expect(holds(deep(filterMax.depth))).toBe(true);
    expect(() => holds(deep(filterMax.depth + 1))).toThrow('levels of parentheses');
    expect(holds(wide(filterMax.comparisons))).toBe(true);
    expect(() => holds(wide(filterMax.comparisons + 1))).toThrow('comparisons');
    expect(() => holds(' '.repeat(filterMax.chars + 1))).toThrow('characters');
  });

  it('takes quotes and backslashes in a text, and repeats little of what it refuses', () => {
    const reason = 'a "quoted" \\ text';
    const filter = parseFilter('reason = "a \\"quoted\\" \\\\ text"', fields);
    expect(passes(filter, () => reason)).toBe(true);
    try {
      parseFilter(`state = ${'A'.repeat(1_000)}`, fields);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(200);
    }
  });
});
