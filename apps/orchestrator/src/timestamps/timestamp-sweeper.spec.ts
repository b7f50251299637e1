import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, parseJsonStrict, utf8 } from '#canonical';
import {
  attachLogEntry,
  bundleLimits,
  leafEntry,
  readContainer,
  type TrustFile,
  verifyBundle,
} from '#evidence';
import { type Demo, demoRun } from '../../../../libs/evidence/src/testing/demo-run.fixture.js';
import { TsaServer } from '../../../../test/support/tsa-server.fixture.js';
import type { BlobStore } from '../blobs/blob-store.js';
import type { Database } from '../database/database.js';
import { runs } from '../database/schema.js';
import { blobStoreIn } from '../keys/keyring.fixture.js';
import { type LogBed, logOrigin, openLog, openLogBed, silent } from '../log/log.fixture.js';
import type { TransparencyLog } from '../log/transparency-log.js';
import { BundleStamper } from './bundle-stamper.js';
import { RevocationLists } from './revocation-lists.js';
import { TimestampFeed } from './timestamp-feed.js';
import { TimestampStore } from './timestamp-store.js';
import { TimestampSweeper } from './timestamp-sweeper.js';

const HOUR_MS = 3_600_000;
const demos = new Map<string, Demo>();

let bed: LogBed;
let databases: Database[];
let tsa: TsaServer[];
/** The clock of replicas and authorities. */
let aheadMs: number;
const clock = (): number => Date.now() + aheadMs;

/** What one replica has for timestamps. */
class Replica {
  readonly log: TransparencyLog;
  readonly blobs: BlobStore;
  readonly lists: RevocationLists;
  readonly feed: TimestampFeed;
  readonly stamper: BundleStamper;
  readonly sweeper: TimestampSweeper;

  constructor(readonly database: Database) {
    this.log = openLog(database, bed.key);
    this.blobs = blobStoreIn(database, bed.folder);
    const urls = tsa.map(({ url }) => url);
    const config = { timestamping: { authorities: urls, revocationLists: urls } };
    this.lists = new RevocationLists(config, silent);
    this.feed = new TimestampFeed(database, config, clock, silent, this.lists);
    this.stamper = new BundleStamper(this.feed, database, clock);
    this.sweeper = new TimestampSweeper(database, this.blobs, this.log, this.feed, clock, silent);
  }

  /** As the closer of runs does. */
  async close(seed: string): Promise<void> {
    const demo = demos.get(seed) ?? demoRun({ seed, logged: false });
    demos.set(seed, demo);
    const document = parseJsonStrict(demo.bytes, bundleLimits);
    if (!isJsonObject(document)) return expect.fail('no bundle');
    const entry = await this.log.append(seed, leafEntry(readContainer(document).root.digest));
    const stamped = await this.stamper.stamp(seed, attachLogEntry(demo.bytes, entry), entry);
    const now = new Date();
    await this.database.queries.insert(runs).values({
      ...{ runId: seed, tenant: 't', requestId: seed, contentDigest: '', plan: '', policy: '' },
      ...{
        state: 'SUCCEEDED',
        inputs: [],
        offers: [],
        clientSealKey: Buffer.of(),
        clientSignKey: Buffer.of(),
      },
      ...{ bundle: await this.blobs.put(stamped), deadline: now, createdAt: now },
    });
  }

  async bundle(runId: string): Promise<Uint8Array> {
    const rows = await this.database.queries.select().from(runs);
    return this.blobs.get(rows.find((row) => row.runId === runId)?.bundle ?? expect.fail('no bundle'));
  }
}

let first: Replica;
let second: Replica;

beforeAll(async () => {
  bed = await openLogBed();
  databases = [await bed.database(), await bed.database()];
});
afterAll(() => bed.stop());
beforeEach(async () => {
  aheadMs = 0;
  await bed.clear();
  for (const table of ['runs', 'log_timestamps', 'timestamp_queue']) {
    await databases[0]?.queries.execute(`truncate sealflow.${table}`);
  }
  tsa = [await TsaServer.start('tsa-one.example'), await TsaServer.start('tsa-two.example')];
  [first, second] = databases.map((database) => new Replica(database)) as [Replica, Replica];
});
afterEach(async () => {
  for (const server of tsa) await server.stop();
});

const server = (at: number): TsaServer => tsa[at] ?? expect.fail('no authority');

