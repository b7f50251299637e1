import type { CallOptions, ClientReadableStream, Metadata, requestCallback } from '@grpc/grpc-js';
import { fromServiceError } from './api-error.js';

type Unary<Request, Response> = (
  request: Request,
  options: CallOptions,
  callback: requestCallback<Response>,
) => { cancel(): void };

export interface CallLimits {
  /** Every call has a deadline; the server refuses none. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** A unary call as a promise, with a mandatory deadline. Rejects with ApiError. */
export function unary<Request, Response>(
  method: Unary<Request, Response>,
  request: Request,
  limits: CallLimits,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (limits.signal?.aborted) {
      reject(limits.signal.reason);
      return;
    }
    const call = method(request, { deadline: Date.now() + limits.deadlineMs }, (error, response) => {
      limits.signal?.removeEventListener('abort', cancel);
      if (error !== null) reject(fromServiceError(error));
      else if (response === undefined) reject(new Error('the call ended without a response'));
      else resolve(response);
    });
    function cancel(): void {
      call.cancel();
    }
    limits.signal?.addEventListener('abort', cancel, { once: true });
  });
}

/** A server stream as an async iterable; leaving the loop cancels the call. Rejects with ApiError. */
export async function* serverStream<Request, Response>(
  method: (request: Request, options: CallOptions) => ClientReadableStream<Response>,
  request: Request,
  limits: { readonly deadlineMs?: number; readonly signal?: AbortSignal },
): AsyncGenerator<Response, void, undefined> {
  const options = limits.deadlineMs === undefined ? {} : { deadline: Date.now() + limits.deadlineMs };
  const call = method(request, options);
  const cancel = (): void => call.cancel();
  limits.signal?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const message of call) yield message as Response;
  } catch (error) {
    throw fromServiceError(error);
  } finally {
    limits.signal?.removeEventListener('abort', cancel);
    call.cancel();
  }
}

export type { Metadata };
