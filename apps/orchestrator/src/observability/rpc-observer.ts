import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { beginSpan, fromServiceError, type OpenSpan, traceparentIn } from '#contracts';
import { rpcSeconds } from './instruments.js';

/** Methods of the contract; probes and reflection are not measured. */
const pattern = /^\/sealflow\.[a-z]+\.v1\.([A-Za-z]+\/[A-Za-z]+)$/;

/**
 * Measures every call of the gRPC API, from its turn to its status, and makes it part of its caller's trace. Stands
 * behind the guard: what is refused there is no call. An interceptor of the transport, since what Nest does for one of
 * its own costs more than most answers.
 */
export function rpcObserver(): ServerInterceptor {
  return (method, call) => {
    const [, name] = pattern.exec(method.path) ?? [];
    // The stream of a worker lasts as long as the worker; what happens on it has spans of its own.
    if (name === undefined || method.requestStream) return new ServerInterceptingCall(call);
    let parent = '';
    let startedMs = 0;
    let span: OpenSpan | null = null;
    const end = (code: status): void => {
      if (span === null) return;
      rpcSeconds.observe({ method: name, code: status[code] }, (performance.now() - startedMs) / 1_000);
      span.end();
      span = null;
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            parent = traceparentIn(metadata);
            pass(metadata);
          },
          onReceiveHalfClose: (pass) => {
            startedMs = performance.now();
            span = beginSpan(name, { kind: SpanKind.SERVER, parent });
            span.within(pass);
          },
          onCancel: () => end(status.CANCELLED),
        }),
      sendStatus: (sent, next) => {
        const code = sent.code ?? status.UNKNOWN;
        if (code !== status.OK) span?.fail(fromServiceError(sent));
        end(code);
        next(sent);
      },
    });
  };
}
