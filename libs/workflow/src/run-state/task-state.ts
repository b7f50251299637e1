import type { JsonObject } from '#canonical';
import type { Plan } from '../plan/plan.js';
import { shown, WorkflowError } from '../workflow-error.js';

/** What the engine knows of one task. A task without a state has not been started. */
export type TaskState =
  | { readonly status: 'running' }
  | { readonly status: 'succeeded'; readonly public: JsonObject }
  /** Will never run. */
  | { readonly status: 'skipped' }
  /** All attempts failed. */
  | { readonly status: 'failed' }
  /** Was stopped because the run was cancelled. */
  | { readonly status: 'cancelled' };

export type TaskStates = Readonly<Record<string, TaskState>>;

/** @throws WorkflowError `STATE_INVALID` for a state of a task that the plan does not have */
export function statesById(plan: Plan, states: TaskStates): Map<string, TaskState> {
  const known = new Set(plan.tasks.map((task) => task.id));
  const unknown = Object.keys(states).find((id) => !known.has(id));
  if (unknown === undefined) return new Map(Object.entries(states));
  throw new WorkflowError('STATE_INVALID', {
    path: `tasks.${shown(unknown)}`,
    expected: 'a task of the plan',
    got: shown(unknown),
    hint: 'The states belong to another plan.',
  });
}
