import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { ApiError } from '#contracts';

/** A call that says when its caller has gone. */
interface CancellableCall {
  on(event: 'cancelled', listener: () => void): unknown;
}

/** The end of a replica that was told to stop: what lasts is ended with DRAINING and goes on at another one. */
@Injectable()
export class Drain {
  readonly #begun = new AbortController();

  constructor() {
    // Every open stream listens.
    setMaxListeners(0, this.#begun.signal);
  }

  get begun(): boolean {
    return this.#begun.signal.aborted;
  }

  begin(): void {
    this.#begun.abort();
  }

  /** Calls a listener once, when the drain begins. The result stops listening. */
  onBegin(listener: () => void): () => void {
    this.#begun.signal.addEventListener('abort', listener, { once: true });
    return () => this.#begun.signal.removeEventListener('abort', listener);
  }

  /** Aborted when the caller has gone, or when this replica stops. */
  signalOf(call: CancellableCall): AbortSignal {
    const abort = new AbortController();
    if (this.begun) abort.abort();
    const stop = this.onBegin(() => abort.abort());
    call.on('cancelled', () => abort.abort());
    abort.signal.addEventListener('abort', stop, { once: true });
    return abort.signal;
  }

  /** Raises DRAINING once the drain has begun. */
  check(): void {
    if (this.begun) throw draining();
  }
}

export function draining(): ApiError {
  return new ApiError('DRAINING', 'this replica stops: repeat the call, another one takes it');
}