/** As somebody judges the bundle who wants both authorities. */
async function judge(runId: string, quorum = 2) {
  const demo = demos.get(runId) ?? expect.fail('no run');
  const trust: TrustFile = {
    ...demo.trust,
    log: { origin: logOrigin, vkey: first.log.verifierKey },
    timestampAuthorities: tsa.map(({ trusted }) => trusted),
    tsaQuorum: quorum,
  };
  const verdict = await verifyBundle(await first.bundle(runId), trust, { at: null });
  const { exitCode, reason, asOf } = verdict;
  const gaps = verdict.stages.flatMap(({ checks }) => checks).filter(({ id }) => id === 'BND-TIME-008');
  return { exitCode, reason, authorities: (asOf?.authorities ?? []).toSorted(), unchecked: gaps.length };
}

const waiting = (): Promise<boolean> => new TimestampStore(first.database.queries).isWaiting();
/** Whoever failed is asked again after a while; the test does not wait for it. */
const afterAWhile = (replica: Replica): Replica => new Replica(replica.database);

describe('a bundle', () => {
  it('has the tokens of all authorities when they answer', async () => {
    await first.close('run-1');
    expect(await judge('run-1')).toMatchObject({
      exitCode: 0,
      authorities: ['tsa-one.example', 'tsa-two.example'],
    });
    expect(await waiting()).toBe(false);
  });

  it('is closed pending while no authority answers, and completed when they are back', async () => {
    for (const each of tsa) each.behaviour = 'away';
    await first.close('run-1');
    expect(await judge('run-1')).toMatchObject({ exitCode: 3, reason: 'TIMESTAMP_PENDING' });
    expect(await first.sweeper.sweep()).toBe(0);
    for (const each of tsa) each.behaviour = 'honest';
    expect(await afterAWhile(first).sweeper.sweep()).toBe(1);
    expect(await judge('run-1')).toMatchObject({ exitCode: 0 });
    expect(await waiting()).toBe(false);
    expect(await first.sweeper.sweep()).toBe(0);
  });

  it('does not wait for an authority that says nothing, and no later one waits again for one that failed', async () => {
    server(0).behaviour = 'silent';
    await first.close('run-1');
    expect(await judge('run-1', 1)).toMatchObject({ exitCode: 0, authorities: ['tsa-two.example'] });
    server(1).behaviour = 'away';
    await first.close('run-2');
    const asked = server(1).asked;
    await first.close('run-3');
    expect(server(1).asked).toBe(asked);
    expect(await judge('run-3', 1)).toMatchObject({ exitCode: 3 });
  });

  it.each(['forged', 'other-imprint', 'garbage', 'old-clock'] as const)(
    'never holds what an authority answered that is %s',
    async (behaviour) => {
      server(0).behaviour = behaviour;
      await first.close('run-1');
      await first.sweeper.sweep();
      expect(await judge('run-1', 1)).toMatchObject({ exitCode: 0, authorities: ['tsa-two.example'] });
      expect(await waiting()).toBe(true);
    },
  );

  it('gets the second token when the first is there already', async () => {
    server(0).behaviour = 'away';
    await first.close('run-1');
    server(0).behaviour = 'honest';
    expect(await afterAWhile(first).sweeper.sweep()).toBe(1);
    expect(await judge('run-1')).toMatchObject({ exitCode: 0 });
    expect(server(1).stamped).toBe(1);
  });

  it('that is completed half a day later gets a renewal, and all such bundles share one token', async () => {
    for (const each of tsa) each.behaviour = 'away';
    await first.close('run-1');
    await first.close('run-2');
    const pending = await first.bundle('run-1');
    aheadMs = 13 * HOUR_MS;
    for (const each of tsa) Object.assign(each, { behaviour: 'honest', nowMs: clock() });
    expect(await afterAWhile(first).sweeper.sweep()).toBe(2);
    for (const run of ['run-1', 'run-2']) expect(await judge(run)).toMatchObject({ exitCode: 0 });
    expect(tsa.map(({ stamped }) => stamped)).toEqual([1, 1]);
    expect(await first.bundle('run-1')).not.toEqual(pending);
    expect(await waiting()).toBe(false);
  });
});

