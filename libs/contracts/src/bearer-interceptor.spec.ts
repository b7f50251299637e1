import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bearer } from './bearer.js';
import { unary } from './call.js';
import type { GetLedgerResponse__Output } from './generated/sealflow/ledger/v1/GetLedgerResponse.js';
import { type Loopback, serve, unused } from './loopback.fixture.js';
import { connectServices } from './services.js';

let loopback: Loopback;
let seen: unknown[] = [];

beforeAll(async () => {
  loopback = await serve('sealflow.ledger.v1.LedgerService', {
    getLedger: (call: ServerUnaryCall<object, object>, callback: sendUnaryData<unknown>) => {
      seen = call.metadata.get('authorization');
      callback(null, { ledger: null });
    },
    listLedgerEntries: unused,
  });
});
afterAll(() => loopback.close());

async function callWith(bearer: Bearer | undefined): Promise<void> {
  seen = [];
  const services = connectServices(loopback.target, { bearer });
  try {
    await unary<GetLedgerResponse__Output>(
      (options, callback) => services.ledger.getLedger({ name: 'x' }, options, callback),
      { deadlineMs: 5_000 },
    );
  } finally {
    services.close();
  }
}

describe('the credential of a client', () => {
  it.each(['', 'two words', 'line\r\nbreak: x', 'é'])(
    'is not %j, and the error does not repeat it',
    (text) => {
      expect(() => connectServices(loopback.target, { bearer: text })).toThrow(
        /^expected an API key or a token/,
      );
    },
  );

  it('goes with every call', async () => {
    await callWith('sfk_x');
    expect(seen).toEqual(['Bearer sfk_x']);
  });

  it('is asked for again for every call', async () => {
    let calls = 0;
    const token = async (): Promise<string> => `token-${++calls}`;
    await callWith(token);
    await callWith(token);
    expect(seen).toEqual(['Bearer token-2']);
  });

  it('is nothing unless one was given', async () => {
    await callWith(undefined);
    expect(seen).toEqual([]);
  });

  it('that cannot be had ends the call without the reason of its source, which may hold a secret', async () => {
    const failing = callWith(() => Promise.reject(new Error('refresh_token=abc')));
    await expect(failing).rejects.toMatchObject({ reason: 'UNAUTHENTICATED' });
    await expect(failing).rejects.not.toThrow(/abc/);
    expect(seen).toEqual([]);
  });
});
