import type { CallOptions, ClientReadableStream, requestCallback } from '@grpc/grpc-js';
import { fromServiceError } from './api-error.js';

/** Every call has a deadline; the server's own limits come on top. */
export interface CallLimits {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A unary call as a promise. `start` makes the call with the options it is given. Rejects with ApiError, and with the
 * reason of the signal where its caller ended it.
 */
export function unary<Response>(
  start: (options: CallOptions, callback: requestCallback<Response>) => { cancel(): void },
  limits: CallLimits,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (limits.signal?.aborted) {
      reject(limits.signal.reason);
      return;
    }
    const call = start({ deadline: Date.now() + limits.deadlineMs }, (error, response) => {
      limits.signal?.removeEventListener('abort', cancel);
      if (error !== null) reject(limits.signal?.aborted ? limits.signal.reason : fromServiceError(error));
      else if (response === undefined) reject(new Error('the call ended without a response'));
      else resolve(response);
    });
    function cancel(): void {
      call.cancel();
    }
    limits.signal?.addEventListener('abort', cancel, { once: true });
  });
}

/**
 * A server stream as an async iterable; leaving the loop cancels the call. Rejects with ApiError, and with the reason of
 * the signal where its caller ended it.
 */
export async function* serverStream<Response>(
  start: (options: CallOptions) => ClientReadableStream<Response>,
  limits: { readonly deadlineMs?: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Response, void, undefined> {
  limits.signal?.throwIfAborted();
  const call = start(limits.deadlineMs === undefined ? {} : { deadline: Date.now() + limits.deadlineMs });
  const cancel = (): void => call.cancel();
  limits.signal?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const message of call) yield message as Response;
  } catch (error) {
    throw limits.signal?.aborted ? limits.signal.reason : fromServiceError(error);
  } finally {
    limits.signal?.removeEventListener('abort', cancel);
    call.cancel();
  }
}
