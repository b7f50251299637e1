import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { leafEntry, leafEntryHash, parseLogProof, parseVerifierKey, verifyLogProof } from '#evidence';
import type { Database } from '../database/database.js';
import { type LogBed, openLog, openLogBed } from './log.fixture.js';
import { LogStore } from './log-store.js';
import { TestWitness } from './witness.fixture.js';

let bed: LogBed;
let database: Database;
let store: LogStore;
let witnesses: TestWitness[];
const logs: ReturnType<typeof openLog>[] = [];

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  store = new LogStore(database.queries);
});
afterAll(() => bed.stop());
beforeEach(async () => {
  await bed.clear();
  const { verifierKey } = openLog(database, bed.key);
  witnesses = await Promise.all([1, 2].map((fill) => TestWitness.start(fill, verifierKey)));
});
afterEach(async () => {
  for (const log of logs.splice(0)) log.feed.onModuleDestroy();
  for (const witness of witnesses) await witness.stop();
});

function replica(quorum: number): ReturnType<typeof openLog> {
  const log = openLog(database, bed.key, { quorum, witnesses });
  logs.push(log);
  return log;
}

const entryOf = (name: string): Uint8Array => leafEntry(digestOf(utf8(name)));
const first = (): TestWitness => witnesses[0] ?? expect.fail('no witness');

/** Witnesses whose line under the proof's checkpoint verifies; the proof itself must hold. */
function cosigners(log: ReturnType<typeof openLog>, name: string, text: string): string[] {
  const known = new Map(witnesses.map(({ key }) => [key.name, key]));
  const groups = new Map([[' none', { threshold: 0, members: [] }]]);
  const policy = { logs: [parseVerifierKey(log.verifierKey)], witnesses: known, groups, quorum: ' none' };
  const proof = parseLogProof(text);
  const verdict = verifyLogProof({ proof, leafHash: leafEntryHash(digestOf(utf8(name))), policy });
  expect([verdict.log.reason, verdict.inclusion.reason, verdict.witnesses.reason]).toEqual([
    null,
    null,
    null,
  ]);
  return verdict.cosignatures.map(({ witness }) => witness).sort();
}

describe('a log with witnesses', () => {
  it('completes a bundle without one that signs nothing true, and keeps none of its signatures', async () => {
    first().behaviour = 'forging';
    const log = replica(2);
    const { proof } = await log.append('run-1', entryOf('one'));
    expect(cosigners(log, 'one', proof)).not.toContain('witness-1.example');
    const id = log.feed.ids[0] ?? expect.fail('no id');
    expect(await store.cosignedUpTo(id)).toBe(0);
  });

  it('completes a bundle without one that is away, and completes it later when it is back', async () => {
    first().behaviour = 'away';
    const log = replica(2);
    const { proof } = await log.append('run-1', entryOf('one'));
    expect(cosigners(log, 'one', proof)).not.toContain('witness-1.example');
    first().behaviour = 'honest';
    log.feed.offer(1);
    await expect
      .poll(async () => (await log.newestProof('run-1'))?.cosignatures ?? 0, { timeout: 5_000 })
      .toBe(2);
    const newest = (await log.newestProof('run-1')) ?? expect.fail('no proof');
    expect(cosigners(log, 'one', newest.entry.proof)).toHaveLength(2);
  });

  it('is shown in the end when a witness holds the line and says nothing', async () => {
    first().behaviour = 'silent';
    const log = replica(2);
    await log.append('run-1', entryOf('one'));
    expect(await log.checkpoint()).toBeNull();
    await expect.poll(() => log.checkpoint(), { timeout: 5_000 }).not.toBeNull();
  });

  it('gives a bundle as many cosignatures as the quorum', async () => {
    const log = replica(2);
    const { proof } = await log.append('run-1', entryOf('one'));
    expect(cosigners(log, 'one', proof)).toEqual(['witness-1.example', 'witness-2.example']);
    expect(await log.checkpoint()).toMatch(/witness-1\.example.*\n.*witness-2\.example/);
  });

  it('learns from a conflict how far a witness has come', async () => {
    const log = replica(1);
    for (const name of ['one', 'two', 'three']) await log.append(name, entryOf(name));
    await expect.poll(() => first().seen?.size).toBe(3);
    await database.queries.execute('truncate sealflow.log_cosignatures');
    const { proof } = await replica(2).append('four', entryOf('four'));
    expect(first().statuses).toContain(409);
    expect(cosigners(log, 'four', proof)).toHaveLength(2);
  });

  it('never offers a witness less than it has seen', async () => {
    const log = replica(1);
    await log.append('run-1', entryOf('one'));
    await expect.poll(() => witnesses.map(({ seen }) => seen?.size)).toEqual([1, 1]);
    await bed.clear();
    await log.append('run-2', entryOf('two'));
    // The witness has another tree of this size: the database is not the one that it saw.
    await expect.poll(() => first().statuses.filter((status) => status === 409).length).toBeGreaterThan(0);
    expect(await store.cosignatures(1)).toEqual([]);
  });

  it('keeps many runs apart that end while a witness signs', async () => {
    const log = replica(2);
    const names = Array.from({ length: 100 }, (_, index) => `run-${index}`);
    const entries = await Promise.all(names.map((name) => log.append(name, entryOf(name))));
    for (const [at, { proof }] of entries.entries()) {
      expect(cosigners(log, names[at] ?? '', proof)).toHaveLength(2);
    }
  });
});
