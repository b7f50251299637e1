import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { leafEntry, parseCheckpoint, parseNote } from '#evidence';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { SigningKey } from '../evidence/signing-key.js';
import { silent } from '../log/log.fixture.js';
import type { SeenLog } from '../log/log-memory.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { noWitnesses } from '../log/witness-config.js';
import { WitnessFeed } from '../log/witness-feed.js';
import { checkDatabase } from './check-database.js';
import { createBackup } from './create-backup.js';
import { verifyBackup } from './manifest.js';
import { restoreBackup } from './restore-backup.js';

const ORIGIN = 'log.example/backup';
let large: Large;
let folder: string;
let home: string;
let server: string;
let archive: string;
let postgres: EmbeddedPostgres;
let backup: string;
let blobFolder: string;
const places = () => ({ server, home, blobFolder });
/** Between the second and the third batch of leaves. */
let point: Date;
/** What a witness saw before the database was lost. */
let newest: SeenLog;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-backup-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  [home, server, archive, backup, blobFolder] = ['home', 'postgres', 'archive', 'backup', 'blobs'].map(
    (name) => join(folder, name),
  ) as [string, string, string, string, string];
  postgres = new EmbeddedPostgres(server, archive);
  await postgres.start();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function withLog<T>(work: (log: TransparencyLog) => Promise<T>, logOrigin = ORIGIN): Promise<T> {
  const database = await Database.open(postgres.url());
  const feed = new WitnessFeed(database, { witnessing: noWitnesses }, silent);
  const log = new TransparencyLog(database, SigningKey.load(home), { logOrigin, home }, feed);
  try {
    await log.open();
    return await work(log);
  } finally {
    await database.close();
  }
}

const append = (...names: readonly string[]) =>
  withLog(async (log) => {
    for (const name of names) await log.append(name, leafEntry(digestOf(utf8(name))));
    const { size, root } = parseCheckpoint(parseNote((await log.checkpoint()) ?? '').text);
    return { origin: ORIGIN, size, root };
  });

async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const subjects = async (): Promise<string[]> =>
  (await query<{ subject: string }>('select subject from sealflow.log_entries order by index')).map(
    ({ subject }) => subject,
  );

/** Until the journal of everything before is in the archive. */
async function archived(): Promise<void> {
  const [row] = await query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name');
  for (;;) {
    const [done] = await query<{ last: string | null }>(
      'select last_archived_wal as last from pg_stat_archiver',
    );
    if ((done?.last ?? '') >= (row?.name ?? '')) return;
  }
}

