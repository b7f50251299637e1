import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { ApiError } from '#contracts';
import { asCaller, currentPrincipal } from './auth/call-context.js';
import { limits } from './config/limits.js';
import { invalidField, limitExceeded } from './request-fields.js';

/** Calls that are answered by waiting: they hold no more than a timer, and their number is bounded elsewhere. */
const waits = /^\/(?:grpc\.|sealflow\.run\.v1\.RunService\/WaitRun$)/;

interface Queue {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * How many calls of one tenant work at once. The database has a few connections for all; without turns, a tenant that
 * sends calls faster than they are answered, or cancels them (CVE-2023-44487, "rapid reset"), has all of these for as
 * long as it likes.
 */
export class CallTurns {
  readonly #queues = new Map<string, Queue>();

  constructor(
    private readonly runningMax: number = limits.callsAtOnceMax,
    private readonly waitingMax: number = limits.callsWaitingMax,
  ) {}

  /**
   * Begins now, or when one of this caller's calls has ended.
   *
   * @returns what takes it out of the queue again
   * @throws ApiError LIMIT_EXCEEDED where too many wait already
   */
  enter(caller: string, begin: () => void): () => void {
    const queue = this.#queues.get(caller) ?? { running: 0, waiting: new Set() };
    this.#queues.set(caller, queue);
    if (queue.running < this.runningMax) {
      queue.running += 1;
      begin();
      return () => undefined;
    }
    if (queue.waiting.size >= this.waitingMax)
      throw limitExceeded(
        'callsWaitingMax',
        queue.waiting.size + 1,
        'wait for answers before you send more calls',
      );
    queue.waiting.add(begin);
    return () => queue.waiting.delete(begin);
  }

  /** One that began has ended. */
  leave(caller: string): void {
    const queue = this.#queues.get(caller);
    if (queue === undefined) return;
    const [next] = queue.waiting;
    if (next !== undefined) {
      queue.waiting.delete(next);
      next();
      return;
    }
    queue.running -= 1;
    if (queue.running === 0) this.#queues.delete(caller);
  }
}

/**
 * Gives unary calls their turns, behind the guard, which knows who calls. A call that was cancelled or has no time left
 * keeps its turn until its handler ends: what it does to the database it does nevertheless.
 */
export function callTurns(turns: CallTurns, requestMs: number = limits.requestMs): ServerInterceptor {
  return (method, call) => {
    if (method.requestStream || method.responseStream || waits.test(method.path))
      return new ServerInterceptingCall(call);
    let caller: string | null = null;
    let quit = (): void => undefined;
    let slow: NodeJS.Timeout | undefined;
    const leave = (): void => {
      if (caller !== null) turns.leave(caller);
      caller = null;
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            // Half a request would hold its stream until the deadline of the call, which the caller chose.
            slow = setTimeout(() => {
              call.sendStatus(invalidField('request', `the whole of it within ${requestMs} ms`).toStatus());
            }, requestMs).unref();
            pass(metadata);
          },
          onReceiveHalfClose: (pass) => {
            clearTimeout(slow);
            const principal = currentPrincipal();
            if (principal === null) return pass();
            const name = principal.tenant ?? principal.subject;
            const begin = (): void => {
              caller = name;
              asCaller(principal, pass);
            };
            try {
              quit = turns.enter(name, begin);
            } catch (error) {
              if (!(error instanceof ApiError)) throw error;
              call.sendStatus(error.toStatus());
            }
          },
          onCancel: () => {
            clearTimeout(slow);
            quit();
          },
        }),
      sendMessage: (message, next) => {
        leave();
        next(message);
      },
      sendStatus: (sent, next) => {
        clearTimeout(slow);
        leave();
        next(sent);
      },
    });
  };
}
