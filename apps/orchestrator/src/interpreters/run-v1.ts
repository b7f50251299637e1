import { nextTasks, type Plan, type PlanTask, runStatus, type TaskState } from '#workflow';
import type { TaskResult } from '../engine/result-collector.js';
import type { Journal } from './journal.js';
import { RESULT_GRACE_MS, type RunParts, taskOf, taskWorkflowId } from './run-parts.js';

/**
 * Interpreter v1: one durable workflow a run, one child workflow a task.
 *
 * Frozen. Runs in flight replay the version that they began with, so this file is never edited: its calls, their
 * names and their order are pinned by a journal that was recorded when it was the newest. Changed behaviour is a new
 * version beside this one.
 */
export class RunV1 {
  /** Replaced by the registered workflow, which is what a run starts. */
  task: (runId: string, taskId: string) => Promise<TaskResult> = (runId, taskId) =>
    this.perform(runId, taskId);

  constructor(
    private readonly parts: RunParts,
    private readonly journal: Journal,
  ) {}

  async interpret(runId: string): Promise<void> {
    const { journal, parts } = this;
    const plan = await this.#planOf(runId);
    await journal.step('begin', () => parts.begin(runId));
    const states: Record<string, TaskState> = {};
    let cancelled = false;
    for (;;) {
      cancelled ||= await journal.step('look', () => parts.shouldStop(runId));
      const next = nextTasks(plan, states, { cancelled });
      for (const taskId of next.skipped) states[taskId] = { status: 'skipped' };
      if (next.skipped.length > 0) {
        await journal.step('skip', () => parts.skip(runId, next.skipped));
      }
      if (next.ready.length === 0) break;
      const handles = [];
      for (const taskId of next.ready) {
        handles.push(await journal.start(this.task, taskWorkflowId(runId, taskId), [runId, taskId]));
      }
      const results = await Promise.all(handles.map((handle) => handle.result().catch(() => null)));
      for (const [index, taskId] of next.ready.entries()) {
        states[taskId] = stateOf(results[index] ?? (await this.#giveUp(runId, taskOf(plan, taskId))));
      }
    }
    const status = runStatus(plan, states, { cancelled });
    await journal.step('close', () => parts.close(runId, status));
  }

  async perform(runId: string, taskId: string): Promise<TaskResult> {
    const { journal, parts } = this;
    const task = taskOf(await this.#planOf(runId), taskId);
    let result: TaskResult = { status: 'failed', reason: 'NOT_ATTEMPTED' };
    for (let attempt = 1; attempt <= task.attemptsMax; attempt += 1) {
      const { lease, deadlineMs } = await journal.step('open', () => parts.open(runId, task, attempt));
      await journal.receive(lease, deadlineMs + RESULT_GRACE_MS);
      const collected = await journal.step('collect', () => parts.collect(runId, task, lease));
      result = collected.result;
      if (!collected.retry) break;
    }
    await journal.step('finish', () => parts.finish(runId, task, result));
    return result;
  }

  /** A task whose workflow itself broke: the run ends as failed, with a bundle, and holds nothing. */
  async #giveUp(runId: string, task: PlanTask): Promise<TaskResult> {
    const result: TaskResult = { status: 'failed', reason: 'INTERNAL' };
    await this.journal.step('give up', () => this.parts.finish(runId, task, result));
    return result;
  }

  #planOf(runId: string): Promise<Plan> {
    return this.journal.read(() => this.parts.planOf(runId));
  }
}

function stateOf(result: TaskResult): TaskState {
  if (result.status === 'succeeded') return { status: 'succeeded', public: result.public };
  return { status: result.status };
}
