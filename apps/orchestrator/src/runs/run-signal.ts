import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Wakes watchers of a run. A lost signal costs a poll interval, never an event. */
@Injectable()
export class RunSignal {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #relay: (runId: string) => void = () => undefined;

  /** Called with every run that has news here, to tell other replicas. */
  onNotify(relay: (runId: string) => void): void {
    this.#relay = relay;
  }

  notify(runId: string): void {
    this.wake(runId);
    this.#relay(runId);
  }

  /** Wakes the watchers on this replica alone. */
  wake(runId: string): void {
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
