import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { Logger } from './logger.js';
import { isUnreachable } from './unreachable.js';

interface StatusError {
  toStatus(): { code: number; details: string };
}

function isStatusError(error: unknown): error is StatusError {
  return typeof (error as Partial<StatusError> | null)?.toStatus === 'function';
}

const INTERNAL = 13;
const UNAVAILABLE = 14;

/** What the filter needs of an Express response. */
interface HttpResponse {
  status(code: number): { json(body: unknown): void };
}

/**
 * Sends errors of the API with their details trailer; Nest drops it by default (nestjs/nest#1953, #3324).
 * Anything else is an internal error: its text stays in the log and the caller gets no stack and no message.
 * The HTTP side of an application has the same filter; there an error is answered, or the caller would wait for ever.
 */
@Catch()
export class GrpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() !== 'http') return throwError(() => toGrpcStatus(error, this.logger));
    const response = host.switchToHttp().getResponse<HttpResponse>();
    if (error instanceof HttpException) {
      response.status(error.getStatus()).json(error.getResponse());
    } else {
      response.status(500).json({ status: toGrpcStatus(error, this.logger).details });
    }
    return undefined;
  }
}

/** The status to send for an error thrown anywhere behind a gRPC handler. */
export function toGrpcStatus(error: unknown, logger: Logger): { code: number; details: string } {
  if (isStatusError(error)) return error.toStatus();
  if (isUnreachable(error)) {
    logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'what this call needs is away');
    return { code: UNAVAILABLE, details: 'the database of the orchestrator is away; repeat the call' };
  }
  logger.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'internal error');
  return { code: INTERNAL, details: 'internal error; the log of the orchestrator names the cause' };
}
