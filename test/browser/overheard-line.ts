import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a page and an HTTP server as a cable does, and keeps what the page says. */
export interface OverheardLine {
  /** Where the page calls instead. */
  readonly address: string;
  /** All bytes that came from the page, as Latin-1. */
  heard(): string;
  close(): void;
}

/** @param server `http://host:port` */
export async function overhear(server: string): Promise<OverheardLine> {
  const { hostname, port } = new URL(server);
  const chunks: Buffer[] = [];
  const open = new Set<Socket>();
  const line = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.on('data', (chunk) => chunks.push(chunk));
    near.pipe(far).pipe(near);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        open.delete(end);
        other.destroy();
      });
    }
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  return {
    address: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    heard: () => Buffer.concat(chunks).toString('latin1'),
    close: () => {
      line.close();
      for (const socket of open) socket.destroy();
    },
  };
}
