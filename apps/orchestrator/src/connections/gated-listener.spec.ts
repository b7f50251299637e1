import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectNet, type Socket } from 'node:net';
import { Client, credentials, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionGate, type ConnectionLimits, type RefusedBy } from './connection-gate.js';
import { GatedListener, parseListenAddress } from './gated-listener.js';

const wide: ConnectionLimits = { connectionsMax: 100, connectionsPerPeerMax: 100, connectionsPerSecond: 100 };
const told: object[] = [];
const logger = { warn: (facts: object) => told.push(facts) } as never;
const bytes = (value: Buffer): Buffer => value;
const echo = {
  path: '/echo/Say',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
} as const;

let server: Server | undefined;
let listener: GatedListener | undefined;
const leave: (() => void)[] = [];
afterEach(() => {
  told.length = 0;
  for (const go of leave.splice(0)) go();
  listener?.close();
  server?.forceShutdown();
  [listener, server] = [undefined, undefined];
});

interface Bed {
  readonly port: number;
  readonly gate: ConnectionGate;
  readonly refused: RefusedBy[];
  readonly counts: number[];
}

async function listen(limits: Partial<ConnectionLimits>): Promise<Bed> {
  server = new Server();
  server.addService(
    { say: echo },
    {
      say: (call: { request: Buffer }, answer: (error: null, value: Buffer) => void) =>
        answer(null, call.request),
    },
  );
  const gate = new ConnectionGate({ ...wide, ...limits }, () => 0);
  const [refused, counts]: [RefusedBy[], number[]] = [[], []];
  listener = await GatedListener.open(server, '127.0.0.1:0', ServerCredentials.createInsecure(), {
    gate,
    logger,
    onOpen: (count) => counts.push(count),
    onRefused: (by) => refused.push(by),
  });
  return { port: listener.port, gate, refused, counts };
}

/** A client of its own connection. */
function say(port: number, deadlineMs = 5_000): { answer: Promise<Buffer>; close: () => void } {
  // Clients of one address and options share a connection unless they say otherwise.
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  leave.push(() => client.close());
  const answer = new Promise<Buffer>((resolve, reject) => {
    const deadline = Date.now() + deadlineMs;
    client.makeUnaryRequest(
      echo.path,
      bytes,
      bytes,
      Buffer.from('hello'),
      new Metadata(),
      { deadline },
      (error, value) => (error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error)),
    );
  });
  return { answer, close: () => client.close() };
}

/** Resolves when the server has closed it. */
function silent(port: number): { socket: Socket; gone: Promise<void> } {
  const socket = connectNet({ port, host: '127.0.0.1' });
  leave.push(() => socket.destroy());
  socket.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  return { socket, gone };
}

function session(port: number): Promise<ClientHttp2Session> {
  const opened = connect(`http://127.0.0.1:${port}`);
  leave.push(() => opened.destroy());
  return new Promise((resolve, reject) => {
    opened.once('error', reject);
    opened.once('close', () => reject(new Error('closed')));
    // Its settings come from a server that has let it in.
    opened.once('remoteSettings', () => resolve(opened));
  });
}

/** Resolves when the server has seen the end of each connection. */
function nobody(gate: ConnectionGate): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (gate.open === 0) resolve();
      else setImmediate(look);
    };
    look();
  });
}

describe('the port of gRPC', () => {
  it('serves whoever the gate lets in', async () => {
    const { port, counts } = await listen({});
    expect((await say(port).answer).toString()).toBe('hello');
    expect(counts[0]).toBe(1);
  });

  it('closes a connection beyond its limit, which a client sees as UNAVAILABLE, and serves those that are there', async () => {
    const { port, refused } = await listen({ connectionsPerPeerMax: 2 });
    const [first, second] = [await session(port), await session(port)];
    await expect(say(port).answer).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(new Set(refused)).toEqual(new Set(['connectionsPerPeerMax']));
    expect(told).toEqual([{ refused: 1, by: 'connectionsPerPeerMax', open: 2 }]);
    expect([first?.destroyed, second?.destroyed]).toEqual([false, false]);
  });

  it('closes it without a byte, also one that says nothing', async () => {
    const { port, refused } = await listen({ connectionsMax: 1 });
    await session(port);
    const { socket, gone } = silent(port);
    let heard = 0;
    socket.on('data', (data: Buffer) => {
      heard += data.length;
    });
    await gone;
    expect([heard, refused]).toEqual([0, ['connectionsMax']]);
  });

  it('lets another one in when one has gone, however it went', async () => {
    const { port, gate } = await listen({ connectionsMax: 1 });
    const { socket } = silent(port);
    await new Promise((resolve) => socket.once('connect', resolve));
    await expect(session(port)).rejects.toThrow();
    socket.resetAndDestroy();
    await nobody(gate);
    expect((await say(port).answer).toString()).toBe('hello');
  });

  it('closes those that come too fast', async () => {
    const { port, refused } = await listen({ connectionsPerSecond: 1 });
    const all = Array.from({ length: 12 }, () => session(port));
    const ends = await Promise.allSettled(all);
    expect(ends.filter(({ status: end }) => end === 'fulfilled')).toHaveLength(4);
    expect(refused).toEqual(Array(8).fill('connectionsPerSecond'));
  });

  it('takes nobody after it was closed, and ends with those that are there', async () => {
    const { port, gate } = await listen({});
    const there = await session(port);
    listener?.close();
    await expect(say(port).answer).rejects.toMatchObject({ code: status.UNAVAILABLE });
    const ended = new Promise<void>((resolve) => {
      there.once('close', () => resolve());
    });
    await new Promise<void>((resolve, reject) => {
      server?.tryShutdown((error) => (error ? reject(error) : resolve()));
    });
    await ended;
    await nobody(gate);
  });

  it('is not opened twice', async () => {
    const { port, gate } = await listen({});
    const other = new Server();
    const keeping = { gate, logger, onOpen: () => undefined, onRefused: () => undefined };
    const opening = GatedListener.open(
      other,
      `127.0.0.1:${port}`,
      ServerCredentials.createInsecure(),
      keeping,
    );
    await expect(opening).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.forceShutdown();
  });
});

describe('an address to listen at', () => {
  it.each([
    ['127.0.0.1:7443', { host: '127.0.0.1', port: 7443 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['[::1]:7443', { host: '::1', port: 7443 }],
    ['[::]:7443', { host: '::', port: 7443 }],
    ['orchestrator.example:7443', { host: 'orchestrator.example', port: 7443 }],
  ])('is %s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each([
    '',
    '7443',
    ':7443',
    '::1:7443',
    '127.0.0.1',
    '127.0.0.1:65536',
    'unix:socket',
    'dns:///a:1',
    '[::1]',
  ])('is not %j', (text) => {
    expect(() => parseListenAddress(text)).toThrow('SEALFLOW_GRPC_ADDRESS: expected <host>:<port>');
  });
});
