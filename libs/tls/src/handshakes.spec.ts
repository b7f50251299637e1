import { generateKeyPairSync } from 'node:crypto';
import { connect as connectPlain } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, Peers, who } from './peers.fixture.js';
import { HOUR_MS, newCa, TestPki, TRUST_DOMAIN } from './pki.fixture.js';

let pki: TestPki;
let peers: Peers;
/** A port that asks for certificates, and one that demands them. */
let asking: Listening;
let demanding: Listening;

beforeAll(async () => {
  pki = new TestPki();
  peers = new Peers(pki);
  asking = await peers.serve('workers');
  demanding = await peers.serve('everybody');
});
afterEach(() => peers.hangUp());
afterAll(() => {
  peers.close();
  pki.close();
});

const onlyRoots = () => ({ ca: pki.write('only.ca', pki.ca.certificate) });

/** Shows a certificate that ended: by the clock of this side it still counts. */
function dialEnded(port: number): Client {
  const past = Date.now() - 2 * HOUR_MS;
  const files = pki.worker('ended', { notBeforeMs: past, notAfterMs: past + HOUR_MS });
  return peers.dial(
    port,
    peers.watch(files, () => past + 1_000),
  );
}

/** A bare handshake. What the server says after it counts too: TLS 1.3 refuses a client's certificate that late. */
function handshake(port: number, given: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const own = { port, host: '127.0.0.1', ca: pki.ca.certificate, ALPNProtocols: ['h2'] };
    const socket = connect({ ...own, ...given });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    // The settings frame of HTTP/2: the server took the connection.
    socket.once('data', () => resolve(socket));
  });
}

describe('a port that demands certificates refuses', () => {
  it('one who speaks in the clear', async () => {
    const client = new Client(`127.0.0.1:${demanding.port}`, credentials.createInsecure());
    await expect(who(client)).rejects.toMatchObject({ code: 14 });
    client.close();
    const said = await new Promise<string>((resolve) => {
      const socket = connectPlain(demanding.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
      let got = '';
      socket.on('data', (bytes) => {
        got += bytes.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(got));
    });
    expect(said).not.toContain('HTTP/');
  });

  it('one without a certificate', async () => {
    await expect(handshake(demanding.port, {})).rejects.toThrow(/certificate required|ECONNRESET|closed/);
    await expect(who(peers.dial(demanding.port, onlyRoots()))).rejects.toMatchObject({
      code: 14,
    });
  });

  it('a certificate of another CA', async () => {
    const files = pki.worker('stranger', {}, newCa());
    await expect(who(peers.dial(demanding.port, files))).rejects.toMatchObject({ code: 14 });
  });

  it('a certificate that ended', async () => {
    const client = dialEnded(demanding.port);
    await expect(who(client)).rejects.toMatchObject({ code: 14 });
  });

  it('a certificate of a server', async () => {
    await expect(who(peers.dial(demanding.port, pki.server('as-client')))).rejects.toMatchObject({
      code: 14,
    });
  });

  it('TLS 1.2', async () => {
    await expect(handshake(demanding.port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
  });

  it('a key that is too weak', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const { certificate } = pki.ca.issue({
      commonName: 'weak',
      notBeforeMs: Date.now() - HOUR_MS,
      notAfterMs: Date.now() + HOUR_MS,
      usages: ['clientAuth'],
      key,
    });
    const pem = key.export({ type: 'pkcs8', format: 'pem' });
    // Level 0 lets this side show it at all.
    const weak = { cert: certificate, key: pem, ciphers: 'TLS_AES_128_GCM_SHA256:DEFAULT@SECLEVEL=0' };
    await expect(handshake(demanding.port, weak)).rejects.toThrow();
  });
});

describe('a port that asks for certificates', () => {
  it('knows who shows one that counts', async () => {
    expect(await who(peers.dial(asking.port, pki.worker('tee-0')))).toBe(
      `URI:spiffe://${TRUST_DOMAIN}/worker/tee-0`,
    );
  });

  it.each([
    ['nothing', () => peers.dial(asking.port, onlyRoots())],
    ['one of another CA', () => peers.dial(asking.port, pki.worker('tee-0', {}, newCa()))],
    ['one that ended', () => dialEnded(asking.port)],
    ['one of a server', () => peers.dial(asking.port, pki.server('as-client'))],
  ])('takes who shows %s for nobody', async (_, client) => {
    expect(await who(client())).toBe('nobody');
  });

  it('speaks TLS 1.3 with named groups and suites', async () => {
    const socket = await handshake(asking.port, {});
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(socket.getCipher().name).toBe('TLS_AES_256_GCM_SHA384');
    socket.destroy();
    await expect(handshake(asking.port, { ecdhCurve: 'P-521' })).rejects.toThrow(/handshake failure/);
  });

  it('takes no session up again: each connection shows its certificate', async () => {
    const first = await handshake(asking.port, {});
    const session = first.getSession();
    first.destroy();
    const second = await handshake(asking.port, session === undefined ? {} : { session });
    expect(second.isSessionReused()).toBe(false);
    second.destroy();
  });
});

describe('a client refuses', () => {
  it('a server of another CA', async () => {
    const files = { ...pki.worker('tee-0'), ca: pki.write('other.ca', newCa().certificate) };
    await expect(who(peers.dial(asking.port, files))).rejects.toThrow(/self-signed|unable to/);
  });

  it('a server with the name of another host', async () => {
    const { port } = await peers.serve(
      'workers',
      pki.server('elsewhere', { dns: ['elsewhere.example'], addresses: [] }),
    );
    await expect(who(peers.dial(port, pki.worker('tee-0')))).rejects.toThrow(
      /IP: 127.0.0.1 is not in the cert/,
    );
    await expect(who(peers.dial(port, pki.worker('tee-0'), 'localhost'))).rejects.toThrow(/localhost/);
  });

  it('a worker that plays the server', async () => {
    const { port } = await peers.serve('workers', pki.worker('tee-1', { addresses: ['127.0.0.1'] }));
    await expect(who(peers.dial(port, pki.worker('tee-0')))).rejects.toThrow(
      /unsuitable certificate purpose/,
    );
  });

  it('a server that speaks in the clear', async () => {
    const port = await peers.serveInTheClear();
    await expect(who(peers.dial(port, pki.worker('tee-0')))).rejects.toMatchObject({ code: 14 });
  });
});
