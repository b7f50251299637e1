import { Inject, Injectable } from '@nestjs/common';
import { isUnreachable, type Logger } from '#telemetry';
import {
  backOffMs,
  isCarriedThrough,
  type Plan,
  type PlanTask,
  type RunStatus,
  type TaskState,
} from '#workflow';
import { RunCloser } from '../evidence/run-closer.js';
import type { Begun, Look, RunParts, Settled, ShownState, Tried } from '../interpreters/run-parts.js';
import { PlanStore } from '../plans/plan-store.js';
import { RunLifecycle } from '../runs/run-lifecycle.js';
import { type RunRow, RunStore } from '../runs/run-store.js';
import { LeaseBook } from '../sessions/lease-book.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { CrashWatch } from './crash-watch.js';
import { type Collected, ResultCollector, type TaskResult } from './result-collector.js';
import { type OpenedLease, TaskDispatcher } from './task-dispatcher.js';

const TRIES_MAX = 8;
const FIRST_PAUSE_MS = 200;

/**
 * The work of the interpreters' steps. Each may be done twice, by two replicas at worst, and then changes nothing;
 * what interpreters of older versions take from it keeps its shape.
 */
@Injectable()
export class RunWork implements RunParts {
  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly leases: LeaseBook,
    private readonly dispatcher: TaskDispatcher,
    private readonly collector: ResultCollector,
    private readonly closer: RunCloser,
    private readonly lifecycle: RunLifecycle,
    private readonly crashes: CrashWatch,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async planOf(runId: string): Promise<Plan> {
    const run = await this.runs.get(runId);
    return (await this.plans.get(run.plan)).plan;
  }

  async begin(runId: string): Promise<void> {
    await this.runs.changeRun(runId, { state: 'RUNNING' }, this.#time());
  }

  async shouldStop(runId: string): Promise<boolean> {
    return this.#isCancelled(await this.runs.get(runId));
  }

  open(runId: string, task: PlanTask, attempt: number, waiter: string | null = null): Promise<OpenedLease> {
    return this.dispatcher.open(runId, task, attempt, waiter);
  }

  async collect(runId: string, task: PlanTask, lease: string): Promise<Collected> {
    const collected = await this.collector.collect(runId, task, lease);
    if (collected.retry) await this.collector.note(runId, task, lease, collected);
    return collected;
  }

  finish(runId: string, task: PlanTask, result: TaskResult): Promise<void> {
    return this.collector.finish(runId, task, result);
  }

  async skip(runId: string, taskIds: readonly string[]): Promise<void> {
    for (const taskId of taskIds)
      await this.runs.changeTask(runId, taskId, { state: 'SKIPPED' }, this.#time());
  }

  close(runId: string, status: RunStatus): Promise<void> {
    return this.closer.close(runId, status);
  }

  /** Of a run that an earlier workflow left: what succeeded stays, what was out is called back. */
  async takeUp(runId: string, plan: Plan): Promise<Begun> {
    for (const lease of await this.leases.openLeases(runId)) {
      await this.leases.revoke(lease.lease, 'LEASE_REVOKED');
    }
    await this.runs.changeRun(runId, { state: 'RUNNING' }, this.#time());
    const run = await this.runs.get(runId);
    const states: Record<string, TaskState> = {};
    const attempts: Record<string, number> = {};
    const planned = new Set(plan.tasks.map(({ id }) => id));
    for (const task of await this.runs.tasks(runId)) {
      if (!planned.has(task.taskId)) continue;
      if (task.attempt > 0) attempts[task.taskId] = task.attempt;
      if (task.state === 'SKIPPED') states[task.taskId] = { status: 'skipped' };
      if (task.state === 'FAILED') states[task.taskId] = { status: 'failed' };
      if (task.state === 'SUCCEEDED') {
        states[task.taskId] = {
          status: 'succeeded',
          public: await this.collector.factsOf(runId, task.taskId),
        };
      }
    }
    return { states, attempts, deadlineMs: run.deadline.getTime(), look: this.#lookAt(run) };
  }

  async look(runId: string): Promise<Look> {
    return this.#lookAt(await this.runs.get(runId));
  }

  async settle(runId: string, task: PlanTask, lease: string, failures: number): Promise<Settled> {
    const collected = await this.collector.collect(runId, task, lease);
    const run = await this.runs.get(runId);
    const look = this.#lookAt(run);
    const goesOn = !look.cancelled || isCarriedThrough(task);
    if (collected.lostInputs.length > 0 && !look.cancelled) {
      await this.collector.note(runId, task, lease, collected);
      // They may have come between the lease and now; then there is no other message to wait for.
      const came = collected.lostInputs.some(({ edge, blob }) => blobOf(run, edge) !== blob);
      return came ? { next: 'retry', atMs: 0, look } : { next: 'input', look };
    }
    if (collected.retry && goesOn && failures + 1 < task.attemptsMax) {
      await this.collector.note(runId, task, lease, collected);
      // Drawn here and recorded with the step: a replay waits as long.
      const pauseMs = backOffMs(collected.errorClass, task, failures + 1, Math.random());
      return { next: 'retry', atMs: pauseMs === 0 ? 0 : this.clock() + pauseMs, look };
    }
    await this.collector.finish(runId, task, collected.result, lease);
    return { next: 'over', result: collected.result, look };
  }

  async show(runId: string, state: ShownState): Promise<void> {
    await this.runs.changeRun(runId, { state }, this.#time());
  }

  async park(runId: string, reason: string): Promise<void> {
    await this.lifecycle.park(runId, reason, this.#time());
    this.logger.error({ run: runId, reason }, 'run parked');
  }

  /** @param moves see `CrashWatch.during` */
  async tried<T>(runId: string, name: string, work: () => Promise<T>, moves = true): Promise<Tried<T>> {
    const again = async (): Promise<Tried<T>> => {
      let pauseMs = FIRST_PAUSE_MS;
      for (let tries = 1; ; tries += 1) {
        try {
          return { ok: true, value: await work() };
        } catch (error) {
          // An absence of the database is waited out by the journal.
          if (isUnreachable(error)) throw error;
          if (tries >= TRIES_MAX) {
            this.logger.error({ err: error, run: runId, step: name }, 'step failed');
            return { ok: false };
          }
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
          pauseMs *= 2;
        }
      }
    };
    return this.crashes.during(runId, name, again, moves);
  }

  #lookAt(run: RunRow): Look {
    return { cancelled: this.#isCancelled(run), paused: run.pausedFrom !== null };
  }

  #isCancelled(run: RunRow): boolean {
    return run.cancelRequested || this.clock() >= run.deadline.getTime();
  }

  #time(): Date {
    return new Date(this.clock());
  }
}

/** Envelope that an input of the run has now. */
export function blobOf(run: RunRow, edge: string): string | undefined {
  return run.inputs.find(({ name }) => `inputs/${name}` === edge)?.blob;
}
