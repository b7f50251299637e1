import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, inclusionPath, leafHash, merkleRoot, toHex, utf8 } from '#canonical';
import { formatCheckpoint, formatNote, leafEntry, parseLogProof, signNote } from '#evidence';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { type LogBed, logOrigin, openLog, openLogBed } from './log.fixture.js';

const SIZE = 270;
const MIGRATIONS = join(import.meta.dirname, '../../drizzle');
let bed: LogBed;

beforeAll(async () => {
  bed = await openLogBed();
});
afterAll(() => bed.stop());

/** The migrations as they were before the log was kept in tiles. */
function oldMigrations(): string {
  const folder = join(bed.folder, 'old');
  mkdirSync(join(folder, 'meta'), { recursive: true });
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  const entries = journal.entries.slice(0, 2);
  for (const { tag } of entries) cpSync(join(MIGRATIONS, `${tag}.sql`), join(folder, `${tag}.sql`));
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  return folder;
}

describe('a log of an older version', () => {
  it('keeps its leaves, its checkpoints and its proofs, and grows on', async () => {
    const server = new EmbeddedPostgres(join(bed.folder, 'postgres'));
    const admin = new pg.Client({ connectionString: server.url() });
    await admin.connect();
    await admin.query('create database older');
    await admin.end();
    const url = server.url().replace(/[^/]*$/, 'older');
    const pool = new pg.Pool({ connectionString: url });
    await migrate(drizzle(pool), {
      migrationsFolder: oldMigrations(),
      migrationsSchema: 'sealflow_migrations',
    });
    const entries = Array.from({ length: SIZE }, (_, at) => leafEntry(digestOf(utf8(`${at}`))));
    const hashes = entries.map((entry) => leafHash(entry));
    for (const [at, entry] of entries.entries()) {
      const root = merkleRoot(hashes.slice(0, at + 1));
      const text = formatCheckpoint({ origin: logOrigin, size: at + 1, root });
      const signature = signNote({ text, name: logOrigin, seed: bed.key.seed });
      await pool.query(
        `insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, policy, state, inputs, offers,
         client_seal_key, client_sign_key, pending_leaf, deadline, created_at)
         values ($1, 't', $1, '', '', '', 'SUCCEEDED', '[]', '[]', '', '', $2, now(), now())`,
        [`run-${at}`, digestOf(entry)],
      );
      await pool.query('insert into sealflow.blobs (digest, size, data) values ($1, $2, $3)', [
        digestOf(entry),
        entry.length,
        Buffer.from(entry),
      ]);
      await pool.query('insert into sealflow.log_entries values ($1, $2, $3, $4)', [
        at,
        `run-${at}`,
        Buffer.from(hashes[at] ?? expect.fail()),
        formatNote({ text, signatures: [signature] }),
      ]);
    }
    await pool.end();

    const log = openLog(await bed.database(url), bed.key);
    await log.open();
    const old = parseLogProof((await log.append('run-260', entries[260] ?? expect.fail())).proof);
    expect([old.index, old.checkpoint.size]).toEqual([260, 261]);
    expect(old.path.map(toHex)).toEqual(inclusionPath(hashes.slice(0, 261), 260).map(toHex));
    const added = leafEntry(digestOf(utf8('added')));
    const grown = parseLogProof((await log.append('added', added)).proof);
    expect(grown.index).toBe(SIZE);
    expect(toHex(grown.checkpoint.root)).toBe(toHex(merkleRoot([...hashes, leafHash(added)])));
  });
});
