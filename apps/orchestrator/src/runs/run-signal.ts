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

  /** @param mayBeOver whether the run may have ended with this */
  notify(runId: string, mayBeOver = true): void {
    this.#emitter.emit(runId, mayBeOver);
    this.#relay(runId);
  }

  /** Wakes the watchers on this replica alone, of a run with news elsewhere. */
  wake(runId: string): void {
    this.#emitter.emit(runId, true);
  }

  /**
   * Listens from now on: news that come while the listener reads are not lost.
   *
   * @param what `end` leaves out news with which no run ends
   */
  listen(runId: string, what: 'all' | 'end' = 'all'): RunNews {
    return new RunNews(this.#emitter, runId, what);
  }
}

/** What one watcher of a run is told. */
export class RunNews implements Disposable {
  #waiting: (() => void) | null = null;
  #unseen = false;

  constructor(
    private readonly emitter: EventEmitter,
    private readonly runId: string,
    private readonly what: 'all' | 'end',
  ) {
    emitter.on(runId, this.#come);
  }

  readonly #come = (mayBeOver: boolean): void => {
    if (this.what === 'end' && !mayBeOver) return;
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
