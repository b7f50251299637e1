import { describe, expect, it } from 'vitest';
import { mergePatch, strategicPatch } from './object-patch.js';

describe('a merge patch', () => {
  it.each([
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 1 }, { a: { b: null } }, { a: {} }],
  ])('of %j by %j is %j', (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged);
  });
});

describe('a strategic merge patch', () => {
  const target = {
    containers: [{ name: 'a', image: '1', env: [{ name: 'X', value: '1' }] }, { name: 'b' }],
    args: ['1'],
  };

  it.each([
    [{ containers: [{ name: 'a', image: '2' }] }, [{ ...target.containers[0], image: '2' }, { name: 'b' }]],
    [{ containers: [{ name: 'a', $patch: 'delete' }] }, [{ name: 'b' }]],
    [
      { $setElementOrder: [], '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      [{ name: 'b' }, target.containers[0]],
    ],
    [
      { containers: [{ name: 'b', env: [{ name: 'Y', value: '2' }] }] },
      [target.containers[0], { name: 'b', env: [{ name: 'Y', value: '2' }] }],
    ],
  ])('%j goes by the names of items', (patch, containers) => {
    expect(strategicPatch(target, patch)).toMatchObject({ containers });
  });

  it('replaces a list whose items have no names', () => {
    expect(strategicPatch(target, { args: ['2'] })).toEqual({ ...target, args: ['2'] });
  });
});
