import type { ServerWritableStream } from '@grpc/grpc-js';
import { defer, ignoreElements, type Observable } from 'rxjs';
import { ApiError } from '#contracts';

/**
 * A server stream that the handler writes itself. Nest takes an Observable and queues what a slow reader has not
 * taken, without bound; this one emits nothing and completes when `send` has written everything.
 */
export function serverStream<Response>(send: () => Promise<void>): Observable<Response> {
  return defer(send).pipe(ignoreElements()) as Observable<never>;
}

/**
 * Writes one message and waits while the reader's window is full. A reader that takes nothing for `patienceMs` gets
 * READER_TOO_SLOW, which reaches it when it reads on; nothing more is kept for it.
 */
export async function writeMessage<Response>(
  call: ServerWritableStream<unknown, Response>,
  message: Response,
  patienceMs: number,
): Promise<void> {
  if (call.cancelled || call.write(message)) return;
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      call.off('drain', done);
      call.off('cancelled', done);
    };
    const done = (): void => {
      stop();
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      reject(tooSlow(patienceMs));
    }, patienceMs);
    call.once('drain', done);
    call.once('cancelled', done);
  });
}

function tooSlow(patienceMs: number): ApiError {
  return new ApiError(
    'READER_TOO_SLOW',
    `expected a reader that takes what it asked for, got none for ${patienceMs} ms: ask again from where you are`,
    { retryMs: 1_000 },
  );
}
