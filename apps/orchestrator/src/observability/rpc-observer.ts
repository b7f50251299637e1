import { Metadata, status } from '@grpc/grpc-js';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { ApiError, beginSpan, traceparentIn } from '#contracts';
import { isUnreachable } from '#telemetry';
import { rpcSeconds } from './instruments.js';

/** Where Nest keeps which method of which service a handler serves. */
const PATTERN_KEY = 'microservices:pattern';

interface GrpcPattern {
  readonly service: string;
  readonly rpc: string;
  readonly streaming?: string;
}

/** Measures every call of the gRPC API and makes it part of its caller's trace. */
@Injectable()
export class RpcObserver implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const pattern = patternOf(execution);
    // A worker's stream lasts as long as the worker; what happens on it has spans of its own.
    if (pattern === null || pattern.streaming === 'pt_stream') return next.handle();
    const method = `${pattern.service}/${pattern.rpc}`;
    const metadata: unknown = execution.switchToRpc().getContext();
    const parent = metadata instanceof Metadata ? traceparentIn(metadata) : '';
    return new Observable((caller) => {
      const startedMs = performance.now();
      const span = beginSpan(method, { kind: SpanKind.SERVER, parent });
      let ended = false;
      const end = (code: status): void => {
        if (ended) return;
        ended = true;
        rpcSeconds.observe({ method, code: status[code] }, (performance.now() - startedMs) / 1_000);
        span.end();
      };
      const subscription = span.within(() =>
        next.handle().subscribe({
          next: (value) => caller.next(value),
          error: (error: unknown) => {
            span.fail(error);
            end(codeOf(error));
            caller.error(error);
          },
          complete: () => {
            end(status.OK);
            caller.complete();
          },
        }),
      );
      return () => {
        subscription.unsubscribe();
        end(status.CANCELLED);
      };
    });
  }
}

function patternOf(execution: ExecutionContext): GrpcPattern | null {
  if (execution.getType() !== 'rpc') return null;
  const patterns: unknown = Reflect.getMetadata(PATTERN_KEY, execution.getHandler());
  const [pattern] = Array.isArray(patterns) ? (patterns as GrpcPattern[]) : [];
  return pattern?.rpc === undefined ? null : pattern;
}

function codeOf(error: unknown): status {
  if (error instanceof ApiError) return error.code;
  return isUnreachable(error) ? status.UNAVAILABLE : status.INTERNAL;
}
