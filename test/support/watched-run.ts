import type { PreparedRun, RunHandle, SealflowClient } from '#client';
import type { Run__Output, Step__Output, WatchRunResponse__Output } from '#contracts';
import { until } from './until.js';

/** A run whose events are collected from its creation on, by a watch that outlives restarts of the orchestrator. */
export class WatchedRun {
  readonly events: WatchRunResponse__Output[] = [];
  /** The run as it ended. Rejects with EVENTS_BROKEN when an event was missing. */
  readonly ended: Promise<Run__Output>;
  readonly #listeners: ((step: Step__Output) => void)[] = [];

  private constructor(
    readonly prepared: PreparedRun,
    readonly handle: RunHandle,
  ) {
    this.ended = handle.wait((event) => this.#take(event));
    // Awaited later; until then a broken watch must not end the process.
    this.ended.catch(() => undefined);
  }

  static async create(client: SealflowClient, prepared: PreparedRun): Promise<WatchedRun> {
    return new WatchedRun(prepared, await client.create(prepared));
  }

  get runId(): string {
    return this.prepared.runId;
  }

  /** Resolves in the very turn in which the event arrives that a step reached a state: the moment to break something. */
  moment(stepId: string, state: string): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.push((step) => {
        if (step.id === stepId && step.state === `STEP_STATE_${state}`) resolve();
      });
    });
  }

  /** Waits for the event that a step reached a state, given without its prefix. */
  async reached(stepId: string, state: string, withinMs = 180_000): Promise<Step__Output> {
    return until(
      `${stepId} is ${state} (seen: ${this.seen().join(', ')})`,
      () => this.#steps().find(({ id, state: now }) => id === stepId && now === `STEP_STATE_${state}`),
      withinMs,
    );
  }

  /** Waits for the event that the run came to a state, given without its prefix. */
  async waits(state: string): Promise<void> {
    await until(`the run is ${state}`, () =>
      this.events.some(({ snapshot }) => snapshot?.state === `RUN_STATE_${state}`),
    );
  }

  /** What happened, as `<step> <STATE>`, in order. */
  seen(): string[] {
    return this.#steps().map(({ id, state }) => `${id} ${state.replace('STEP_STATE_', '')}`);
  }

  #steps(): Step__Output[] {
    return this.events.flatMap(({ step }) => (step ? [step] : []));
  }

  #take(event: WatchRunResponse__Output): void {
    this.events.push(event);
    if (event.step) for (const listener of this.#listeners) listener(event.step);
  }
}