describe('an authority that stays away', () => {
  it('does not keep bundles from the tokens of the others, however many wait for it', async () => {
    server(0).behaviour = 'away';
    const names = Array.from({ length: 10 }, (_, at) => `run-${at}`);
    for (const name of names) await first.close(name);
    server(1).behaviour = 'away';
    await first.close('run-last');
    server(1).behaviour = 'honest';
    const { sweeper } = afterAWhile(first);
    const replaced = [await sweeper.sweep(), await sweeper.sweep()];
    expect(replaced).toEqual([0, 1]);
    expect(await judge('run-last', 1)).toMatchObject({ exitCode: 0, authorities: ['tsa-two.example'] });
  });

  it('is given up after half a day by bundles that have another token, and by no others', async () => {
    server(0).behaviour = 'away';
    await first.close('run-1');
    server(1).behaviour = 'away';
    await first.close('run-2');
    aheadMs = 13 * HOUR_MS;
    await afterAWhile(first).sweeper.sweep();
    const rows = await first.database.queries.execute('select run_id from sealflow.timestamp_queue');
    expect(rows.rows).toEqual([{ run_id: 'run-2' }]);
    expect(await judge('run-1', 1)).toMatchObject({ exitCode: 0, authorities: ['tsa-two.example'] });
    expect(server(1).stamped).toBe(1);
  });
});

describe('a revocation list', () => {
  const issued = (at: number, revokedAtMs: number | null) =>
    server(at).authority.crl({ thisUpdateMs: Date.now() - HOUR_MS, revokedAtMs });

  it('is carried beside the tokens of its authority, and revocation is checked by it', async () => {
    server(0).list = issued(0, null);
    server(1).list = utf8('no list');
    await first.lists.refresh();
    await first.close('run-1');
    expect(await judge('run-1')).toMatchObject({ exitCode: 0, unchecked: 1 });
    server(1).list = issued(1, null);
    await first.lists.refresh();
    await first.close('run-2');
    expect(await judge('run-2')).toMatchObject({ exitCode: 0, unchecked: 0 });
  });

  it('that revokes the signer takes its token away, whoever carries it', async () => {
    for (const at of [0, 1]) server(at).list = issued(at, at === 0 ? Date.now() - HOUR_MS : null);
    await first.lists.refresh();
    await first.close('run-1');
    expect(await judge('run-1', 1)).toMatchObject({ exitCode: 0, authorities: ['tsa-two.example'] });
    expect(await judge('run-1', 2)).toMatchObject({ reason: 'TIMESTAMP_CERTIFICATE_REVOKED' });
  });

  it('that could be had once is kept when its place is away', async () => {
    for (const at of [0, 1]) server(at).list = issued(at, null);
    await first.lists.refresh();
    for (const at of [0, 1]) server(at).list = new Uint8Array(512 * 1024);
    await first.lists.refresh();
    await first.close('run-1');
    expect(await judge('run-1')).toMatchObject({ exitCode: 0, unchecked: 0 });
  });
});

describe('many bundles', () => {
  it('under one checkpoint share one token of each authority, also across replicas', async () => {
    const names = ['run-1', 'run-2', 'run-3'];
    await Promise.all(names.map((name, at) => (at === 1 ? second : first).close(name)));
    const rows = await first.database.queries.execute('select distinct size from sealflow.log_timestamps');
    const sizes = rows.rows.length;
    for (const name of names) expect(await judge(name)).toMatchObject({ exitCode: 0 });
    const tokens = await first.database.queries.execute('select size from sealflow.log_timestamps');
    expect(tokens.rows).toHaveLength(sizes * tsa.length);
    expect(await waiting()).toBe(false);
  });

  it('are completed by one replica at a time', async () => {
    for (const each of tsa) each.behaviour = 'away';
    await first.close('run-1');
    for (const each of tsa) each.behaviour = 'honest';
    const sweeps = databases.map((database) => new Replica(database).sweeper.sweep());
    const replaced = await Promise.all(sweeps);
    expect([...replaced].sort()).toEqual([0, 1]);
    expect(tsa.map(({ stamped }) => stamped)).toEqual([1, 1]);
  });

  it('wait on while the lock is held elsewhere', async () => {
    for (const each of tsa) each.behaviour = 'away';
    await first.close('run-1');
    for (const each of tsa) each.behaviour = 'honest';
    await second.database.queries.transaction(async (transaction) => {
      expect(await new TimestampStore(transaction).tryLock()).toBe(true);
      expect(await afterAWhile(first).sweeper.sweep()).toBe(0);
    });
    expect(await afterAWhile(first).sweeper.sweep()).toBe(1);
  });
});

describe('without authorities', () => {
  it('nothing is asked and nothing waits', async () => {
    for (const each of tsa.splice(0)) await each.stop();
    await new Replica(first.database).close('run-1');
    expect(await judge('run-1', 0)).toMatchObject({ exitCode: 0 });
    expect(await waiting()).toBe(false);
  });
});
