import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import type { ConnectionInjector, Server, ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from '#telemetry';
import type { ConnectionGate, RefusedBy } from './connection-gate.js';

/** How often refusals are told, however many there are. */
const TOLD_MS = 10_000;

export interface GateKeeping {
  readonly gate: ConnectionGate;
  readonly logger: Logger;
  readonly onOpen: (count: number) => void;
  readonly onRefused: (by: RefusedBy) => void;
}

/**
 * The port of the gRPC server. grpc-js binds ports itself and has no say in who connects; it also takes connections
 * that somebody else has accepted (`createConnectionInjector`), and here that is whoever the gate lets in.
 *
 * A refused connection is closed at once, before TLS and before a byte of HTTP/2 is read; a client of gRPC sees
 * UNAVAILABLE and comes back after a pause.
 */
export class GatedListener {
  #toldMs = Number.NEGATIVE_INFINITY;
  #refused = 0;

  private constructor(
    private readonly listener: NetServer,
    private readonly injector: ConnectionInjector,
    private readonly keeping: GateKeeping,
  ) {}

  /** @throws Error when the address is none, or cannot be listened at */
  static async open(
    server: Server,
    address: string,
    credentials: ServerCredentials,
    keeping: GateKeeping,
  ): Promise<GatedListener> {
    const place = parseListenAddress(address);
    const listener = createServer({ noDelay: true });
    const gated = new GatedListener(listener, server.createConnectionInjector(credentials), keeping);
    listener.on('connection', (socket) => gated.#accept(socket));
    listener.listen(place);
    await once(listener, 'listening');
    return gated;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Takes no new connection; those that are open are the gRPC server's to end. */
  close(): void {
    this.listener.close();
  }

  #accept(socket: Socket): void {
    const { gate, onOpen, onRefused } = this.keeping;
    // A connection that was cut before it was accepted has no address any more.
    const address = socket.remoteAddress;
    // Whoever else listens comes later, and an error that nobody listens to would end the process.
    socket.on('error', () => undefined);
    if (address === undefined) {
      socket.destroy();
      return;
    }
    const by = gate.enter(address);
    if (by !== null) {
      socket.destroy();
      onRefused(by);
      this.#tell(by);
      return;
    }
    onOpen(gate.open);
    socket.once('close', () => {
      gate.left(address);
      onOpen(gate.open);
    });
    this.injector.injectConnection(socket);
  }

  #tell(by: RefusedBy): void {
    this.#refused += 1;
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < TOLD_MS) return;
    this.#toldMs = nowMs;
    const refused = this.#refused;
    this.#refused = 0;
    this.keeping.logger.warn({ refused, by, open: this.keeping.gate.open }, 'connections refused');
  }
}

/** `host:port` or `[address]:port`. */
export function parseListenAddress(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([0-9a-fA-F:.%]+)\]|([^[\]:/]+)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3] ?? Number.NaN);
  if (found === null || !(port <= 65_535)) {
    throw new Error(`SEALFLOW_GRPC_ADDRESS: expected <host>:<port> or [<address>]:<port>, got ${text}`);
  }
  return { host: found[1] ?? found[2] ?? '', port };
}
