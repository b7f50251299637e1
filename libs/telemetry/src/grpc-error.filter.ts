import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { Logger } from './logger.js';

interface StatusError {
  toStatus(): { code: number; details: string };
}

function isStatusError(error: unknown): error is StatusError {
  return typeof (error as Partial<StatusError> | null)?.toStatus === 'function';
}

const INTERNAL = 13;

/**
 * Sends errors of the API with their details trailer; Nest drops it by default (nestjs/nest#1953, #3324).
 * Anything else is an internal error: its text stays in the log and the caller gets no stack and no message.
 */
@Catch()
export class GrpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => toGrpcStatus(error, this.logger));
  }
}

/** The status to send for an error thrown anywhere behind a gRPC handler. */
export function toGrpcStatus(error: unknown, logger: Logger): { code: number; details: string } {
  if (isStatusError(error)) return error.toStatus();
  logger.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'internal error');
  return { code: INTERNAL, details: 'internal error; the log of the orchestrator names the cause' };
}
