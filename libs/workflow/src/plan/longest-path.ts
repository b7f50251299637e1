import { splitReference } from '../definition/references.js';
import type { PlanTask } from './plan.js';

/** Tasks that `task` waits for, by id. */
export function predecessors(task: PlanTask): ReadonlySet<string> {
  const references = [
    ...task.inputs.map((input) => input.edge),
    ...task.when.map((condition) => condition.field),
  ];
  const owners = references.map((reference) => splitReference(reference).owner);
  return new Set([...owners, ...task.after].filter((owner) => owner !== 'inputs'));
}

/** Time from start to end when every task runs and none waits for a worker. `tasks` are in running order. */
export function longestPathMs(tasks: readonly PlanTask[], durationOf: ReadonlyMap<string, number>): number {
  const endsAtMs = new Map<string, number>();
  for (const task of tasks) {
    const startsAtMs = Math.max(0, ...[...predecessors(task)].map((id) => endsAtMs.get(id) ?? 0));
    endsAtMs.set(task.id, startsAtMs + (durationOf.get(task.id) ?? 0));
  }
  return Math.max(0, ...endsAtMs.values());
}
