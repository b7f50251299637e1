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

  /** Listens from now on: news that come while the listener reads are not lost. */
  listen(runId: string): RunNews {
    return new RunNews(this.#emitter, runId);
  }
}

/** What one watcher of a run is told. */
export class RunNews implements Disposable {
  #waiting: (() => void) | null = null;
  #unseen = false;

  constructor(
    private readonly emitter: EventEmitter,
    private readonly runId: string,
  ) {
    emitter.on(runId, this.#come);
  }

  readonly #come = (): void => {
    this.#unseen = true;
    this.#waiting?.();
  };

  /** Resolves with news that came since the last wait, on the next ones, on abort, or after `timeoutMs`. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#unseen && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#waiting = null;
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        this.#waiting = done;
        signal.addEventListener('abort', done, { once: true });
      });
    }
    this.#unseen = false;
  }

  [Symbol.dispose](): void {
    this.emitter.off(this.runId, this.#come);
  }
}
