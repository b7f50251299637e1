import { constants } from 'node:http2';
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { ApiError } from '#contracts';

type Listener = Parameters<ServerInterceptingCallInterface['start']>[0];

export interface Patience {
  readonly patienceMs: number;
  readonly graceMs: number;
}

/**
 * The end of readers that stopped reading. The transport itself waits for them without end: HTTP/2 lets a receiver
 * close its window for as long as it likes (RFC 9113 section 10.5), the end of a call goes behind what waits, and not
 * even a deadline ends a stream whose data nobody takes. This stands at the call that the transport sends with:
 *
 * - Of a stream, one message waits in the transport at a time. When it is not taken for `patienceMs`, the call gets
 *   READER_TOO_SLOW behind it, its handler is told that nobody listens, and whatever it had queued is let go. A reader
 *   that reads on then gets the message and the reason; one that does not is reset `graceMs` later, with
 *   ENHANCE_YOUR_CALM, which gRPC reads as RESOURCE_EXHAUSTED.
 * - Of a unary call, the answer may wait until the deadline; then its stream is reset.
 */
export function endSlowReader(
  streams: boolean,
  call: ServerInterceptingCallInterface,
  { patienceMs, graceMs }: Patience,
): void {
  const sendMessage = call.sendMessage.bind(call);
  const sendStatus = call.sendStatus.bind(call);
  let waiting = 0;
  let answered = false;
  let timer: NodeJS.Timeout | undefined;
  let leave: () => void = () => undefined;

  call.sendMessage = (message, taken) => {
    waiting += 1;
    if (streams && !answered) {
      clearTimeout(timer);
      timer = setTimeout(() => call.sendStatus(tooSlow(patienceMs).toStatus()), patienceMs);
    }
    sendMessage(message, () => {
      waiting -= 1;
      if (!answered) clearTimeout(timer);
      taken();
    });
  };
  call.sendStatus = (sent) => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    sendStatus(sent);
    if (waiting === 0) return;
    // A unary call has its status behind its answer, unless the deadline comes first.
    timer = setTimeout(() => reset(call), streams ? graceMs : 0).unref();
    leave();
  };
  if (!streams) return;
  const start = call.start.bind(call);
  call.start = (listener) =>
    start(
      leaving(listener, {
        onLeave: (tell) => {
          leave = tell;
        },
        onGone: () => clearTimeout(timer),
      }),
    );
}

/** The listener, told once that its caller has gone: by us, or by the transport when the stream closes. */
function leaving(
  listener: Listener,
  { onLeave, onGone }: { onLeave: (tell: () => void) => void; onGone: () => void },
): Listener {
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    listener.onCancel();
  };
  onLeave(tell);
  return {
    onReceiveMetadata: (metadata) => listener.onReceiveMetadata(metadata),
    onReceiveMessage: (message) => listener.onReceiveMessage(message),
    onReceiveHalfClose: () => listener.onReceiveHalfClose(),
    onCancel: () => {
      onGone();
      tell();
    },
  };
}

/**
 * The one thing for which grpc-js has no method: the stream of a call, to reset it. Its property is not of the public
 * interface; a test holds it to the version that is installed.
 */
function reset(call: ServerInterceptingCallInterface): void {
  const stream: unknown = Reflect.get(call, 'stream');
  if (typeof stream !== 'object' || stream === null || !('close' in stream)) return;
  if (typeof stream.close === 'function') stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
}

function tooSlow(patienceMs: number): ApiError {
  return new ApiError(
    'READER_TOO_SLOW',
    `expected a reader that takes what it asked for, got none for ${patienceMs} ms: ask again from where you are`,
    { retryMs: 1_000 },
  );
}
