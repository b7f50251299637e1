import { describe, expect, it } from 'vitest';
import { examined, node, sound, workload } from './cluster.fixture.js';
import { parseCluster } from './cluster-objects.js';

describe('a cluster', () => {
  it('that has all that its pods ask for is well', () => {
    expect(examined(sound)).toEqual([]);
  });

  it('without the workloads is told so', () => {
    expect(examined([node({})])).toContainEqual(
      expect.objectContaining({ status: 'failed', what: 'workloads', got: 'none' }),
    );
  });

  it('whose policies were not asked for is told which kind is missing', () => {
    expect(examined([workload()])).toContainEqual(
      expect.objectContaining({
        status: 'skipped',
        what: 'network policies',
        todo: expect.stringContaining('networkpolicies'),
      }),
    );
  });

  it('is told of every finding where it is, what was expected, what there is and what to do', () => {
    const bad = examined([node({ spec: { unschedulable: true } }), workload()]);
    expect(bad.length).toBeGreaterThan(2);
    for (const { where, expected, got, todo } of bad)
      for (const text of [where, expected, got, todo]) expect(text).not.toBe('');
  });
});

describe('what kubectl printed', () => {
  it.each([
    ['is no JSON', 'NAME  READY'],
    ['is one object', '{"kind":"Pod"}'],
    ['has a node without status', '{"kind":"List","items":[{"kind":"Node","metadata":{"name":"n"}}]}'],
    ['has a pod without a name', '{"kind":"List","items":[{"kind":"Pod","metadata":{},"status":{}}]}'],
    [
      'has a policy that selects by what no selector has',
      '{"kind":"List","items":[{"kind":"NetworkPolicy","metadata":{"name":"a"},"spec":{"podSelector":{"matchExpressions":[{"key":"a","operator":"Like"}]}}}]}',
    ],
  ])('is refused when it %s', (_what, text) => {
    expect(() => parseCluster(new TextEncoder().encode(text))).toThrow(/^cluster: /);
  });
});
