import { type PlanTask, runStatus } from '#workflow';
import type { TaskResult } from '../engine/result-collector.js';
import { CourseV2 } from './course-v2.js';
import type { Journal } from './journal.js';
import type { RunParts } from './run-parts.js';

/** What a run's workflow is told. A lost wake-up cannot be: messages are rows of the same database. */
export type RunMail =
  /** A lease has its result, or was revoked. */
  | { readonly lease: string }
  /** Somebody cancelled, paused or resumed the run. */
  | { readonly look: true }
  /** The client sealed inputs again. */
  | { readonly input: true };

export const MAIL = 'mail';

/**
 * Interpreter v2: one durable workflow a run, which waits for one message at a time.
 *
 * Beside v1 it retries with pauses by class of error, holds a run that is paused, waits for inputs that have to be
 * sealed again, and goes on from where an earlier workflow of the same run ended. A run that it cannot end is parked
 * with the name of the step that failed.
 *
 * Frozen like v1: changed behaviour is a new version beside this one.
 */
export class RunV2 {
  constructor(
    private readonly parts: RunParts,
    private readonly journal: Journal,
  ) {}

  /** @param workflowId of this workflow, to which the results of its leases are sent */
  async interpret(runId: string, workflowId: string): Promise<void> {
    try {
      await this.#follow(runId, workflowId);
    } catch (error) {
      // The engine's own errors say that another replica owns the run now: that one goes on.
      if (isOfEngine(error)) throw error;
      const reason = error instanceof StepBroken ? error.message : 'INTERPRETER_FAILED';
      await this.journal.step('park', () => this.parts.park(runId, reason));
    }
  }

  async #follow(runId: string, workflowId: string): Promise<void> {
    const { journal, parts } = this;
    const plan = await journal.read(() => parts.planOf(runId));
    const course = new CourseV2(plan, await this.#step(runId, 'begin', () => parts.takeUp(runId, plan)));
    for (;;) {
      for (const task of course.stopped()) {
        await this.#end(runId, course, task, course.look.cancelled ? 'CANCELLED' : 'RUN_GIVEN_UP');
      }
      const skipped = course.skip();
      if (skipped.length > 0) await this.#step(runId, 'skip', () => parts.skip(runId, skipped));
      for (const task of course.startable()) await this.#open(runId, workflowId, course, task);
      const state = course.toShow();
      if (state !== null) await this.#step(runId, 'show', () => parts.show(runId, state));
      if (!course.isIdle()) await this.#wait(runId, course);
      else if (course.isOver()) break;
    }
    const status = runStatus(plan, course.states, { cancelled: course.look.cancelled });
    await this.#step(runId, 'close', () => parts.close(runId, status));
  }

  async #open(runId: string, workflowId: string, course: CourseV2, task: PlanTask): Promise<void> {
    const attempt = course.nextAttempt(task);
    const opened = await this.#try(runId, 'open', () => this.parts.open(runId, task, attempt, workflowId));
    if (opened.ok) course.opened(task, opened.value);
    else await this.#end(runId, course, task, 'INTERNAL');
  }

  async #wait(runId: string, course: CourseV2): Promise<void> {
    const dueMs = course.nextDueMs();
    const mail = await this.journal.receive<RunMail>(MAIL, dueMs);
    if (mail === null) {
      for (const late of course.timeIs(dueMs)) await this.#settle(runId, course, late);
    } else if ('lease' in mail) {
      const answered = course.taskOfLease(mail.lease);
      if (answered !== undefined) await this.#settle(runId, course, answered);
    } else {
      if ('input' in mail) course.inputsCame();
      course.saw(await this.#step(runId, 'look', () => this.parts.look(runId)));
    }
  }

  async #settle(
    runId: string,
    course: CourseV2,
    { task, lease }: { readonly task: PlanTask; readonly lease: string },
  ): Promise<void> {
    const failures = course.failuresOf(task);
    const settled = await this.#try(runId, 'settle', () => this.parts.settle(runId, task, lease, failures));
    if (settled.ok) course.settled(task, settled.value);
    else await this.#end(runId, course, task, 'INTERNAL');
  }

  /** Ends a task without a result: the run goes on to its end, with a bundle, and holds nothing. */
  async #end(runId: string, course: CourseV2, task: PlanTask, reason: string): Promise<void> {
    const status = reason === 'INTERNAL' ? 'failed' : 'cancelled';
    const result: TaskResult = { status, reason };
    await this.#step(runId, 'end', () => this.parts.finish(runId, task, result));
    course.over(task, result);
  }

  async #step<T>(runId: string, name: string, work: () => Promise<T>): Promise<T> {
    const tried = await this.#try(runId, name, work);
    if (!tried.ok) throw new StepBroken(name);
    return tried.value;
  }

  #try<T>(runId: string, name: string, work: () => Promise<T>) {
    return this.journal.step(name, () => this.parts.tried(runId, name, work));
  }
}

/** A step that failed on each of its tries, and without which the run cannot end. */
class StepBroken extends Error {
  constructor(step: string) {
    super(`STEP_FAILED: ${step}`);
  }
}

function isOfEngine(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'dbosErrorCode' in error;
}
