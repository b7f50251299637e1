import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ApiError, type ConnectRequest__Output } from '#contracts';
import { limits } from '../config/limits.js';
import { limitExceeded } from '../request-fields.js';
import type { WorkerSession } from '../sessions/worker-session.js';

/** What a call is for: the lease whose step stays open. */
export interface CallTarget {
  readonly session: WorkerSession;
  readonly lease: string;
  readonly fence: string;
}

interface OpenCall extends CallTarget {
  readonly waiting: Uint8Array[];
  bytes: number;
  answerBytes: number;
  /** Null while the answer goes on. */
  end: 'ended' | ApiError | null;
  wake: () => void;
}

const reasonPattern = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * Calls between clients and workers that are connected here.
 *
 * Both seal what they say; this book carries it and can lose it, which the last frame of an answer shows. Nothing is
 * kept: frames that the client has not taken lie in memory, bounded for each call and for all of them.
 */
@Injectable()
export class CallBook {
  readonly #calls = new Map<string, OpenCall>();
  #bytes = 0;

  /** Calls that are open, for metrics and tests. */
  get open(): number {
    return this.#calls.size;
  }

  /**
   * One call: sends the frame to the worker and gives what comes back, in order. Leaving the loop, or the signal, tells
   * the worker that nobody waits.
   *
   * @throws ApiError LIMIT_EXCEEDED, READER_TOO_SLOW, STREAM_CUT, CALL_FAILED
   */
  async *call(target: CallTarget, frame: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const ofLease = [...this.#calls.values()].filter(({ lease }) => lease === target.lease).length;
    if (ofLease >= limits.callsPerConversationMax)
      throw limitExceeded('callsPerConversationMax', ofLease + 1, 'wait for an answer before you ask more');
    if (this.#calls.size >= limits.openCallsMax)
      throw limitExceeded('openCallsMax', this.#calls.size + 1, 'ask again later');
    const id = randomUUID();
    const call: OpenCall = {
      ...target,
      waiting: [],
      bytes: 0,
      answerBytes: 0,
      end: null,
      wake: () => undefined,
    };
    this.#calls.set(id, call);
    const leave = (): void => call.wake();
    signal.addEventListener('abort', leave, { once: true });
    const { session, lease, fence } = target;
    session.send({ call: { call: id, lease, fence, frame: Buffer.from(frame) } });
    try {
      for (;;) {
        if (signal.aborted) return;
        const next = call.waiting.shift();
        if (next !== undefined) {
          call.bytes -= next.length;
          this.#bytes -= next.length;
          yield next;
          continue;
        }
        if (call.end === 'ended') return;
        if (call.end !== null) throw call.end;
        await new Promise<void>((resolve) => {
          call.wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.#bytes -= call.bytes;
      if (this.#calls.delete(id) && call.end === null)
        session.send({ callCancel: { call: id, reason: 'CALLER_GONE' } });
    }
  }

  /** What a worker says of its calls. @returns whether the message is no more than that */
  hear(session: WorkerSession, { callChunk, callEnd, callFail }: ConnectRequest__Output): boolean {
    if (callChunk) this.#chunk(session, callChunk.call, callChunk.frame);
    else if (callEnd) this.#end(this.#of(session, callEnd.call), 'ended');
    else if (callFail) {
      const reason = reasonPattern.test(callFail.reason) ? callFail.reason : 'WORKER_ERROR';
      this.#end(
        this.#of(session, callFail.call),
        new ApiError('CALL_FAILED', `the worker refused the call: ${reason}`, { facts: { reason } }),
      );
    } else return false;
    return true;
  }

  /** A worker's stream ended: nobody hears the rest of its answers. */
  left(session: WorkerSession): void {
    for (const call of this.#calls.values()) {
      if (call.session === session)
        this.#end(call, new ApiError('STREAM_CUT', 'the worker went away before the answer ended'));
    }
  }

  #chunk(session: WorkerSession, id: string, frame: Uint8Array): void {
    const call = this.#of(session, id);
    if (call === undefined || call.end !== null) return;
    call.answerBytes += frame.length;
    call.bytes += frame.length;
    this.#bytes += frame.length;
    call.waiting.push(frame);
    if (call.answerBytes > limits.answerBytesMax) {
      this.#stop(id, call, limitExceeded('answerBytesMax', call.answerBytes, 'ask for less'));
    } else if (call.bytes > limits.callBufferBytesMax || this.#bytes > limits.callBuffersBytesMax) {
      const slow = `expected a reader that takes its answer, got ${call.bytes} bytes that wait: ask again`;
      this.#stop(id, call, new ApiError('READER_TOO_SLOW', slow));
    } else call.wake();
  }

  /** Ends a call from here; what waits of it is let go. */
  #stop(id: string, call: OpenCall, why: ApiError): void {
    this.#bytes -= call.bytes;
    call.bytes = 0;
    call.waiting.length = 0;
    call.session.send({ callCancel: { call: id, reason: why.reason } });
    this.#end(call, why);
  }

  #end(call: OpenCall | undefined, end: 'ended' | ApiError): void {
    if (call === undefined || call.end !== null) return;
    call.end = end;
    call.wake();
  }

  /** A worker speaks of its own calls alone. */
  #of(session: WorkerSession, id: string): OpenCall | undefined {
    const call = this.#calls.get(id);
    return call?.session === session ? call : undefined;
  }
}
