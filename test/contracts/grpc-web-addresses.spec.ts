import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { unary } from '#contracts';
import { connectFromPage } from '../../libs/contracts/src/from-page.fixture.js';

/** What the client of a page says of addresses where no orchestrator answers as one does. */
describe('an address', () => {
  const runAt = (at: string, deadlineMs = 5_000) => {
    const { run } = connectFromPage(at);
    return unary((options, callback) => run.getRun({ name: 'a' }, options, callback), { deadlineMs });
  };
  const readyAt = (at: string, deadlineMs: number) =>
    new Promise<Error | undefined>((resolve) => {
      connectFromPage(at).run.waitForReady(Date.now() + deadlineMs, resolve);
    });

  async function serving<T>(answer: RequestListener, ask: (at: string) => Promise<T>): Promise<T> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('where nobody listens is UNAVAILABLE, and names what a page cannot see', async () => {
    await expect(runAt('http://127.0.0.1:9', 900)).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
  });

  it('that speaks something else is told from a service that is away', async () => {
    const asked = serving((_request, response) => {
      response.writeHead(404).end();
    }, runAt);
    await expect(asked).rejects.toMatchObject({ reason: 'UNIMPLEMENTED' });
  });

  it('that went away and then does not answer in time is told as away, which is what can be looked after', async () => {
    let calls = 0;
    const away: RequestListener = (request) => {
      calls += 1;
      if (calls % 2 === 1) request.socket.destroy();
    };
    await expect(serving(away, (at) => runAt(at, 900))).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    expect(calls).toBe(2);
    expect(await serving(away, (at) => readyAt(at, 900))).toMatchObject({ code: status.UNAVAILABLE });
    expect(calls).toBe(4);
  });

  it('that never answers is late for a call, and nobody for who asks whether it is ready', async () => {
    const silent: RequestListener = () => undefined;
    await expect(serving(silent, (at) => runAt(at, 300))).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
    const unready = await serving(silent, (at) => readyAt(at, 300));
    expect(unready).toBeInstanceOf(Error);
    expect(unready).not.toHaveProperty('code');
  });

  it('whose answer is no message is told so, and the call is not made again', async () => {
    let calls = 0;
    const other: RequestListener = (_request, response) => {
      calls += 1;
      // A run whose length goes beyond the end, and then the end of a call that went well.
      const message = Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x7f]);
      const end = Buffer.from('grpc-status: 0\r\n');
      const head = Buffer.from([0x80, 0, 0, 0, end.length]);
      response.writeHead(200, { 'content-type': 'application/grpc-web+proto' });
      response.end(Buffer.concat([message, head, end]));
    };
    await expect(serving(other, runAt)).rejects.toMatchObject({ name: 'ApiError', reason: 'INTERNAL' });
    expect(calls).toBe(1);
  });

  it.each(['127.0.0.1:7443', 'ftp://a', 'https://u:p@a', 'https://a?x=1', ''])('%j is none', (target) => {
    expect(() => connectFromPage(target)).toThrow(RangeError);
  });
});
