import { HttpException } from '@nestjs/common';
import { type ApiError, ERROR_DOMAIN } from '#contracts';

/** HTTP statuses of gRPC codes, as google/rpc/code.proto maps them. */
const httpStatus: Readonly<Record<number, number>> = {
  1: 499,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
};

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const type = 'application/problem+json';

/** RFC 9457: the same reason, sentence and facts that a caller over gRPC gets. */
export function problemOf(error: ApiError | HttpException): Problem {
  if (error instanceof HttpException) return problemOfHttp(error);
  const status = httpStatus[error.code] ?? 500;
  const { reason, message, facts, violations, retryMs } = error;
  return {
    status,
    headers: {
      'content-type': type,
      ...(retryMs === null ? {} : { 'retry-after': String(Math.ceil(retryMs / 1_000)) }),
    },
    body: {
      type: `tag:${ERROR_DOMAIN},2026:errors/${reason}`,
      title: reason,
      reason,
      status,
      detail: message,
      domain: ERROR_DOMAIN,
      facts,
      ...(violations.length > 0 ? { violations } : {}),
      ...(retryMs === null ? {} : { retryMs }),
    },
  };
}

/** An address that is not there, or an answer that a controller gave as an error of its own. */
function problemOfHttp(error: HttpException): Problem {
  const status = error.getStatus();
  const answer = error.getResponse();
  if (typeof answer === 'object' && !('statusCode' in answer)) return { status, headers: {}, body: answer };
  return {
    status,
    headers: { 'content-type': type },
    body: { type: 'about:blank', title: error.name, status, detail: error.message },
  };
}
