import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ed25519PublicKey, leafHash, toBase64, utf8 } from '#canonical';
import {
  encodeEntries,
  entriesPath,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  growTree,
  noteKeyTypes,
  noteVerifierKey,
  signNote,
  TILE_WIDTH,
  tilePath,
} from '#evidence';
import { Installation } from '../installation/installation.js';
import { reportFailure } from '../output/report-failure.js';
import { logCommand } from './log.js';

const origin = 'log.example/cli';
const seed = new Uint8Array(randomBytes(32));
const folder = mkdtempSync(join(tmpdir(), 'sealflow-log-cli-'));
const trust = join(folder, 'home', 'trust.json');
const mirror = join(folder, 'mirror');

/** What the server serves; a test may put something else in a place. */
const served = new Map<string, Buffer | ((response: ServerResponse) => void)>();
let server: Server;
let url: string;
let out: string;
let err: string;

beforeAll(async () => {
  const key = ed25519PublicKey(seed);
  const vkey = formatVerifierKey(noteVerifierKey(origin, noteKeyTypes.ed25519, key));
  Installation.open(join(folder, 'home')).writeTrust({
    orchestratorKeys: [toBase64(key)],
    log: { origin, vkey },
  });
  server = createServer((request, response) => {
    const found = served.get((request.url ?? '').replace('/log/', ''));
    if (typeof found === 'function') found(response);
    else response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/log`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  served.clear();
  rmSync(mirror, { recursive: true, force: true });
  await serve(600);
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  process.exitCode = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Serves a log of a size; `word` tells one history from another. */
async function serve(size: number, word = 'entry'): Promise<void> {
  const entries = Array.from({ length: size }, (_, index) => utf8(`${word} ${index}`));
  const grown = await growTree(
    0,
    entries.map((entry) => leafHash(entry)),
    async () => new Uint8Array(0),
  );
  for (const tile of grown.tiles) served.set(tilePath(tile), Buffer.from(tile.hashes));
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const bundle = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    served.set(entriesPath({ index, width: bundle.length }), Buffer.from(encodeEntries(bundle)));
  }
  const text = formatCheckpoint({ origin, size, root: grown.root });
  const note = formatNote({ text, signatures: [signNote({ text, name: origin, seed })] });
  served.set('checkpoint', Buffer.from(note));
}

async function log(...args: readonly string[]): Promise<number> {
  const command = logCommand();
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await command.parseAsync([...args, '--trust', trust], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return reportFailure(error);
  }
}

describe('log audit', () => {
  it('of an honest log says so, and that nobody else vouches for it', async () => {
    expect(await log('audit', url)).toBe(0);
    expect(out).toContain('CONSISTENT  log.example/cli  600 leaves');
    expect(out).toContain('operator-only log');
  });

  it('remembers what it accepted, and names a log that was rewritten or cut since', async () => {
    const state = join(folder, 'audit.json');
    expect(await log('audit', url, '--state', state)).toBe(0);
    await serve(700);
    expect(await log('audit', url, '--state', state)).toBe(0);
    served.clear();
    await serve(800, 'other');
    expect(await log('audit', url, '--state', state)).toBe(1);
    expect(out).toContain('LOG_FORK');
    served.clear();
    await serve(600);
    expect(await log('audit', url, '--state', state)).toBe(1);
    expect(out).toContain('LOG_ROLLBACK');
    expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ size: 700 });
  });

  it.each<[string, string, number, string]>([
    ['a missing tile', 'tile/0/001', 3, 'LOG_GAP'],
    ['missing entries', 'tile/entries/001', 3, 'LOG_GAP'],
  ])('names %s, and does not call it a forgery', async (_what, path, code, reason) => {
    served.delete(path);
    expect(await log('audit', url)).toBe(code);
    expect(out).toContain(reason);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['fails', (response) => response.writeHead(500).end(), 'expected status 200, got 500'],
    [
      'breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '8192' });
        response.write(Buffer.alloc(100));
        setImmediate(() => response.destroy());
      },
      'broke off',
    ],
    [
      'never ends',
      (response) => {
        response.writeHead(200);
        const write = (): boolean =>
          response.write(Buffer.alloc(65_536)) && setImmediate(write) !== undefined;
        response.on('drain', write);
        write();
      },
      'expected at most',
    ],
    [
      'leads elsewhere',
      (response) => response.writeHead(302, { location: '/log/checkpoint' }).end(),
      'expected status 200, got 302',
    ],
  ])('of a server that %s ends with what failed', async (_what, answer, message) => {
    served.set('tile/0/001', answer);
    expect(await log('audit', url)).toBe(7);
    expect(err).toContain(message);
  });

  it('of an address where nobody listens says so', async () => {
    expect(await log('audit', 'http://127.0.0.1:1/log')).toBe(7);
    expect(err).toContain('no answer');
  });
});

describe('log mirror', () => {
  it('is a log itself, and fetches only what is new', async () => {
    expect(await log('mirror', url, '--out', mirror)).toBe(0);
    expect(await log('audit', mirror)).toBe(0);
    const before = Number(/: ([0-9]+) files new/.exec(out)?.[1]);
    await serve(700);
    out = '';
    expect(await log('mirror', url, '--out', mirror)).toBe(0);
    const added = Number(/: ([0-9]+) files new/.exec(out)?.[1]);
    expect(added).toBeLessThan(before);
    expect(await log('audit', mirror)).toBe(0);
  });

  it('of a log that lies leaves nothing behind', async () => {
    served.set('tile/0/001', Buffer.alloc(8192));
    expect(await log('mirror', url, '--out', mirror)).toBe(1);
    expect(existsSync(join(mirror, 'checkpoint'))).toBe(false);
    expect(existsSync(join(mirror, 'tile/0/001'))).toBe(false);
  });

  it('keeps what it has when the log was rewritten', async () => {
    expect(await log('mirror', url, '--out', mirror)).toBe(0);
    served.clear();
    await serve(800, 'other');
    expect(await log('mirror', url, '--out', mirror)).toBe(1);
    expect(readFileSync(join(mirror, 'checkpoint'), 'utf8')).toContain('\n600\n');
    expect(await log('audit', mirror)).toBe(0);
  });

  it('notices what was changed in it since', async () => {
    expect(await log('mirror', url, '--out', mirror)).toBe(0);
    const file = join(mirror, 'tile/0/000');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.alloc(8192));
    expect(await log('audit', mirror)).toBe(1);
    expect(out).toContain('TILE_TAMPERED');
    expect(readdirSync(join(mirror, 'tile'))).toContain('entries');
  });
});
