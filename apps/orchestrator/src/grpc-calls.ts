import { type Deadline, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { ApiError, DETAILS_KEY } from '#contracts';
import type { Logger } from '#telemetry';
import { limits } from './config/limits.js';
import { invalidDeadline } from './request-fields.js';

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

/**
 * Every call, before its handler: without a deadline it would hold what it holds for as long as it likes. And every
 * failure, on its way out: one that does not come from the table has a text that nobody has looked at, and it stays.
 */
export function callRules(logger: Logger): ServerInterceptor {
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
      sendStatus: (sent, next) => next(complete(sent, method.path, logger)),
    });
  };
}

/** These have no reason of ours: the caller gave up, or asked for something that no version has. */
const ofTransport: readonly (status | undefined)[] = [
  status.OK,
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
];

function complete(sent: Sent, path: string, logger: Logger): Sent {
  const known = ofTransport.includes(sent.code ?? undefined) || path.startsWith('/grpc.');
  if (known || sent.metadata?.get(DETAILS_KEY).length === 1) return sent;
  logger.error({ method: path, code: sent.code }, 'a failure without a reason');
  return new ApiError('INTERNAL', 'internal error; the log of the orchestrator names the cause').toStatus();
}
