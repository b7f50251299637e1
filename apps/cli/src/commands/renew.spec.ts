import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isJsonObject, leafHash, parseJsonStrict, utf8 } from '#canonical';
import {
  attachLogEntry,
  bundleLimits,
  cosignNote,
  encodeEntries,
  encodeTrustFile,
  entriesPath,
  formatCheckpoint,
  formatLogProof,
  formatNote,
  type GrownTree,
  growTree,
  leafEntry,
  readContainer,
  signNote,
  TILE_WIDTH,
  TreeReader,
  type TrustFile,
  tilePath,
  verifyBundle,
} from '#evidence';
import {
  demoRun,
  logName,
  logSeed,
  witnessName,
  witnessSeed,
} from '../../../../libs/evidence/src/testing/demo-run.fixture.js';
import { TsaServer } from '../../../../test/support/tsa-server.fixture.js';
import { reportFailure } from '../output/report-failure.js';
import { renewCommand } from './renew.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-renew-'));
const first = demoRun({ seed: 'first', witnesses: 1, logged: false });
const second = demoRun({ seed: 'second', witnesses: 1, logged: false });
const leafOf = (bytes: Uint8Array): Uint8Array => {
  const document = parseJsonStrict(bytes, bundleLimits);
  return isJsonObject(document) ? leafEntry(readContainer(document).root.digest) : expect.fail('no bundle');
};
/** The two runs are leaves 7 and 270 of a log that others fill. */
const entries: Uint8Array[] = Array.from({ length: 900 }, (_, index) => utf8(`entry ${index}`));
entries[7] = leafOf(first.bytes);
entries[270] = leafOf(second.bytes);

const served = new Map<string, Buffer>();
let server: Server;
let url: string;
let tsa: TsaServer;
let out: string;
let err: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = served.get((request.url ?? '').replace('/log/', ''));
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
  tsa = await TsaServer.start();
});
afterAll(async () => {
  await tsa.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  tsa.behaviour = 'honest';
  tsa.stamped = 0;
  await serve(900);
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

interface Shown {
  readonly grown: GrownTree;
  readonly note: string;
  readonly reader: TreeReader;
}

/** The log at a size; `cosigned` by the witness of the trust file or not. */
async function logAt(size: number, cosigned: boolean, leaves = entries): Promise<Shown> {
  const hashes = leaves.slice(0, size).map((entry) => leafHash(entry));
  const grown = await growTree(0, hashes, async () => new Uint8Array(0));
  const text = formatCheckpoint({ origin: logName, size, root: grown.root });
  const signatures = [signNote({ text, name: logName, seed: logSeed })];
  const timeS = Math.floor(Date.now() / 1000);
  if (cosigned) signatures.push(cosignNote({ text, name: witnessName(0), seed: witnessSeed(0), timeS }));
  const tiles = new Map(grown.tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]));
  const reader = new TreeReader(size, async ({ level, index, width }) =>
    (tiles.get(`${level}/${index}`) ?? new Uint8Array(0)).slice(0, width * 32),
  );
  return { grown, note: formatNote({ text, signatures }), reader };
}

async function serve(size: number, { cosigned = true, leaves = entries } = {}): Promise<void> {
  served.clear();
  const { grown, note } = await logAt(size, cosigned, leaves);
  for (const tile of grown.tiles) served.set(tilePath(tile), Buffer.from(tile.hashes));
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const bundle = leaves.slice(index * TILE_WIDTH, Math.min(size, (index + 1) * TILE_WIDTH));
    served.set(entriesPath({ index, width: bundle.length }), Buffer.from(encodeEntries(bundle)));
  }
  served.set('checkpoint', Buffer.from(note));
}

/** A bundle as it was closed when the log had 300 leaves. */
async function closed(demo = first, index = 7, cosigned = true): Promise<Uint8Array> {
  const { note, reader } = await logAt(300, cosigned);
  const proof = formatLogProof({ index, path: await reader.inclusionPath(index), checkpointNote: note });
  return attachLogEntry(demo.bytes, { origin: logName, proof, leaf: leafOf(demo.bytes) });
}

