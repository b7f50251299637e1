import { type Deadline, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { ApiError, DETAILS_KEY } from '#contracts';
import type { Logger } from '#telemetry';
import { limits } from './config/limits.js';
import { invalidDeadline, limitExceeded } from './request-fields.js';
import { endSlowReader, type Patience } from './slow-readers.js';

type Sent = Parameters<ServerInterceptingCall['sendStatus']>[0];

/** What an interceptor is told of a method. */
interface Method {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** Probes and tools of operators ask these as they are used to, and a worker's session ends when its heartbeats do. */
const withoutDeadline = /^\/(?:grpc\.|sealflow\.worker\.v1\.WorkerService\/Connect$)/;

/** Null where the deadline is as it has to be. */
export function refusedDeadline(method: Method, deadline: Deadline, nowMs: number): ApiError | null {
  if (withoutDeadline.test(method.path)) return null;
  const streams = method.requestStream || method.responseStream;
  const max = streams ? limits.streamDeadlineMsMax : limits.callDeadlineMsMax;
  const leftMs = deadline instanceof Date ? deadline.getTime() - nowMs : deadline - nowMs;
  // What the caller counted from is a moment ago.
  return leftMs <= max + SLACK_MS ? null : invalidDeadline(max, leftMs);
}

const SLACK_MS = 1_000;

/** Every call, before its handler: without a deadline it would hold what it holds for as long as it likes. */
export function callRules(): ServerInterceptor {
  return (method, call) => {
    const refusal = refusedDeadline(method, call.getDeadline(), Date.now());
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, mayCome) {
            if (refusal === null) mayCome(metadata);
            else call.sendStatus(refusal.toStatus());
          },
        }),
    });
  };
}

const slowReaders: Patience = { patienceMs: limits.slowReaderMs, graceMs: limits.slowReaderMs };

/**
 * Every failure, on its way out. What the transport itself refuses, such as a message that is too long, it sends past
 * all interceptors; so this one stands at the call that it sends with, and has to be the first of them. A failure that
 * does not come from the table gets a reason, and its text, which nobody has looked at, stays here.
 */
export function failureRules(logger: Logger, patience: Patience = slowReaders): ServerInterceptor {
  return (method, call) => {
    endSlowReader(method.responseStream, call, patience);
    const send = call.sendStatus.bind(call);
    call.sendStatus = (sent) => send(complete(sent, method.path, logger));
    return new ServerInterceptingCall(call);
  };
}

/** These have no reason of ours: the caller gave up, or asked for something that no version has. */
const ofTransport: readonly (status | undefined)[] = [
  status.OK,
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
];

/** How grpc-js says what it refuses of a request, and what a caller is told instead. */
const refusedByTransport: readonly { readonly says: RegExp; readonly refusal: () => ApiError }[] = [
  {
    says: /^Received message (?:larger than max|that decompresses to)/,
    refusal: () => limitExceeded('messageBytesMax', null, 'send blobs in chunks, and lists in parts'),
  },
  {
    says: /^(?:Error deserializing request|Failed to decompress message)/,
    refusal: () =>
      new ApiError(
        'INVALID_REQUEST',
        'request: expected a message of its method, got bytes that are none: use the proto files of this version',
        { violations: [{ field: 'request', description: 'a message of its method' }] },
      ),
  },
  {
    says: /^Invalid grpc-timeout/,
    refusal: () => invalidDeadline(limits.callDeadlineMsMax, Number.NaN),
  },
];

export function complete(sent: Sent, path: string, logger: Logger): Sent {
  const known = ofTransport.includes(sent.code ?? undefined) || path.startsWith('/grpc.');
  if (known || sent.metadata?.get(DETAILS_KEY).length === 1) return sent;
  const refused = refusedByTransport.find(({ says }) => says.test(sent.details ?? ''));
  if (refused !== undefined) return refused.refusal().toStatus();
  logger.error({ method: path, code: sent.code }, 'a failure without a reason');
  return new ApiError('INTERNAL', 'internal error; the log of the orchestrator names the cause').toStatus();
}
