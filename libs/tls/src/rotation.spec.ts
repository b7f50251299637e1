import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, Peers, say, stay, who } from './peers.fixture.js';
import { HOUR_MS, newCa, TestPki, TRUST_DOMAIN } from './pki.fixture.js';
import { WatchedTls } from './watched-tls.js';

let pki: TestPki;
let peers: Peers;
let said: { facts: object; message: string }[];

beforeEach(() => {
  pki = new TestPki();
  peers = new Peers(pki);
  said = [];
});
afterEach(() => {
  peers.close();
  pki.close();
});

const logger = {
  info: (facts: object, message: string) => void said.push({ facts, message }),
  warn: (facts: object, message: string) => void said.push({ facts, message }),
};

/** Serial number of the certificate that a new connection is shown. */
function shown({ port }: Listening): Promise<string> {
  return new Promise((resolve, reject) => {
    const own = { port, host: '127.0.0.1', ALPNProtocols: ['h2'], rejectUnauthorized: false };
    const socket = connect(own, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

const worker = (id: string) => `URI:spiffe://${TRUST_DOMAIN}/worker/${id}`;

describe('new files of a server', () => {
  it('are shown to new connections, and open streams go on', async () => {
    const server = await peers.serve('everybody');
    const stream = stay(peers.dial(server.port, pki.worker('tee-0')));
    expect(await say(stream, 'before')).toBe('heard before');
    const before = await shown(server);
    pki.server('everybody');
    server.tls.look();
    expect(await shown(server)).not.toBe(before);
    expect(await say(stream, 'after')).toBe('heard after');
    expect(server.tls).toMatchObject({ reloads: 1, problem: null });
    stream.end();
  });

  it('that name other roots end the trust in old ones, at new connections', async () => {
    const server = await peers.serve('everybody');
    const old = pki.worker('tee-0');
    const stream = stay(peers.dial(server.port, old));
    expect(await say(stream, 'before')).toBe('heard before');
    const heir = newCa('heir');
    pki.write('everybody.ca', heir.certificate);
    server.tls.look();
    await expect(who(peers.dial(server.port, old))).rejects.toMatchObject({ code: 14 });
    expect(await who(peers.dial(server.port, pki.worker('tee-1', {}, heir)))).toBe(worker('tee-1'));
    expect(await say(stream, 'after')).toBe('heard after');
    stream.end();
  });

  it('may believe in two roots for a while', async () => {
    const server = await peers.serve('everybody');
    const heir = newCa('heir');
    pki.write('everybody.ca', pki.ca.certificate + heir.certificate);
    server.tls.look();
    expect(await who(peers.dial(server.port, pki.worker('tee-0')))).toBe(worker('tee-0'));
    expect(await who(peers.dial(server.port, pki.worker('tee-1', {}, heir)))).toBe(worker('tee-1'));
  });
});

describe('new files of a client', () => {
  it('are shown by its next connection', async () => {
    const server = await peers.serve('everybody');
    const files = pki.worker('tee-0');
    const tls = peers.watch(files);
    const client = peers.dial(server.port, tls);
    expect(await who(client)).toBe(worker('tee-0'));
    const { certificate, key } = pki.ca.issue({
      commonName: 'renamed',
      notBeforeMs: Date.now() - HOUR_MS,
      notAfterMs: Date.now() + HOUR_MS,
      usages: ['clientAuth'],
      uris: [`spiffe://${TRUST_DOMAIN}/worker/renamed`],
    });
    writeFileSync(files.certificate, certificate);
    writeFileSync(files.key, key);
    tls.look();
    // Open connections stay as they are.
    expect(await who(client)).toBe(worker('tee-0'));
    expect(await who(peers.dial(server.port, tls))).toBe(worker('renamed'));
  });
});

describe('files that are not sound', () => {
  const watched = (files = pki.server('s')) => {
    let nowMs = Date.now();
    const tls = new WatchedTls(files, { now: () => nowMs, logger });
    return {
      tls,
      files,
      later: (ms: number) => {
        nowMs += ms;
      },
    };
  };

  it('half a pair keeps the old one, is said once, and is well when the other half comes', async () => {
    const server = await peers.serve('workers', pki.server('s'));
    const before = await shown(server);
    const other = pki.ca.issue({
      commonName: 'other',
      notBeforeMs: Date.now() - HOUR_MS,
      notAfterMs: Date.now() + HOUR_MS,
      usages: ['serverAuth'],
    });
    const { tls, files } = watched({
      certificate: join(pki.folder, 's.crt'),
      key: join(pki.folder, 's.key'),
      ca: join(pki.folder, 's.ca'),
    });
    writeFileSync(files.certificate, other.certificate);
    for (const each of [tls, tls, server.tls]) each.look();
    expect(tls.problem).toMatchObject({ code: 'KEY_MISMATCH' });
    expect(said.map(({ message }) => message)).toEqual(['new certificates refused, the old ones are kept']);
    expect(await shown(server)).toBe(before);
    writeFileSync(files.key, other.key);
    for (const each of [tls, server.tls]) each.look();
    expect(tls.problem).toBeNull();
    expect(await shown(server)).not.toBe(before);
  });

  it.each<[string, string, (files: { certificate: string; key: string; ca: string }) => void]>([
    ['a certificate that is gone', 'FILE_UNREADABLE', ({ certificate }) => rmSync(certificate)],
    [
      'a certificate that is cut off',
      'CERTIFICATE_MALFORMED',
      ({ certificate }) => writeFileSync(certificate, '-----BEGIN CERT'),
    ],
    ['a key that is empty', 'KEY_MALFORMED', ({ key }) => writeFileSync(key, '')],
    ['roots that are none', 'CA_MALFORMED', ({ ca }) => writeFileSync(ca, 'nothing')],
    ['a root that may not sign', 'CA_MALFORMED', ({ certificate, ca }) => symlink(certificate, ca)],
    [
      'a file that is too large',
      'FILE_TOO_LARGE',
      ({ ca }) => writeFileSync(ca, 'x'.repeat(1024 * 1024 + 1)),
    ],
  ])('%s keeps the old ones', (_, code, spoil) => {
    const { tls, files } = watched();
    const { digest } = tls.material;
    spoil(files);
    tls.look();
    expect(tls.problem?.code).toBe(code);
    expect(tls.material.digest).toBe(digest);
  });

  it('one that has ended does not take the place of one that counts', () => {
    const { tls } = watched();
    const { digest } = tls.material;
    pki.server('s', { notBeforeMs: Date.now() - 2 * HOUR_MS, notAfterMs: Date.now() - HOUR_MS });
    tls.look();
    expect(tls.problem?.code).toBe('CERTIFICATE_EXPIRED');
    expect(tls.material.digest).toBe(digest);
  });

  it('one of a time to come is taken when its time has come', () => {
    const { tls, later } = watched();
    const { digest } = tls.material;
    pki.server('s', { notBeforeMs: Date.now() + HOUR_MS, notAfterMs: Date.now() + 3 * HOUR_MS });
    tls.look();
    expect(tls.problem?.code).toBe('CERTIFICATE_NOT_YET_VALID');
    later(2 * HOUR_MS);
    tls.look();
    expect(tls.problem).toBeNull();
    expect(tls.material.digest).not.toBe(digest);
  });
});

function symlink(target: string, at: string): void {
  rmSync(at);
  symlinkSync(target, at);
}

describe('what counts as new', () => {
  it('is the content: a link that is swapped at once, as Kubernetes does it', () => {
    const home = join(pki.folder, 'mount');
    const version = (name: string): void => {
      const files = pki.server(name);
      mkdirSync(join(home, name), { recursive: true });
      renameSync(files.certificate, join(home, name, 'tls.crt'));
      renameSync(files.key, join(home, name, 'tls.key'));
      renameSync(files.ca, join(home, name, 'ca.crt'));
      // Times as if nothing had changed.
      for (const file of ['tls.crt', 'tls.key', 'ca.crt']) utimesSync(join(home, name, file), 1, 1);
      symlinkSync(name, join(home, '..new'));
      renameSync(join(home, '..new'), join(home, '..data'));
    };
    version('one');
    for (const file of ['tls.crt', 'tls.key', 'ca.crt']) symlinkSync(`..data/${file}`, join(home, file));
    const tls = new WatchedTls(
      { certificate: join(home, 'tls.crt'), key: join(home, 'tls.key'), ca: join(home, 'ca.crt') },
      { now: () => Date.now(), logger },
    );
    const { digest } = tls.material;
    tls.look();
    expect(tls.reloads).toBe(0);
    version('two');
    tls.look();
    expect(tls).toMatchObject({ reloads: 1, problem: null });
    expect(tls.material.digest).not.toBe(digest);
  });

  it('is not the time: files that were touched are the same files', () => {
    const files = pki.server('s');
    const tls = new WatchedTls(files, { now: () => Date.now(), logger });
    utimesSync(files.certificate, 1, 1);
    tls.look();
    expect(tls.reloads).toBe(0);
    expect(said).toEqual([]);
  });

  it('is looked for by itself', async () => {
    const files = pki.server('s');
    const tls = new WatchedTls(files, { now: () => Date.now(), logger, reloadMs: 5 });
    const taken = new Promise<void>((resolve) => tls.onChange(() => resolve()));
    tls.watch();
    pki.server('s');
    await taken;
    tls.close();
  });
});