/** A large blob of a few bytes, or an upload of which as many are kept. */
async function addLarge(name: string, table: 'large_blobs' | 'blob_uploads' = 'large_blobs'): Promise<Large> {
  const bytes = Buffer.from(`bytes of ${name}`);
  const digest = digestOf(bytes);
  const file = `${digest.slice('sha256:'.length)}-1-${'ab'.repeat(8)}`;
  const path = join(blobFolder, file.slice(0, 2), file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(join(blobFolder, 'folder-id'), 'the-folder\n');
  // An upload that broke off wrote more than was said to be kept.
  writeFileSync(path, table === 'large_blobs' ? bytes : Buffer.concat([bytes, Buffer.from('more')]));
  const segments = JSON.stringify([{ file, size: bytes.length }]);
  await query(
    table === 'large_blobs'
      ? `insert into sealflow.large_blobs (digest, size, segments) values ('${digest}', ${bytes.length}, '${segments}')`
      : `insert into sealflow.blob_uploads (digest, tenant, size, generation, committed, segments)
         values ('${digest}', 'acme', 1000, 1, ${bytes.length}, '${segments}')`,
  );
  return { digest, file, path, bytes };
}

interface Large {
  readonly digest: string;
  readonly file: string;
  readonly path: string;
  readonly bytes: Buffer;
}

const failures = async (seen: readonly { log: SeenLog; by: string }[] = []): Promise<string[]> =>
  (await checkDatabase(postgres.url(), blobFolder, seen)).flatMap(({ code }) =>
    code === null ? [] : [code],
  );

describe('a backup', () => {
  it('of a server that serves is whole, and every file of it is known', async () => {
    await append('run-1', 'run-2');
    large = await addLarge('a model');
    await addLarge('an upload', 'blob_uploads');
    // Somebody writes all the while.
    const writing = append(...Array.from({ length: 40 }, (_, at) => `during-${at}`));
    await createBackup(postgres.url(), places(), backup);
    await writing;
    expect(Object.keys(verifyBackup(backup).files).length).toBeGreaterThan(500);
    expect(readFileSync(join(backup, 'blobs', large.file.slice(0, 2), large.file))).toEqual(large.bytes);
    expect(readdirSync(blobFolder).filter((name) => name.startsWith('backup-'))).toEqual([]);
    await append('run-3');
    point = (await query<{ now: Date }>('select clock_timestamp() as now'))[0]?.now ?? new Date(0);
    newest = await append('run-4', 'run-5');
    await archived();
  });

  it('is not written over another', async () => {
    await expect(createBackup(postgres.url(), places(), backup)).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
    });
  });

  it('of which the file of a large blob is another or missing, is refused, and the file is named', async () => {
    const name = join('blobs', large.file.slice(0, 2), large.file);
    writeFileSync(join(backup, name), 'other bytes');
    expect(() => verifyBackup(backup)).toThrow(`changed ${name}`);
    rmSync(join(backup, name));
    expect(() => verifyBackup(backup)).toThrow(`missing ${name}`);
    writeFileSync(join(backup, name), large.bytes);
    verifyBackup(backup);
  });

  it('of a server whose blob folder lost a file has the rest, and says which it is', async () => {
    const lost = await addLarge('a blob whose file is lost');
    rmSync(lost.path);
    const other = join(folder, 'other-backup');
    const made = await createBackup(postgres.url(), places(), other);
    expect(made.lost).toEqual([lost.file]);
    verifyBackup(other);
    const checks = await checkDatabase(postgres.url(), blobFolder, []);
    expect(checks.filter(({ code }) => code !== null)).toEqual([
      expect.objectContaining({ code: 'BLOB_FILE_MISSING', text: expect.stringContaining(lost.file) }),
    ]);
    await query(`delete from sealflow.large_blobs where digest = '${lost.digest}'`);
    rmSync(other, { recursive: true });
  });

  it('is made by one at a time', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const [first, second] = await Promise.allSettled([
      createBackup(postgres.url(), places(), one),
      createBackup(postgres.url(), places(), two),
    ]);
    const refused = [first, second].filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => reason)).toMatchObject([{ code: 'BACKUP_RUNNING' }]);
    for (const made of [one, two]) rmSync(made, { recursive: true, force: true });
  });

  it('of which one bit is another, a file is missing or one is more, is refused', async () => {
    const name = Object.keys(verifyBackup(backup).files).find((one) => /base\/\d+\/\d+$/.test(one)) ?? '';
    const file = join(backup, name);
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(0) ^ 1, 0);
    writeFileSync(file, changed);
    expect(() => verifyBackup(backup)).toThrow(expect.objectContaining({ code: 'BACKUP_DAMAGED' }));
    await expect(restoreBackup(backup, places(), { to: null, archive: null })).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
    });
    rmSync(file);
    expect(() => verifyBackup(backup)).toThrow(`missing ${name}`);
    writeFileSync(file, bytes);
    writeFileSync(join(backup, 'stranger'), '');
    expect(() => verifyBackup(backup)).toThrow('not of it stranger');
    rmSync(join(backup, 'stranger'));
    mkdirSync(join(folder, 'empty'));
    expect(() => verifyBackup(join(folder, 'empty'))).toThrow(
      expect.objectContaining({ code: 'BACKUP_DAMAGED' }),
    );
  });
});

