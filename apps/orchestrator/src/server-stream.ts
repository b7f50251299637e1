import type { ServerWritableStream } from '@grpc/grpc-js';
import { defer, ignoreElements, type Observable } from 'rxjs';

/**
 * A server stream that the handler writes itself. Nest takes an Observable and queues what a slow reader has not
 * taken, without bound; this one emits nothing and completes when `send` has written everything.
 */
export function serverStream<Response>(send: () => Promise<void>): Observable<Response> {
  return defer(send).pipe(ignoreElements()) as Observable<never>;
}

/**
 * Writes one message and waits while the reader's window is full, for as long as the reader is there: one that takes
 * nothing is sent away by the transport, and nothing more is kept for it.
 */
export async function writeMessage<Response>(
  call: ServerWritableStream<unknown, Response>,
  message: Response,
): Promise<void> {
  if (call.cancelled || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      call.off('cancelled', done);
      resolve();
    };
    call.once('drain', done);
    call.once('cancelled', done);
  });
}

/**
 * As `writeMessage`, and waits until the transport took the message. A stream of objects counts 16 of them whatever their
 * size before it asks its writer to wait; where messages may be large, one at a time is what is kept.
 */
export async function writeTaken<Response>(
  call: ServerWritableStream<unknown, Response>,
  message: Response,
): Promise<void> {
  if (call.cancelled) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      call.off('cancelled', done);
      resolve();
    };
    call.once('cancelled', done);
    call.write(message, done);
  });
}
