import { WorkflowError } from '../workflow-error.js';
import type { WorkflowDefinition } from './definition.js';
import { upstreamSteps } from './references.js';

/**
 * Steps so that each comes after all it needs; among equals by name, so that the order does not depend on how
 * the text orders its keys.
 *
 * @throws WorkflowError `CYCLE`, naming the way round
 */
export function stepOrder(definition: WorkflowDefinition): readonly string[] {
  const waitsFor = new Map<string, ReadonlySet<string>>();
  for (const [name, step] of Object.entries(definition.steps)) {
    waitsFor.set(name, new Set(upstreamSteps(definition, step)));
  }
  const order: string[] = [];
  const placed = new Set<string>();
  while (order.length < waitsFor.size) {
    const free = [...waitsFor]
      .filter(([name, upstream]) => !placed.has(name) && [...upstream].every((other) => placed.has(other)))
      .map(([name]) => name)
      .sort();
    if (free.length === 0) throw cycleError(waitsFor, placed);
    for (const name of free) placed.add(name);
    order.push(...free);
  }
  return order;
}

/** Every step that is left waits for another that is left, so walking backwards must come round. */
function cycleError(
  waitsFor: ReadonlyMap<string, ReadonlySet<string>>,
  placed: ReadonlySet<string>,
): WorkflowError {
  const left = [...waitsFor.keys()].filter((name) => !placed.has(name)).sort();
  const walked: string[] = [];
  let current = left[0];
  while (current !== undefined && !walked.includes(current)) {
    walked.push(current);
    const upstream: ReadonlySet<string> | undefined = waitsFor.get(current);
    current = left.find((name) => upstream?.has(name));
  }
  const start = current === undefined ? 0 : walked.indexOf(current);
  const ring = [...walked.slice(start), walked[start] ?? ''].reverse();
  return new WorkflowError('CYCLE', {
    path: `steps.${ring[0] ?? ''}`,
    expected: 'steps that depend on earlier steps only',
    got: ring.join(' -> '),
    hint: 'Remove one of these references.',
  });
}
