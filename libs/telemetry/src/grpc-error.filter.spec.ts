import type { ArgumentsHost } from '@nestjs/common';
import { HttpException, NotFoundException } from '@nestjs/common';
import { firstValueFrom, type Observable } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, fromServiceError, type Reason } from '#contracts';
import { GrpcErrorFilter, toGrpcStatus } from './grpc-error.filter.js';
import type { Logger } from './logger.js';

const SECRET = 'CANARY-4711';

interface Logged {
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

let logged: Logged[];
const logger = {
  error: (facts: Record<string, unknown>, message: string) => logged.push({ facts, message }),
} as unknown as Logger;

beforeEach(() => {
  logged = [];
});

describe('a failed gRPC call', () => {
  const host = { getType: () => 'rpc' } as ArgumentsHost;
  const sent = (error: unknown): Promise<unknown> =>
    firstValueFrom(new GrpcErrorFilter(logger).catch(error, host) as Observable<never>).catch(
      (failure: unknown) => failure,
    );

  it('sends an error of the API as it is, trailer included, and logs nothing', async () => {
    const error = new ApiError('INVALID_REQUEST', 'run_id: expected a ULID', {
      violations: [{ field: 'run_id', description: 'a ULID' }],
    });
    expect(fromServiceError(await sent(error))).toMatchObject({
      code: 3,
      reason: 'INVALID_REQUEST',
      message: 'run_id: expected a ULID',
      violations: [{ field: 'run_id', description: 'a ULID' }],
    });
    expect(logged).toEqual([]);
  });

  it.each([
    ['an error', new TypeError(`cannot read ${SECRET}`)],
    ['a text', SECRET],
    ['nothing', undefined],
    ['an object', { secret: SECRET }],
    ['something that looks like an error of the API', { reason: SECRET, toStatus: () => SECRET }],
  ])('tells the caller of %s that it is internal, and not one word of it', async (_what, thrown) => {
    const status = await sent(thrown);
    expect(fromServiceError(status)).toMatchObject({
      code: 13,
      reason: 'INTERNAL',
      message: expect.stringContaining('internal error'),
      facts: {},
    });
    expect(JSON.stringify(status)).not.toContain(SECRET);
    expect(logged).toHaveLength(1);
    expect(logged[0]?.facts['err']).toBeInstanceOf(Error);
  });
});

describe('a failed HTTP request', () => {
  function answer(error: unknown): { code: number; body: unknown; headers: Record<string, string> } {
    const answered = { code: 0, body: undefined as unknown, headers: {} as Record<string, string> };
    const response = {
      setHeader: (name: string, value: string) => Object.assign(answered.headers, { [name]: value }),
      status: (code: number) => ({ json: (body: unknown) => Object.assign(answered, { code, body }) }),
    };
    const host = {
      getType: () => 'http',
      switchToHttp: () => ({ getResponse: () => response }),
    } as unknown as ArgumentsHost;
    expect(new GrpcErrorFilter(logger).catch(error, host)).toBeUndefined();
    return answered;
  }

  it('is answered with its own status', () => {
    expect(answer(new NotFoundException('no such page'))).toMatchObject({
      code: 404,
      headers: { 'content-type': 'application/problem+json' },
      body: { type: 'about:blank', status: 404, detail: 'no such page' },
    });
  });

  it('with an answer of its own is answered with that', () => {
    const own = new HttpException({ status: 'database away' }, 503);
    expect(answer(own)).toMatchObject({ code: 503, body: { status: 'database away' } });
  });

  it('of the API is the problem that gRPC would name', () => {
    const error = new ApiError('WORKER_CAPACITY', 'no worker offers x', {
      facts: { operation: 'x' },
      retryMs: 1_500,
    });
    expect(answer(error)).toEqual({
      code: 429,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '2' },
      body: {
        type: 'tag:sealflow.dev,2026:errors/WORKER_CAPACITY',
        title: 'WORKER_CAPACITY',
        reason: 'WORKER_CAPACITY',
        status: 429,
        detail: 'no worker offers x',
        domain: 'sealflow.dev',
        facts: { operation: 'x' },
        retryMs: 1_500,
      },
    });
  });

  it.each<[Reason, number]>([
    ['INVALID_REQUEST', 400],
    ['RUN_NOT_FINISHED', 400],
    ['NOT_FOUND', 404],
    ['REQUEST_ID_REUSED', 409],
    ['ETAG_MISMATCH', 409],
    ['LIMIT_EXCEEDED', 429],
    ['UNAVAILABLE', 503],
    ['INTERNAL', 500],
  ])('for %s is answered with %i', (reason, code) => {
    expect(answer(new ApiError(reason, 'x')).code).toBe(code);
  });

  it('is answered with 500 and no word of an internal error', () => {
    const { code, body } = answer(new Error(SECRET));
    expect(code).toBe(500);
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(logged).toHaveLength(1);
  });
});

describe('a status', () => {
  it('comes from an error of the API wherever it was thrown', () => {
    expect(toGrpcStatus(new ApiError('NOT_FOUND', 'x'), logger).code).toBe(5);
  });
});
