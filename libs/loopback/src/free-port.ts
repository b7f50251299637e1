import { createServer } from 'node:net';

/** Below what kernels take for connections that go out (Linux from 32,768), and for node ports of a cluster (from 30,000). */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
/** How far the first ports of two processes that were started one after the other lie apart. */
const PORTS_OF_PROCESS = 8;

let given = 0;

/**
 * A port of 127.0.0.1 on which nobody listens now, for a process that will be started and listen there.
 *
 * The kernel would choose one as well (port 0), and choose it again for the next who asks, since whoever was told
 * does not listen yet. Here no process is given a port twice, and two processes look in different places.
 *
 * @throws Error where all are taken
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORTS; tried += 1) {
    const port = FIRST_PORT + ((process.pid * PORTS_OF_PROCESS + given) % PORTS);
    given += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port on 127.0.0.1 from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
