import type { ServerUnaryCall } from '@grpc/grpc-js';
import { of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createLogger } from '#telemetry';
import { ConnectionGate } from './connection-gate.js';
import { GatedGrpcServer } from './gated-grpc-server.js';

const REQUEST = { name: 'tenants/acme/runs/x' };
const REFUSED = { code: 5, details: 'no such run' };
const call = { request: REQUEST, metadata: 'metadata' } as unknown as ServerUnaryCall<unknown, unknown>;

const server = new GatedGrpcServer(
  { package: [], protoPath: [] },
  {
    gate: new ConnectionGate(
      { connectionsMax: 1, connectionsPerPeerMax: 1, connectionsPerSecond: 1 },
      () => 0,
    ),
    logger: createLogger('test'),
    onOpen: () => undefined,
    onRefused: () => undefined,
  },
);

/** Everything that a caller is told: more than one thing would be a mistake of its own. */
async function answersOf(handler: () => Promise<unknown>): Promise<unknown[][]> {
  const told: unknown[][] = [];
  server.createUnaryServiceMethod(handler)(call, (...answer) => told.push(answer));
  await new Promise((resolve) => setImmediate(resolve));
  return told;
}

describe('a method that gives one answer', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['an error that a filter made a status of', async () => throwError(() => REFUSED)],
    ['an error that no filter saw', () => Promise.reject(REFUSED)],
  ])('ends with %s, once', async (_what, handler) => {
    expect(await answersOf(handler)).toEqual([[REFUSED]]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a promise', async () => REQUEST],
    ['an Observable', async () => of(REQUEST)],
  ])('ends with the answer of %s, once', async (_what, handler) => {
    expect(await answersOf(handler)).toEqual([[null, REQUEST]]);
  });

  it('is given the request, its metadata and the call itself', async () => {
    const given: unknown[] = [];
    await answersOf(async (...args: unknown[]) => given.push(...args));
    expect(given).toEqual([REQUEST, 'metadata', call]);
    expect(given[2]).toBe(call);
  });
});
