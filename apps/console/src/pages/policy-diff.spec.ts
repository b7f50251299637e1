import { describe, expect, it } from 'vitest';
import { policyChanges } from './policy-diff.js';

const image = (name: string, mrtd: string) => ({ name, mrtd, operations: ['document.extract'] });

describe('what differs between two policies', () => {
  it('is nothing between equal ones, in whatever order their members stand', () => {
    expect(policyChanges({ a: 1, b: [1, 2] }, { b: [2, 1], a: 1 })).toEqual([]);
  });

  it('is told rule by rule, with what each says', () => {
    expect(
      policyChanges({ allowSimulated: true, gpu: { mode: 'cc' } }, { gpu: { mode: 'any' }, tier: 'strict' }),
    ).toEqual([
      { where: 'allowSimulated', before: 'true', after: null },
      { where: 'gpu.mode', before: '"cc"', after: '"any"' },
      { where: 'tier', before: null, after: '"strict"' },
    ]);
  });

  it('names a measurement by its name, and leaves those after it alone', () => {
    const before = { measurements: [image('one', 'aa'), image('two', 'bb')] };
    const after = { measurements: [image('new', 'cc'), image('one', 'aa'), image('two', 'dd')] };
    const changes = policyChanges(before, after);
    expect(changes).toEqual([
      { where: 'measurements[new]', before: null, after: JSON.stringify(image('new', 'cc')) },
      { where: 'measurements[two].mrtd', before: '"bb"', after: '"dd"' },
    ]);
  });

  it('counts what a list has twice', () => {
    expect(policyChanges({ a: ['x'] }, { a: ['x', 'x'] })).toEqual([
      { where: 'a[x #2]', before: null, after: '"x"' },
    ]);
  });

  it('takes what lies deeper than a policy goes as one value', () => {
    const deep = { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } };
    const other = { a: { b: { c: { d: { e: { f: { g: { h: { i: 2 } } } } } } } } };
    expect(policyChanges(other, deep)).toEqual([
      { where: 'a.b.c.d.e.f.g.h', before: '{"i":2}', after: '{"i":1}' },
    ]);
  });
});
