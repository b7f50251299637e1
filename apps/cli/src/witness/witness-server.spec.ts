import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consistencyPath, ed25519PublicKey, leafHash, merkleRoot, utf8 } from '#canonical';
import {
  formatAddCheckpoint,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  parseNote,
  signNote,
  verifyNoteSignature,
} from '#evidence';
import { witnessServer } from './witness-server.js';
import { WitnessState } from './witness-state.js';

const NOW_MS = 1_763_700_000_000;
const origin = 'log.example/one';
const logSeed = new Uint8Array(randomBytes(32));
const log = noteVerifierKey(origin, noteKeyTypes.ed25519, ed25519PublicKey(logSeed));
const seed = new Uint8Array(randomBytes(32));
const verifier = noteVerifierKey('auditor.example', noteKeyTypes.cosignature, ed25519PublicKey(seed));
const leaves = Array.from({ length: 20 }, (_, index) => leafHash(utf8(`leaf ${index}`)));

let folder: string;
let servers: Server[];
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-witness-'));
  servers = [];
  url = await start();
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<string> {
  const options = { key: { verifier, seed }, logs: [log], now: () => NOW_MS, onJudged: () => undefined };
  const server = witnessServer({ ...options, state: new WitnessState(folder) });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function noteOf(size: number, of = leaves): string {
  const text = formatCheckpoint({ origin, size, root: merkleRoot(of.slice(0, size)) });
  return formatNote({ text, signatures: [signNote({ text, name: origin, seed: logSeed })] });
}

async function add(oldSize: number, size: number, of = leaves, to = url) {
  const consistency = oldSize === 0 || oldSize >= size ? [] : consistencyPath(of.slice(0, size), oldSize);
  const body = formatAddCheckpoint({ oldSize, consistency, note: noteOf(size, of) });
  const response = await fetch(`${to}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

describe('the witness over HTTP', () => {
  it('answers a checkpoint with its cosignature', async () => {
    const { status, text } = await add(0, 5);
    expect(status).toBe(200);
    const cosigned = parseNote(`${noteOf(5)}${text}`);
    expect(verifyNoteSignature(cosigned, verifier)).toEqual({ state: 'valid', timeS: NOW_MS / 1000 });
  });

  it('tells who is wrong about its size which size it is at', async () => {
    await add(0, 5);
    expect(await add(0, 8)).toEqual({ status: 409, type: 'text/x.tlog.size', text: '5\n' });
    expect((await add(5, 8)).status).toBe(200);
  });

  it('remembers over a restart, and signs no fork after it', async () => {
    await add(0, 5);
    const again = await start();
    const fork = leaves.map((_, index) => leafHash(utf8(`other ${index}`)));
    expect((await add(0, 5, fork, again)).status).toBe(409);
    expect((await add(5, 5, fork, again)).status).toBe(409);
    expect((await add(5, 9, fork, again)).status).toBe(422);
    expect((await add(5, 9, leaves, again)).status).toBe(200);
  });

  it('signs nothing when what it remembers is damaged', async () => {
    await add(0, 5);
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), '{}');
    const { status, text } = await add(5, 6);
    expect({ status, signed: text.includes('auditor.example') }).toEqual({ status: 500, signed: false });
  });

  it('takes one of two trees that grow out of the same at the same moment', async () => {
    await add(0, 5);
    const fork = [...leaves.slice(0, 5), ...leaves.slice(5).reverse()];
    const answers = await Promise.all([add(5, 9), add(5, 9, fork), add(5, 9), add(5, 9, fork)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('shows its verifier key to whoever asks', async () => {
    expect(await (await fetch(url)).text()).toBe(`${formatVerifierKey(verifier)}\n`);
  });

  it.each<[string, RequestInit & { path?: string }, number]>([
    ['another path', { path: '/sign', method: 'POST', body: 'x' }, 404],
    ['another method', { method: 'PUT', body: 'x' }, 405],
    ['a body of no form', { method: 'POST', body: 'old x\n\n' }, 400],
    ['a body that is too large', { method: 'POST', body: 'x'.repeat(70_000) }, 413],
  ])('refuses %s', async (_what, { path = '/add-checkpoint', ...init }, status) => {
    const answered = await fetch(`${url}${path}`, init).then(
      (response) => response.status,
      // The witness may close the connection before a body that is too large has been sent.
      () => status,
    );
    expect(answered).toBe(status);
    expect(readdirSync(folder)).toEqual([]);
  });
});