function put(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const trusting = (quorum: number, demo = first): TrustFile => ({
  ...demo.trust,
  timestampAuthorities: [tsa.trusted],
  tsaQuorum: quorum,
});

async function renew(...args: readonly string[]): Promise<number> {
  const trust = put('trust.json', encodeTrustFile(trusting(0)));
  try {
    await renewCommand()
      .exitOverride()
      .parseAsync(['--log', url, '--trust', trust, ...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return reportFailure(error);
  }
}

async function judge(file: string, trust: TrustFile = trusting(1)) {
  const read = readFileSync(file);
  const bytes = new Uint8Array(file.endsWith('.gz') ? gunzipSync(read) : read);
  const { exitCode, reason, asOf } = await verifyBundle(bytes, trust, { at: null });
  return { exitCode, reason, authorities: asOf?.authorities ?? [] };
}

describe('renew refuses', () => {
  it('a log that did not grow out of the bundle, and leaves the bundle as it was', async () => {
    const bytes = await closed();
    const file = put('a.evidence.json', bytes);
    await serve(900, { leaves: [utf8('other'), ...entries.slice(1)] });
    expect(await renew(file, '--tsa', tsa.url)).toBe(1);
    expect(err).toContain('LOG_FORK');
    expect(new Uint8Array(readFileSync(file))).toEqual(bytes);
  });

  it('a log that is shorter than the one of the bundle', async () => {
    const file = put('a.evidence.json', await closed());
    await serve(200);
    expect(await renew(file, '--tsa', tsa.url)).toBe(1);
    expect(err).toContain('LOG_ROLLBACK');
  });

  it('a log with tiles that are cut', async () => {
    const file = put('a.evidence.json', await closed());
    for (const name of served.keys()) if (name.startsWith('tile/0/')) served.delete(name);
    expect(await renew(file, '--tsa', tsa.url)).toBe(1);
    expect(err).toContain('LOG_GAP');
  });

  it('a checkpoint that the log did not sign', async () => {
    const file = put('a.evidence.json', await closed());
    const text = formatCheckpoint({ origin: logName, size: 900, root: new Uint8Array(32) });
    const forged = signNote({ text, name: logName, seed: new Uint8Array(32) });
    served.set('checkpoint', Buffer.from(formatNote({ text, signatures: [forged] })));
    expect(await renew(file, '--tsa', tsa.url)).toBe(1);
    expect(err).toContain('LOG_SIGNATURE_INVALID');
  });

  it.each(['forged', 'other-imprint', 'away', 'garbage'] as const)(
    'the answer of an authority that is %s',
    async (behaviour) => {
      const bytes = await closed();
      const file = put('a.evidence.json', bytes);
      tsa.behaviour = behaviour;
      expect(await renew(file, '--tsa', tsa.url)).not.toBe(0);
      expect(new Uint8Array(readFileSync(file))).toEqual(bytes);
    },
  );

  it('a complete bundle when nobody stamps', async () => {
    expect(await renew(put('a.evidence.json', await closed()))).toBe(2);
    expect(err).toContain('--tsa URL');
  });

  it('to write over a file that is there', async () => {
    const file = put('a.evidence.json', await closed());
    expect(await renew(file, '--tsa', tsa.url, '--out', put('kept.json', utf8('mine')))).toBe(7);
    expect(readFileSync(join(folder, 'kept.json'), 'utf8')).toBe('mine');
  });

  it('an address that is none', async () => {
    expect(await renew(put('a.evidence.json', await closed()), '--tsa', 'ftp://tsa')).toBe(2);
  });
});

describe('renew', () => {
  it('carries a bundle on: its authority is gone, and the new one is believed', async () => {
    const file = put('a.evidence.json', await closed());
    expect(await judge(file)).toMatchObject({ exitCode: 3, reason: 'TIMESTAMP_PENDING' });
    expect({ code: await renew(file, '--tsa', tsa.url), err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('(300 -> 900 leaves)');
    expect(await judge(file)).toEqual({ exitCode: 0, reason: null, authorities: ['tsa.example'] });
  });

  it('puts revocation lists beside the timestamp', async () => {
    const file = put('a.evidence.json', await closed());
    const now = Date.now();
    const lists = [null, now - 1000].map((revokedAtMs, index) =>
      put(`${index}.crl`, tsa.authority.crl({ thisUpdateMs: now - 60_000, revokedAtMs })),
    );
    expect(await renew(file, '--tsa', tsa.url, '--crl', file)).toBe(7);
    const kept = await closed();
    expect(await renew(file, '--tsa', tsa.url, '--crl', lists[0] ?? '')).toBe(0);
    expect(await judge(file)).toMatchObject({ exitCode: 0 });
    const revoked = put('b.evidence.json', kept);
    expect(await renew(revoked, '--tsa', tsa.url, '--crl', lists[1] ?? '')).toBe(5);
    expect(err).toContain('TIMESTAMP_CERTIFICATE_REVOKED');
  });

  it('carries on what was renewed before', async () => {
    const file = put('a.evidence.json', await closed());
    await serve(600);
    expect(await renew(file, '--tsa', tsa.url)).toBe(0);
    await serve(900);
    expect(await renew(file, '--tsa', tsa.url)).toBe(0);
    expect(out).toContain('(600 -> 900 leaves)');
    expect(await judge(file)).toMatchObject({ exitCode: 0 });
  });

  it('takes one token for many bundles, packed ones and those of a folder too', async () => {
    const bundles = join(folder, 'many');
    const target = join(folder, 'renewed');
    mkdirSync(bundles);
    writeFileSync(join(bundles, 'first.evidence.json'), await closed());
    writeFileSync(join(bundles, 'second.evidence.json.gz'), gzipSync(await closed(second, 270)));
    writeFileSync(join(bundles, 'broken.evidence.json'), '{');
    expect(await renew(bundles, '--tsa', tsa.url, '--out', target)).toBe(7);
    expect(tsa.stamped).toBe(1);
    expect(await judge(join(target, 'first.evidence.json'))).toMatchObject({ exitCode: 0 });
    const packed = join(target, 'second.evidence.json.gz');
    expect(await judge(packed, trusting(1, second))).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(target, 'broken.evidence.json'))).toBe(false);
  });

  it('says when the trust file does not name the authority', async () => {
    const stranger = await TsaServer.start('stranger.example');
    const file = put('a.evidence.json', await closed());
    expect(await renew(file, '--tsa', stranger.url)).toBe(0);
    await stranger.stop();
    expect(out).toContain('does not name');
    expect(await judge(file)).toMatchObject({ exitCode: 5, reason: 'TIMESTAMP_AUTHORITY_UNKNOWN' });
  });
});

describe('renew completes', () => {
  it('a bundle that was closed without its witnesses, with nobody to stamp', async () => {
    const file = put('a.evidence.json', await closed(first, 7, false));
    expect(await judge(file, trusting(0))).toMatchObject({ exitCode: 4, reason: 'WITNESS_QUORUM_NOT_MET' });
    expect({ code: await renew(file), err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('completed');
    expect(await judge(file, trusting(0))).toMatchObject({ exitCode: 0 });
  });

  it('a bundle that was never told its place in the log, and has it stamped', async () => {
    const file = put('b.evidence.json', second.bytes);
    const trust = trusting(1, second);
    expect(await judge(file, trust)).toMatchObject({ exitCode: 3 });
    expect({ code: await renew(file, '--tsa', tsa.url), err }).toEqual({ code: 0, err: '' });
    expect(await judge(file, trust)).toEqual({ exitCode: 0, reason: null, authorities: ['tsa.example'] });
  });

  it('nothing that is not in the log', async () => {
    const stranger = demoRun({ seed: 'stranger', logged: false });
    expect(await renew(put('c.evidence.json', stranger.bytes))).toBe(3);
    expect(err).toContain('is not among the 900 leaves');
  });

  it('nothing while the witnesses are still away', async () => {
    await serve(900, { cosigned: false });
    expect(await renew(put('a.evidence.json', await closed(first, 7, false)))).toBe(4);
    expect(err).toContain('WITNESS_QUORUM_NOT_MET');
  });
});
