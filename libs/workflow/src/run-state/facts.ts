import type { Json, JsonObject } from '#canonical';
import type { Condition } from '../definition/definition.js';
import { kindOf } from '../definition/object-reader.js';
import { splitReference } from '../definition/references.js';
import type { PlanTask } from '../plan/plan.js';
import { WorkflowError } from '../workflow-error.js';
import type { TaskState } from './task-state.js';

/** `unknown`: the task that states the fact is not over. */
export type Truth = 'holds' | 'fails' | 'unknown';

export function truthOf(condition: Condition, states: ReadonlyMap<string, TaskState>): Truth {
  const { owner, member } = splitReference(condition.field);
  const state = states.get(owner);
  if (state === undefined || state.status === 'running') return 'unknown';
  if (state.status === 'skipped') return condition.orSkipped ? 'holds' : 'fails';
  if (state.status !== 'succeeded') return 'fails';
  const value = factOf(state.public, member);
  return typeof value === 'string' && condition.in.includes(value) ? 'holds' : 'fails';
}

/**
 * Holds a worker's public facts to the values that the plan lists. A misspelt value would skip steps without a
 * word, and a free text where a word of three is expected could carry a payload out by accident.
 *
 * @throws WorkflowError `FACT_INVALID`; the message does not repeat the value
 */
export function checkFacts(task: PlanTask, facts: JsonObject): void {
  for (const [name, values] of Object.entries(task.facts)) {
    const value = factOf(facts, name);
    if (typeof value === 'string' && values.includes(value)) continue;
    throw new WorkflowError('FACT_INVALID', {
      path: `tasks.${task.id}.public.${name}`,
      expected: values.join(' | '),
      got: typeof value === 'string' ? 'another text' : kindOf(value),
      hint: 'Refuse the result: the worker does not follow the operation.',
    });
  }
}

function factOf(facts: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(facts, name) ? facts[name] : undefined;
}
