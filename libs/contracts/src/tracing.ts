import { InterceptingCall, type Interceptor, type Metadata, status } from '@grpc/grpc-js';
import {
  type Attributes,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/*
 * Traces across processes, as W3C Trace Context (https://www.w3.org/TR/trace-context/) in gRPC metadata, in leases and
 * beside a run. A span names a run, a task, an operation and a reason code. It never holds a payload, a key, a tenant
 * or the text of an error: it leaves the house by a way that nobody encrypts. A trace proves nothing; whoever forges a
 * traceparent spoils a picture.
 *
 * Nothing is recorded until `startTracing` of the telemetry lib has registered an exporter; all of this costs next to
 * nothing before. What arrives is passed on even then, so that a service in the middle without one breaks no trace.
 */

export const TRACEPARENT = 'traceparent';

/** What spans say of their work; each becomes the attribute `sealflow.<name>`. */
export interface SpanFacts {
  readonly run?: string;
  readonly task?: string;
  readonly operation?: string;
  readonly attempt?: number;
  /** Code of a closed set. */
  readonly state?: string;
}

export interface SpanOptions {
  readonly kind?: SpanKind;
  /** `traceparent` of what this is part of; what is active here when it is absent or empty. */
  readonly parent?: string;
  readonly facts?: SpanFacts;
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A traceparent as it may be kept and passed on; empty for anything that is none. */
export function parseTraceparent(text: unknown): string {
  if (typeof text !== 'string') return '';
  const [, traceId = '', spanId = ''] = pattern.exec(text) ?? [];
  return isSpanContextValid({ traceId, spanId, traceFlags: 0 }) ? text : '';
}

export function traceparentIn(metadata: Metadata): string {
  return parseTraceparent(metadata.get(TRACEPARENT)[0]);
}

/** Of a span, or of what is active; empty where nothing is traced. */
export function traceparentOf(span: Span | undefined = trace.getSpan(context.active())): string {
  if (span === undefined) return '';
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isSpanContextValid({ traceId, spanId, traceFlags })) return '';
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** A span that somebody has to end. */
export interface OpenSpan {
  readonly traceparent: string;
  /** What `work` begins, asynchronous or not, is part of this span. */
  within<T>(work: () => T): T;
  /** Leaves the code of an error in the span, and nothing else of it. */
  fail(error: unknown): void;
  end(): void;
}

export function beginSpan(name: string, options: SpanOptions): OpenSpan {
  const span = startSpan(name, options);
  const inside = trace.setSpan(parentContext(options.parent), span);
  return {
    traceparent: traceparentOf(span),
    within: (work) => context.with(inside, work),
    fail: (error) => failSpan(span, error),
    end: () => span.end(),
  };
}

/** Runs `work` as a span, which ends with it. `work` gets the traceparent. */
export async function withSpan<T>(
  name: string,
  options: SpanOptions,
  work: (traceparent: string) => Promise<T>,
): Promise<T> {
  const span = beginSpan(name, options);
  try {
    return await span.within(() => work(span.traceparent));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** A span without a duration: something was handed on. Returns the traceparent for whoever goes on with it. */
export function markSpan(name: string, options: SpanOptions): string {
  const span = startSpan(name, options);
  span.end();
  return traceparentOf(span);
}

function startSpan(name: string, { kind = SpanKind.INTERNAL, parent, facts = {} }: SpanOptions): Span {
  const attributes: Attributes = {};
  for (const [fact, value] of Object.entries(facts)) attributes[`sealflow.${fact}`] = value;
  return trace.getTracer('sealflow').startSpan(name, { kind, attributes }, parentContext(parent));
}

function parentContext(parent: string | undefined) {
  const [, traceId = '', spanId = '', flags = '00'] = pattern.exec(parseTraceparent(parent)) ?? [];
  if (traceId === '') return context.active();
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, remote);
}

function failSpan(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorCode(error) });
}

/** Reasons and codes of closed sets; texts of errors may quote what a library worked on. */
function errorCode(error: unknown): string {
  const { reason, code } = (error ?? {}) as { reason?: unknown; code?: unknown };
  const named = [reason, code].find(
    (value) => typeof value === 'string' && /^[A-Z][A-Z0-9_]{2,63}$/.test(value),
  );
  return typeof named === 'string' ? named : 'ERROR';
}

/** Tells the server of a call whose trace it belongs to. Calls outside of a trace begin none. */
export const traceCalls: Interceptor = (options, nextCall) => {
  if (traceparentOf() === '') return new InterceptingCall(nextCall(options));
  const span = startSpan(options.method_definition.path.slice(1), { kind: SpanKind.CLIENT });
  return new InterceptingCall(nextCall(options), {
    start(metadata, _listener, next) {
      metadata.set(TRACEPARENT, traceparentOf(span));
      next(metadata, {
        onReceiveStatus(received, pass) {
          if (received.code !== status.OK) {
            span.setStatus({ code: SpanStatusCode.ERROR, message: status[received.code] });
          }
          span.end();
          pass(received);
        },
      });
    },
  });
};
