import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a wire carries bytes. `cut` resets what is open and refuses what is new. `frozen` takes connections and bytes and
 * passes nothing on, not even an end: both sides hold half-open connections, and go on where they were when it thaws,
 * as TCP does after a partition. `deaf` and `mute` lose the bytes of one direction for good, so their connections end
 * when the wire heals.
 */
export type WireMode = 'open' | 'cut' | 'frozen' | 'deaf' | 'mute' | 'slow';

type Direction = 'up' | 'down';

const SLOW_MS = 150;

interface Carried {
  readonly near: Socket;
  readonly far: Socket;
  /** Bytes of it were lost. */
  torn: boolean;
}

/** A loopback TCP proxy between two parts of a stack, which does not look into what it carries. */
export class Wire {
  readonly #server: Server;
  readonly #carried = new Set<Carried>();
  #mode: WireMode = 'open';
  #changed: () => void = () => undefined;
  #change = this.#nextChange();
  #target: { readonly host: string; readonly port: number } | null = null;
  /** Connections that it took, over all. */
  connections = 0;

  private constructor(readonly name: string) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => void this.#carry(near));
  }

  /** Listens at once; what it leads to may be said later. */
  static async open(name: string): Promise<Wire> {
    const wire = new Wire(name);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get mode(): WireMode {
    return this.#mode;
  }

  /** @param address host:port */
  leadTo(address: string): void {
    const [host = '', port = ''] = address.split(':');
    this.#target = { host, port: Number(port) };
  }

  set(mode: WireMode): void {
    this.#mode = mode;
    for (const each of this.#carried) if (mode === 'cut' || (mode === 'open' && each.torn)) tear(each);
    this.#changed();
    this.#change = this.#nextChange();
  }

  async close(): Promise<void> {
    this.set('cut');
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  async #carry(near: Socket): Promise<void> {
    near.on('error', () => undefined);
    this.connections += 1;
    if (this.#mode === 'cut' || this.#target === null) return void near.resetAndDestroy();
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    far.on('error', () => undefined);
    const carried: Carried = { near, far, torn: false };
    this.#carried.add(carried);
    await Promise.all([this.#pump(near, far, 'up', carried), this.#pump(far, near, 'down', carried)]);
    this.#carried.delete(carried);
    near.destroy();
    far.destroy();
  }

  async #pump(from: Socket, to: Socket, direction: Direction, carried: Carried): Promise<void> {
    try {
      for await (const chunk of from) {
        await this.#pass();
        if (this.#loses(direction)) carried.torn = true;
        if (carried.torn) continue;
        if (!to.write(chunk as Buffer)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
      }
      await this.#pass();
      to.end();
    } catch {
      // Nor does a reset come through a wire that passes nothing.
      await this.#pass();
      to.destroy();
    }
  }

  #loses(direction: Direction): boolean {
    return (this.#mode === 'mute' && direction === 'up') || (this.#mode === 'deaf' && direction === 'down');
  }

  async #pass(): Promise<void> {
    if (this.#mode === 'slow') await sleep(SLOW_MS);
    while (this.#mode === 'frozen') await this.#change;
  }
}

function tear({ near, far }: Carried): void {
  near.resetAndDestroy();
  far.resetAndDestroy();
}
