import { Injectable } from '@nestjs/common';
import { RunLifecycle } from '../runs/run-lifecycle.js';
import { RunStore } from '../runs/run-store.js';

/** How often a process may end at the same step of a run before the run is parked. */
export const CRASHES_MAX = 3;

/**
 * Finds the run that brings the process down. An execution that is repeated after a crash writes down which step it
 * is at; found there again, and again, and never one step further, the run is set aside for a person, so that it
 * cannot take all the others down with it for ever. Executions that never crashed write nothing.
 */
@Injectable()
export class CrashWatch {
  /** Runs that this process executes from their beginning. */
  readonly #fresh = new Set<string>();
  /** Runs that have the step in their row which this process is at. */
  readonly #marked = new Set<string>();

  constructor(
    private readonly runs: RunStore,
    private readonly lifecycle: RunLifecycle,
  ) {}

  /** The run begins here and now. */
  begins(runId: string): void {
    this.#fresh.add(runId);
  }

  ends(runId: string): void {
    this.#fresh.delete(runId);
    this.#marked.delete(runId);
  }

  /** Before an execution: the step at which the process ended too often; null when the run may go on. */
  async poison(runId: string): Promise<string | null> {
    if (this.#fresh.has(runId)) return null;
    const { crashStep } = await this.runs.get(runId);
    if (crashStep === null) return null;
    const crashes = await this.lifecycle.countCrash(runId);
    return crashes >= CRASHES_MAX ? crashStep : null;
  }

  /** @param moves whether the run is further with it: what ends the process after it is another crash */
  async during<T>(runId: string, step: string, work: () => Promise<T>, moves = true): Promise<T> {
    if (this.#fresh.has(runId)) return work();
    await this.lifecycle.atStep(runId, step);
    this.#marked.add(runId);
    const result = await work();
    if (moves) await this.passed(runId);
    return result;
  }

  /** Whatever brought the process down, it was not what the run did up to here. */
  async passed(runId: string): Promise<void> {
    if (this.#marked.delete(runId)) await this.lifecycle.passedStep(runId);
  }
}
