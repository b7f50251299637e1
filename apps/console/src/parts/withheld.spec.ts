import { describe, expect, it } from 'vitest';
import { withheldByKind } from './withheld.js';

describe('withheld parts', () => {
  it('are none where nothing is withheld', () => expect(withheldByKind([])).toEqual([]));

  it('are told apart by kind, and what has no name is counted instead of repeated', () => {
    const field = { kind: 'field', what: 'step extract a member of public', where: 'its digest' } as const;
    expect(
      withheldByKind([
        { kind: 'step', what: 'score', where: 'leaf 1' },
        field,
        { ...field, where: 'another digest' },
        { kind: 'field', what: 'root tenant', where: 'its digest' },
      ]),
    ).toEqual([
      { kind: 'step', count: 1, lines: [{ what: 'score', times: 1 }] },
      {
        kind: 'field',
        count: 3,
        lines: [
          { what: 'step extract a member of public', times: 2 },
          { what: 'root tenant', times: 1 },
        ],
      },
    ]);
  });
});
