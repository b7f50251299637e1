import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { ApiError } from '#contracts';
import type { Logger } from './logger.js';
import { problemOf } from './problem.js';
import { isUnreachable } from './unreachable.js';

/** What the filter needs of an Express response. */
interface HttpResponse {
  status(code: number): HttpResponse;
  setHeader(name: string, value: string): void;
  json(body: unknown): void;
}

/**
 * The one way out for failures: every error leaves with a reason of the table and the details that belong to it. Nest
 * drops them by default (nestjs/nest#1953, #3324). What is no error of the API is an internal one: its text stays in
 * the log and the caller gets no stack and no message. The HTTP side says the same as a problem (RFC 9457).
 */
@Catch()
export class GrpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() !== 'http') return throwError(() => toGrpcStatus(error, this.logger));
    const response = host.switchToHttp().getResponse<HttpResponse>();
    const problem = problemOf(error instanceof HttpException ? error : toApiError(error, this.logger));
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
    response.status(problem.status).json(problem.body);
    return undefined;
  }
}

/** The error to tell a caller of, for anything thrown anywhere. */
export function toApiError(error: unknown, logger: Logger): ApiError {
  if (error instanceof ApiError) return error;
  if (isUnreachable(error)) {
    logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'what this call needs is away');
    return new ApiError('UNAVAILABLE', 'the database of the orchestrator is away; repeat the call');
  }
  logger.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'internal error');
  return new ApiError('INTERNAL', 'internal error; the log of the orchestrator names the cause');
}

/** The status to send for an error thrown anywhere behind a gRPC handler. */
export function toGrpcStatus(error: unknown, logger: Logger): ReturnType<ApiError['toStatus']> {
  return toApiError(error, logger).toStatus();
}
