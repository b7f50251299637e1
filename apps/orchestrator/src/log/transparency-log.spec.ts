import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, leafHash, merkleRoot, toHex, utf8, verifyConsistency } from '#canonical';
import {
  leafEntry,
  leafEntryHash,
  parseCheckpoint,
  parseEntries,
  parseLogProof,
  parseNote,
  parseVerifierKey,
  TreeReader,
  verifyLogProof,
} from '#evidence';
import type { Database } from '../database/database.js';
import { SigningKey } from '../evidence/signing-key.js';
import { type LogBed, openLog, openLogBed } from './log.fixture.js';
import { LogStore } from './log-store.js';
import type { TransparencyLog } from './transparency-log.js';

let bed: LogBed;
/** Two replicas, each with connections of its own. */
let databases: Database[];
let replicas: TransparencyLog[];
let store: LogStore;

beforeAll(async () => {
  bed = await openLogBed();
  databases = [await bed.database(), await bed.database()];
  replicas = databases.map((database) => openLog(database, bed.key));
  store = new LogStore(databases[0]?.queries ?? expect.fail('no database'));
});
afterAll(() => bed.stop());
beforeEach(() => bed.clear());

const entryOf = (name: string): Uint8Array => leafEntry(digestOf(utf8(name)));
const replica = (index = 0): TransparencyLog => replicas[index] ?? expect.fail('no replica');

function proven(name: string, proofText: string): { readonly index: number; readonly size: number } {
  const proof = parseLogProof(proofText);
  const log = parseVerifierKey(replica().verifierKey);
  const group = { threshold: 0, members: [] };
  const policy = { logs: [log], witnesses: new Map(), groups: new Map([[' none', group]]), quorum: ' none' };
  const verdict = verifyLogProof({ proof, leafHash: leafEntryHash(digestOf(utf8(name))), policy });
  expect({ log: verdict.log.reason, inclusion: verdict.inclusion.reason }).toEqual({
    log: null,
    inclusion: null,
  });
  return { index: proof.index, size: proof.checkpoint.size };
}

/** Everything that is stored about the tree says the same. */
async function expectConsistent(count: number): Promise<void> {
  const hashes = await store.leafHashes();
  expect(hashes).toHaveLength(count);
  const rows = await databases[0]?.queries.execute<{ size: number; note: string }>(
    'select size, note from sealflow.log_checkpoints order by size',
  );
  const notes = (rows?.rows ?? []).map(({ note }) => parseCheckpoint(parseNote(note).text));
  expect(notes.at(-1)?.size).toBe(count);
  const reader = new TreeReader(count, store.readTile);
  for (const { size, root } of notes) {
    expect(toHex(root)).toBe(toHex(merkleRoot(hashes.slice(0, size))));
    expect(toHex(await reader.rootAt(size))).toBe(toHex(root));
    const path = await reader.consistencyPath(size);
    const newRoot = merkleRoot(hashes);
    expect(verifyConsistency({ oldSize: size, newSize: count, oldRoot: root, newRoot, path })).toBe(true);
  }
}

describe('the log', () => {
  it('takes an entry once, and gives the same proof however often it is asked', async () => {
    const first = await replica().append('run-1', entryOf('one'));
    await replica().append('run-2', entryOf('two'));
    expect(await replica(1).append('run-1', entryOf('one'))).toEqual(first);
    expect(proven('one', first.proof)).toEqual({ index: 0, size: 1 });
    await expectConsistent(2);
  });

  it('gives every leaf one place when two replicas append side by side', async () => {
    const names = Array.from({ length: 400 }, (_, index) => `run-${index}`);
    const entries = await Promise.all(
      names.map((name, index) => replica(index % 2).append(name, entryOf(name))),
    );
    const places = entries.map(({ proof }, index) => proven(names[index] ?? '', proof).index);
    expect(new Set(places).size).toBe(names.length);
    expect(Math.max(...places)).toBe(names.length - 1);
    await expectConsistent(names.length);
  });

  it('gives one place to a leaf that both replicas bring at the same moment', async () => {
    const both = await Promise.all([0, 1].map((index) => replica(index).append('run-1', entryOf('one'))));
    expect(both[0]).toEqual(both[1]);
    await expectConsistent(1);
  });

  it('drops a leaf from the queue that is in the log already', async () => {
    await replica().append('run-1', entryOf('one'));
    await databases[0]?.queries.execute(
      `insert into sealflow.log_queue (subject, entry) values ('run-1', '\\x00')`,
    );
    expect(await replica().sequence()).toBe(0);
    expect(await store.queued(10)).toEqual([]);
    await expectConsistent(1);
  });

  it('appends a batch with one checkpoint', async () => {
    for (let index = 0; index < 300; index += 1) await store.enqueue(`run-${index}`, entryOf(`${index}`));
    expect(await replica().sequence()).toBe(300);
    const rows = await databases[0]?.queries.execute('select 1 from sealflow.log_checkpoints');
    expect(rows?.rows).toHaveLength(1);
    await expectConsistent(300);
  });

  it('loses and doubles nothing when a batch is cut off in the middle', async () => {
    for (let index = 0; index < 10; index += 1) await store.enqueue(`run-${index}`, entryOf(`${index}`));
    const broken = databases[1]?.queries.transaction(async (transaction) => {
      const inside = new LogStore(transaction);
      await inside.lock();
      const leaves = await inside.queued(5);
      await inside.dequeue(leaves);
      await inside.append(
        leaves.map(({ subject, entry }, index) => ({
          index,
          subject,
          entry: Buffer.from(entry),
          leafHash: Buffer.from(leafHash(entry)),
        })),
      );
      throw new Error('cut off');
    });
    await expect(broken).rejects.toThrow('cut off');
    expect(await store.size()).toBe(0);
    expect(await replica().sequence()).toBe(10);
    await expectConsistent(10);
  });

  it('serves tiles and entries as wide as they are, and no wider', async () => {
    for (let index = 0; index < 260; index += 1) await store.enqueue(`run-${index}`, entryOf(`${index}`));
    await replica().sequence();
    expect((await replica().tile({ level: 0, index: 0, width: 256 }))?.length).toBe(256 * 32);
    expect((await replica().tile({ level: 0, index: 1, width: 3 }))?.length).toBe(3 * 32);
    expect(await replica().tile({ level: 0, index: 1, width: 5 })).toBeNull();
    expect(await replica().tile({ level: 2, index: 0, width: 1 })).toBeNull();
    const entries = await replica().entries({ index: 1, width: 4 });
    expect(parseEntries(entries ?? new Uint8Array(0), 4).map(toHex)).toEqual(
      [256, 257, 258, 259].map((index) => toHex(entryOf(`${index}`))),
    );
    expect(await replica().entries({ index: 1, width: 5 })).toBeNull();
  });

  it('of an older version gets its tiles when it is opened', async () => {
    for (let index = 0; index < 300; index += 1) await store.enqueue(`run-${index}`, entryOf(`${index}`));
    await replica().sequence();
    await databases[0]?.queries.execute('truncate sealflow.log_tiles');
    await replica(1).open();
    await expectConsistent(300);
  });

  it('is not continued under its name with another key', async () => {
    await replica().append('run-1', entryOf('one'));
    const other = SigningKey.load(join(bed.folder, 'other'));
    await expect(openLog(databases[1] ?? expect.fail(), other).open()).rejects.toThrow(/another key/);
    await expect(replica(1).open()).resolves.toBeUndefined();
  });
});
