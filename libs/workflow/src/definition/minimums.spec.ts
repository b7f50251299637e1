import { describe, expect, it } from 'vitest';
import { WorkflowError } from '../workflow-error.js';
import { weakestAssurance } from './assurance.js';
import { mergeMinimums, NO_MINIMUMS, parseMinimums } from './minimums.js';

describe('minimums', () => {
  it.each([
    ['an unknown part', { steps: {} }, 'UNKNOWN_FIELD'],
    ['an unknown class', { classes: { secret: {} } }, 'UNKNOWN_FIELD'],
    ['an unknown axis', { classes: { personal: { trust: 'PROVED' } } }, 'UNKNOWN_FIELD'],
    ['a level of the other axis', { classes: { personal: { integrity: 'ENCLAVE' } } }, 'SCHEMA_INVALID'],
    ['a field that is no reference', { fields: { decision: {} } }, 'SCHEMA_INVALID'],
    ['a minimum that is text', { fields: { 'score/decision': 'PROVED' } }, 'SCHEMA_INVALID'],
    ['a list', [], 'SCHEMA_INVALID'],
  ])('are refused with %s', (_name, value, code) => {
    const thrown = (() => {
      try {
        return parseMinimums(value);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(WorkflowError);
    expect(thrown).toMatchObject({ code });
  });

  it('may be empty', () => {
    expect(parseMinimums({})).toEqual(NO_MINIMUMS);
  });

  it('merge to the stricter on each axis, whichever comes first', () => {
    const left = parseMinimums({
      classes: { personal: { integrity: 'PROVED', confidentiality: 'ENCLAVE' } },
      fields: { 'score/decision': { integrity: 'SIGNED' } },
    });
    const right = parseMinimums({
      classes: { personal: { integrity: 'ATTESTED', confidentiality: 'CLIENT_ONLY' } },
      fields: { 'score/decision': { integrity: 'PROVED' } },
    });
    const merged = {
      classes: { personal: { integrity: 'PROVED', confidentiality: 'CLIENT_ONLY' } },
      fields: { 'score/decision': { integrity: 'PROVED' } },
    };
    expect(mergeMinimums(left, right)).toEqual(merged);
    expect(mergeMinimums(right, left)).toEqual(merged);
  });
});

describe('the weakest of several levels', () => {
  it('is taken on each axis by itself', () => {
    const weakest = weakestAssurance([
      { integrity: 'ATTESTED', confidentiality: 'ENCRYPTED' },
      { integrity: 'REPLAYED', confidentiality: 'ENCLAVE' },
    ]);
    expect(weakest).toEqual({ integrity: 'ATTESTED', confidentiality: 'ENCLAVE' });
  });
});