describe('a restore', () => {
  it('is refused while the server runs, and to a point without a journal', async () => {
    const [to, none] = [point, null];
    await expect(restoreBackup(backup, places(), { to, archive: none })).rejects.toMatchObject({
      code: 'POINT_NOT_REACHED',
    });
    await expect(restoreBackup(backup, places(), { to, archive })).rejects.toMatchObject({
      code: 'DATABASE_RUNNING',
    });
    expect((await subjects()).at(-1)).toBe('run-5');
  });

  it('into the blob folder of another database is refused before anything is moved', async () => {
    const other = join(folder, 'other-blobs');
    mkdirSync(other);
    writeFileSync(join(other, 'folder-id'), 'another-folder\n');
    await expect(
      restoreBackup(backup, { ...places(), blobFolder: other }, { to: null, archive: null }),
    ).rejects.toMatchObject({ code: 'BLOB_FOLDER_FOREIGN' });
  });

  it('to the end of the archive has everything, once', async () => {
    const before = await subjects();
    await destroy();
    await restoreBackup(backup, places(), { to: null, archive });
    expect(await subjects()).toEqual(before);
    expect(await failures([{ log: newest, by: 'a witness saw' }])).toEqual([]);
  });

  it('has the files of large blobs and of uploads, in a new folder and in one where they went on', async () => {
    await destroy();
    const later = `${readFileSync(large.path, 'utf8')}, and more of a later time`;
    writeFileSync(large.path, later);
    expect(await restoreBackup(backup, places(), { to: null, archive: null })).toMatchObject({
      blobFiles: 0,
    });
    expect(readFileSync(large.path, 'utf8')).toBe(later);
    expect(await failures()).toEqual([]);
    await destroy();
    // Of neither time: it is moved aside.
    writeFileSync(large.path, 'something else');
    expect(await restoreBackup(backup, places(), { to: null, archive: null })).toMatchObject({
      blobFiles: 1,
    });
    await destroy();
    rmSync(blobFolder, { recursive: true });
    expect(await restoreBackup(backup, places(), { to: null, archive: null })).toMatchObject({
      blobFiles: 2,
    });
    expect(readFileSync(large.path)).toEqual(large.bytes);
    expect(await failures()).toEqual([]);
    writeFileSync(large.path, 'x'.repeat(large.bytes.length));
    expect(await failures()).toEqual(['BLOB_CHANGED']);
    writeFileSync(large.path, large.bytes);
  });

  it('to a point in time has what was committed then, and nothing later', async () => {
    await destroy();
    await restoreBackup(backup, places(), { to: point, archive });
    const after = await subjects();
    expect(after.at(-1)).toBe('run-3');
    expect(new Set(after).size).toBe(43);
    expect(await failures()).toEqual([]);
  });

  it('that lost leaves is found by the checkpoint of a witness', async () => {
    const checks = await checkDatabase(postgres.url(), blobFolder, [{ log: newest, by: 'a witness saw' }]);
    expect(checks.find(({ name }) => name === 'history')).toMatchObject({
      code: 'LOG_ROLLED_BACK',
      text: expect.stringContaining('expected the 45 leaves or more that a witness saw'),
    });
  });

  it('that lost leaves is not gone on with under the name of the log', async () => {
    await expect(append('run-6')).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' });
    expect((await subjects()).at(-1)).toBe('run-3');
  });

  it('that lost leaves goes on under another name, when the operator says so', async () => {
    await withLog((log) => log.append('run-6', leafEntry(digestOf(utf8('run-6')))), `${ORIGIN}/2`);
    expect(await failures()).toEqual([]);
    // Grown as long as it was, it is another history all the same.
    await withLog((log) => log.append('run-7', leafEntry(digestOf(utf8('run-7')))), `${ORIGIN}/2`);
    await expect(append('run-8')).rejects.toMatchObject({ code: 'LOG_FORKED' });
    expect(await failures([{ log: newest, by: 'a witness saw' }])).toEqual(['LOG_FORKED']);
  });

  it('from the backup alone has what was there when it was complete', async () => {
    await destroy();
    await restoreBackup(backup, places(), { to: null, archive: null });
    const after = await subjects();
    expect(after.slice(0, 2)).toEqual(['run-1', 'run-2']);
    expect(after).not.toContain('run-3');
    expect(new Set(after).size).toBe(after.length);
    expect(await failures()).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    [
      'a leaf',
      `update sealflow.log_entries set entry = '\\x00' where index = 0`,
      ['LEAVES_CHANGED', 'TREE_BROKEN'],
    ],
    ['a tile', `update sealflow.log_tiles set hashes = '\\x00' where level = 0`, ['TREE_BROKEN']],
    ['a lost leaf', 'delete from sealflow.log_entries where index = 0', ['LEAVES_CHANGED', 'TREE_BROKEN']],
    [
      'a blob',
      `insert into sealflow.blobs (digest, size, data) values ('sha256:00', 1, '\\x00')`,
      ['BLOB_CHANGED'],
    ],
    [
      'a ledger that is not where its entries end',
      `insert into sealflow.ledgers values ('t', 'l', 3, 'a', 'r', 'x');
       insert into sealflow.ledger_entries (tenant, ledger, version, operation, run_id, task_id, receipt, time)
       values ('t', 'l', 2, 'reserve', 'r', 't', 'x', now())`,
      ['LEDGER_BROKEN'],
    ],
    [
      'a run whose leaf and bundle are gone',
      `insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, policy, state, inputs, offers,
         client_seal_key, client_sign_key, bundle, deadline, created_at)
       values ('lost', 't', 'q', '', '', '', 'SUCCEEDED', '[]', '[]', '', '', 'sha256:11', now(), now())`,
      ['LEAF_MISSING', 'BUNDLE_MISSING'],
    ],
  ])('finds %s', async (_what, change, codes) => {
    await destroy();
    await restoreBackup(backup, places(), { to: null, archive: null });
    await query(change);
    expect(await failures()).toEqual(codes);
  });
});

/** The server's files are gone. */
async function destroy(): Promise<void> {
  await postgres.stop();
  rmSync(join(server, 'data'), { recursive: true });
  rmSync(join(server, 'server.json'));
}
