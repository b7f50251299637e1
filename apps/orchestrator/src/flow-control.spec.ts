import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from './config/limits.js';
import { widenWindows } from './flow-control.js';

widenWindows();

let server: Http2Server;
let client: ClientHttp2Session;

beforeEach(async () => {
  server = createServer();
  server.on('stream', (stream) => {
    // Nobody reads what comes.
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200 });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  client.destroy();
  server.close();
});

/** Sends until the window is full. @returns how much that was */
async function fill(): Promise<number> {
  const call = client.request({ ':method': 'POST' });
  call.on('error', () => undefined);
  await once(call, 'response');
  const before = client.state.remoteWindowSize ?? 0;
  call.write(Buffer.alloc(2 * limits.connectionWindowBytes));
  // What is answered after the bytes that fit shows that they were sent.
  await new Promise((done) => client.ping(done));
  return before - (client.state.remoteWindowSize ?? 0);
}

describe('windows of connections', () => {
  it('let one stream send what a window holds before any of it is read', async () => {
    const first = client.request({ ':method': 'GET' });
    await Promise.all([once(first, 'response'), once(client, 'remoteSettings')]);
    expect(await fill()).toBe(limits.streamWindowBytes);
    expect(client.remoteSettings.initialWindowSize).toBe(limits.streamWindowBytes);
  });

  it('leave room for other streams when nobody reads one', async () => {
    const first = client.request({ ':method': 'GET' });
    await Promise.all([once(first, 'response'), once(client, 'remoteSettings')]);
    expect(await fill()).toBe(limits.streamWindowBytes);
    expect(await fill()).toBe(limits.streamWindowBytes);
  });
});
