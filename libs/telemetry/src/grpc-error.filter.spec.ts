import type { ArgumentsHost } from '@nestjs/common';
import { NotFoundException } from '@nestjs/common';
import { firstValueFrom, type Observable } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
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

/** An error that knows its own status, as the API's errors do. */
class Refusal extends Error {
  toStatus() {
    return { code: 3, details: 'run_id: expected a ULID', metadata: 'trailer' };
  }
}

describe('a failed gRPC call', () => {
  const host = { getType: () => 'rpc' } as ArgumentsHost;
  const sent = (error: unknown): Promise<unknown> =>
    firstValueFrom(new GrpcErrorFilter(logger).catch(error, host) as Observable<never>).catch(
      (failure: unknown) => failure,
    );

  it('sends an error of the API as it is, trailer included, and logs nothing', async () => {
    expect(await sent(new Refusal('x'))).toEqual({
      code: 3,
      details: 'run_id: expected a ULID',
      metadata: 'trailer',
    });
    expect(logged).toEqual([]);
  });

  it.each([
    ['an error', new TypeError(`cannot read ${SECRET}`)],
    ['a text', SECRET],
    ['nothing', undefined],
    ['an object', { secret: SECRET }],
    ['a status that is data and no function', { toStatus: SECRET }],
  ])('tells the caller of %s that it is internal, and not one word of it', async (_what, thrown) => {
    const status = await sent(thrown);
    expect(status).toEqual({ code: 13, details: expect.stringContaining('internal error') });
    expect(JSON.stringify(status)).not.toContain(SECRET);
    expect(logged).toHaveLength(1);
    expect(logged[0]?.facts['err']).toBeInstanceOf(Error);
  });
});

describe('a failed HTTP request', () => {
  function answer(error: unknown): { code: number; body: unknown } {
    const answered = { code: 0, body: undefined as unknown };
    const response = {
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
    expect(answer(new NotFoundException('no such page'))).toMatchObject({ code: 404 });
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
    expect(toGrpcStatus(new Refusal('x'), logger).code).toBe(3);
  });
});
