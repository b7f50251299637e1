import type { Plan } from '../plan/plan.js';
import { truthOf } from './facts.js';
import { hasFailed, type RunRequest, TaskJudge } from './next-tasks.js';
import { statesById, type TaskStates } from './task-state.js';

export type RunStatus = 'completed' | 'rejected' | 'failed' | 'cancelled';

/**
 * What became of a finished run. A cancellation that came too late to prevent anything does not make a run
 * "cancelled": if every step took effect, money moved, and the run says so.
 */
export function runStatus(plan: Plan, taskStates: TaskStates, request: RunRequest = {}): RunStatus {
  const states = statesById(plan, taskStates);
  const all = [...states.values()];
  if (hasFailed(plan, states)) return 'failed';
  if (all.some(({ status }) => status === 'cancelled')) return 'cancelled';
  if (request.cancelled === true) {
    // Judged as if nobody had cancelled: a step that would have run was prevented.
    const judge = new TaskJudge(plan, states, false);
    const prevented = plan.tasks.some(
      (task) =>
        task.compensates === null &&
        states.get(task.id)?.status !== 'succeeded' &&
        judge.verdictOn(task) !== 'skip',
    );
    if (prevented) return 'cancelled';
  }
  return plan.rejected.some((condition) => truthOf(condition, states) === 'holds') ? 'rejected' : 'completed';
}
