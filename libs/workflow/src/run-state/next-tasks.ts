import { splitReference } from '../definition/references.js';
import type { Plan, PlanInput, PlanTask } from '../plan/plan.js';
import { truthOf } from './facts.js';
import { statesById, type TaskState, type TaskStates } from './task-state.js';

export interface RunRequest {
  /** The client or the deadline ended the run: nothing new starts, what is open is closed. */
  readonly cancelled?: boolean;
}

export interface NextTasks {
  /** Start these, in any order. */
  readonly ready: readonly string[];
  /** These will never run; record them as skipped. */
  readonly skipped: readonly string[];
  /** Nothing runs and nothing is left to run, once `skipped` is recorded. */
  readonly finished: boolean;
}

/**
 * What a run does next. Pure: the same plan and states give the same answer, so an engine can ask again after
 * any restart.
 *
 * A run whose task failed or that was cancelled starts nothing new, with two exceptions. A task that `completes`
 * another runs once that one succeeded: a ledger change that the key enclave signed is carried through, so that no
 * bundle holds a signed change that never happened. And a compensation runs when the step it makes up for can no
 * longer take effect while what that step would have closed is open. A tolerable task that failed ends nothing: what
 * needs it is skipped, and the rest goes on.
 *
 * @throws WorkflowError `STATE_INVALID`
 */
export function nextTasks(plan: Plan, taskStates: TaskStates, request: RunRequest = {}): NextTasks {
  const states = statesById(plan, taskStates);
  const givenUp = request.cancelled === true || isGivenUp(plan, taskStates);
  const judge = new TaskJudge(plan, states, givenUp);
  const ready: string[] = [];
  const skipped: string[] = [];
  let open = false;
  // The plan's order puts producers first, so one pass carries every skip through to the end.
  for (const task of plan.tasks) {
    const state = states.get(task.id);
    if (state !== undefined) {
      open ||= state.status === 'running';
      continue;
    }
    const verdict = judge.verdictOn(task);
    if (verdict === 'skip') {
      skipped.push(task.id);
      states.set(task.id, { status: 'skipped' });
    } else {
      open = true;
      if (verdict === 'ready') ready.push(task.id);
    }
  }
  return { ready, skipped, finished: !open };
}

/**
 * Whether a task, once it started, is carried through whatever becomes of the run: it finishes a signed change, or
 * gives back what the run holds. Neither a cancellation nor the run's deadline ends it.
 */
export function isCarriedThrough(task: PlanTask): boolean {
  return task.completes !== null || task.compensates !== null;
}

/** Whether a run starts nothing new because of what became of its tasks. */
export function isGivenUp(plan: Plan, taskStates: TaskStates): boolean {
  const states = statesById(plan, taskStates);
  return hasFailed(plan, states) || [...states.values()].some(({ status }) => status === 'cancelled');
}

/** Whether a task failed without which its author does not want the run. */
export function hasFailed(plan: Plan, states: ReadonlyMap<string, TaskState>): boolean {
  return plan.tasks.some(({ id, tolerable }) => tolerable !== true && states.get(id)?.status === 'failed');
}

type Verdict = 'ready' | 'wait' | 'skip';

export class TaskJudge {
  readonly #tasks: ReadonlyMap<string, PlanTask>;

  /** `states` may grow between verdicts; the judge only reads it. */
  constructor(
    plan: Plan,
    private readonly states: ReadonlyMap<string, TaskState>,
    private readonly givenUp: boolean,
  ) {
    this.#tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  }

  verdictOn(task: PlanTask): Verdict {
    if (task.completes !== null) {
      const begun = this.#standOf(task.completes);
      return begun === 'done' ? this.#dependencies(task) : begun === 'open' ? 'wait' : 'skip';
    }
    if (task.compensates !== null) {
      const original = this.#standOf(this.#firstTaskOf(task.compensates));
      if (original === 'open') return 'wait';
      return original === 'done' ? 'skip' : this.#dependencies(task);
    }
    return this.givenUp ? 'skip' : this.#dependencies(task);
  }

  #dependencies(task: PlanTask): Verdict {
    const verdicts: Verdict[] = [
      ...task.after.map((id): Verdict => this.#order(id)),
      ...task.when.map((condition): Verdict => {
        const truth = truthOf(condition, this.states);
        return truth === 'holds' ? 'ready' : truth === 'fails' ? 'skip' : 'wait';
      }),
      ...task.inputs.map((input): Verdict => this.#input(input)),
    ];
    return (
      verdicts.find((verdict) => verdict === 'skip') ??
      verdicts.find((verdict) => verdict === 'wait') ??
      'ready'
    );
  }

  #order(id: string): Verdict {
    const status = this.states.get(id)?.status;
    if (status === undefined || status === 'running') return 'wait';
    return status === 'succeeded' || status === 'skipped' ? 'ready' : 'skip';
  }

  #input(input: PlanInput): Verdict {
    const { owner } = splitReference(input.edge);
    if (owner === 'inputs') return 'ready';
    const stand = this.#standOf(owner);
    if (stand === 'open') return 'wait';
    return (stand === 'done' && this.#isPresent(owner, input.edge)) || input.optional ? 'ready' : 'skip';
  }

  #isPresent(id: string, edge: string): boolean {
    const output = this.#tasks.get(id)?.outputs.find((candidate) => candidate.edge === edge);
    if (output === undefined) return false;
    return output.presentWhen === null || truthOf(output.presentWhen, this.states) === 'holds';
  }

  #standOf(id: string): 'open' | 'done' | 'without effect' {
    const status = this.states.get(id)?.status;
    if (status === undefined || status === 'running') return 'open';
    return status === 'succeeded' ? 'done' : 'without effect';
  }

  /** The first task decides: once it succeeded the step takes effect, and its other tasks are carried through. */
  #firstTaskOf(step: string): string {
    for (const task of this.#tasks.values()) {
      if (task.step === step && task.compensates === null) return task.id;
    }
    return step;
  }
}
