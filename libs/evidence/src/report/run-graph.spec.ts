import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { demoRun } from '../testing/demo-run.fixture.js';
import { runGraphOf } from './run-graph.js';

describe('the graph of a run', () => {
  it('is none for what is no bundle', () => {
    expect(runGraphOf(utf8('{'))).toBeNull();
    expect(runGraphOf(utf8('[]'))).toBeNull();
  });

  it('has the tasks of the plan with what became of them, and edges between tasks that are there', () => {
    const graph = runGraphOf(demoRun().bytes);
    const ids = new Set(graph?.tasks.map(({ id }) => id));
    expect(ids.size).toBeGreaterThan(1);
    expect(graph?.tasks.filter(({ status }) => status === 'succeeded').length).toBeGreaterThan(0);
    expect(graph?.edges.some(({ from }) => from === null)).toBe(true);
    expect(graph?.edges.some(({ from }) => from !== null)).toBe(true);
    for (const { from, to } of graph?.edges ?? [])
      expect([...ids, null]).toEqual(expect.arrayContaining([from, to]));
  });
});
