import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Wakes watchers of a run on this replica. A lost signal costs a poll interval, never an event. */
@Injectable()
export class RunSignal {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  notify(runId: string): void {
    this.#emitter.emit(runId);
  }

  /** Resolves on the next change of the run, on abort, or after `timeoutMs`. */
  wait(runId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#emitter.off(runId, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#emitter.once(runId, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
