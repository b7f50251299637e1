import { hiddenMembers } from '../disclosure/sd-names.js';
import type { PlanView, PlanViewCondition, PlanViewTask } from '../statements/plan-view.js';
import type { RunTask } from '../statements/root.js';
import { splitEdge } from './edges.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** `unknown`: the statement that would say so is withheld. */
type Truth = 'holds' | 'fails' | 'unknown';

/**
 * Every task of the plan is accounted for, and was run or skipped as the signed facts demand. Without this an
 * orchestrator could leave out a human review or a settlement and call the run complete.
 */
export function checkCoverage(session: Session, plan: PlanView, checks: StageChecks): void {
  const listed = session.root.tasks.map(({ taskId }) => taskId);
  const planned = plan.tasks.map(({ id }) => id);
  const same = listed.length === planned.length && [...listed].sort().join() === [...planned].sort().join();
  checks.passIf(same, 'BND-COVER-001', 'all tasks of the plan accounted for', 'TASK_UNACCOUNTED', {
    expected: planned.join(', '),
    actual: listed.join(', '),
  });
  const tasks = new TaskTable(session, plan);
  for (const task of plan.tasks) checkOne(session, tasks, task, checks);
  checkStatus(session, plan, tasks, checks);
}

function checkOne(session: Session, tasks: TaskTable, task: PlanViewTask, checks: StageChecks): void {
  const state = tasks.state(task.id);
  if (state === null) return;
  const id = 'BND-COVER-002';
  const about = { step: task.id };
  const hasStep = state.index !== null;
  if ((state.status === 'succeeded') !== hasStep) {
    const actual = hasStep ? 'a statement' : 'no statement';
    checks.fail(id, 'task status', 'TASK_STATUS_MISMATCH', { ...about, expected: state.status, actual });
  }
  const absence = session.absence(task.id);
  if (absence === 'withheld') checks.withheld(id, 'statement of the task', 'TASK_WITHHELD', about);
  if (absence === 'missing') checks.fail(id, 'statement of the task', 'STEP_MISSING', about);
  const due = tasks.due(task);
  if (state.status === 'succeeded') {
    if (due === 'fails') {
      checks.fail(id, 'the task was due', 'TASK_RAN_AGAINST_CONDITION', {
        ...about,
        actual: 'its conditions do not hold',
      });
    } else judged(checks, due, 'the task was due', about);
    return;
  }
  if (state.status === 'failed' || state.status === 'cancelled') return;
  const { status } = session.root;
  const givenUp = status === 'failed' || status === 'cancelled';
  // A run that was given up starts nothing new, but it finishes and undoes what was begun.
  const mustRun = task.completes !== null || task.compensates !== null || !givenUp;
  if (due === 'holds' && mustRun) {
    checks.fail(id, 'the task was skipped for a reason', 'TASK_SKIP_UNJUSTIFIED', {
      ...about,
      expected: 'a statement: all its conditions hold and its inputs exist',
      actual: state.status,
    });
  } else judged(checks, due, 'the task was skipped for a reason', about);
}

function judged(checks: StageChecks, due: Truth, title: string, about: { readonly step: string }): void {
  if (due === 'unknown') checks.withheld('BND-COVER-002', title, 'EDGE_PRODUCER_WITHHELD', about);
  else checks.pass('BND-COVER-002', title, about);
}

function checkStatus(session: Session, plan: PlanView, tasks: TaskTable, checks: StageChecks): void {
  const { status } = session.root;
  const states = session.root.tasks.map((task) => task.status);
  const truths = plan.rejected.map((condition) => tasks.truth(condition));
  const rejected: Truth = truths.includes('holds')
    ? 'holds'
    : truths.includes('unknown')
      ? 'unknown'
      : 'fails';
  const failed = session.root.tasks.some(
    (task) => task.status === 'failed' && !tasks.isTolerable(task.taskId),
  );
  const finished = !failed && !states.some((state) => state === 'cancelled' || state === 'not-started');
  const consistent =
    status === 'completed'
      ? finished && rejected !== 'holds'
      : status === 'rejected'
        ? finished && rejected !== 'fails'
        : status === 'failed'
          ? failed
          : true;
  if (consistent && rejected === 'unknown' && (status === 'completed' || status === 'rejected')) {
    checks.withheld('BND-COVER-003', 'status of the run', 'EDGE_PRODUCER_WITHHELD', { actual: status });
    return;
  }
  checks.passIf(consistent, 'BND-COVER-003', 'status of the run', 'RUN_STATUS_MISMATCH', {
    expected: 'a status that follows from the tasks and their facts',
    actual: status,
  });
}

/** What the root says about each task, and what the steps' signed facts say about when it had to run. */
class TaskTable {
  readonly #states: ReadonlyMap<string, RunTask>;

  constructor(
    private readonly session: Session,
    private readonly plan: PlanView,
  ) {
    this.#states = new Map(session.root.tasks.map((task) => [task.taskId, task]));
  }

  state(taskId: string): RunTask | null {
    return this.#states.get(taskId) ?? null;
  }

  isTolerable(taskId: string): boolean {
    return this.plan.tasks.find(({ id }) => id === taskId)?.tolerable ?? false;
  }

  /** Whether the plan asks for this task, given what the other tasks did. */
  due(task: PlanViewTask): Truth {
    if (task.completes !== null && !this.#succeeded(task.completes)) return 'fails';
    if (task.compensates !== null && this.#tookEffect(task.compensates)) return 'fails';
    if (task.after.some((id) => this.#failed(id))) return 'fails';
    const truths = [
      ...task.when.map((condition) => this.truth(condition)),
      ...task.inputs.filter(({ optional }) => !optional).map(({ edge }) => this.#exists(edge)),
    ];
    if (truths.includes('fails')) return 'fails';
    return truths.includes('unknown') ? 'unknown' : 'holds';
  }

  truth(condition: PlanViewCondition): Truth {
    const [taskId, fact] = splitEdge(condition.field);
    const state = this.state(taskId);
    if (state === null) return 'unknown';
    if (state.status === 'skipped' || state.status === 'not-started')
      return condition.orSkipped ? 'holds' : 'fails';
    if (state.status !== 'succeeded') return 'fails';
    const step = this.session.step(taskId);
    if (step === null) return 'unknown';
    const facts = step.predicate.public;
    const value = Object.hasOwn(facts, fact) ? facts[fact] : undefined;
    if (value === undefined && hiddenMembers(facts) > 0) return 'unknown';
    return typeof value === 'string' && condition.in.includes(value) ? 'holds' : 'fails';
  }

  #exists(edge: string): Truth {
    const [producer, port] = splitEdge(edge);
    if (producer === 'inputs')
      return this.session.root.inputs.some(({ name }) => name === port) ? 'holds' : 'fails';
    const step = this.session.step(producer);
    if (step === null) return this.session.absence(producer) === null ? 'fails' : 'unknown';
    return step.predicate.outputs.some((output) => output.edge === edge) ? 'holds' : 'fails';
  }

  #succeeded(taskId: string): boolean {
    return this.state(taskId)?.status === 'succeeded';
  }

  #failed(taskId: string): boolean {
    const status = this.state(taskId)?.status;
    return status === 'failed' || status === 'cancelled';
  }

  /** The first task of a step decides: what it began is carried through. */
  #tookEffect(step: string): boolean {
    const first = this.plan.tasks.find((task) => task.step === step && task.compensates === null);
    return first !== undefined && this.#succeeded(first.id);
  }
}
