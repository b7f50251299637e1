import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { BackupError } from './backup-error.js';
import { PinnedFiles } from './blob-files.js';
import { type Manifest, writeManifest } from './manifest.js';
import { PinnedLedgers } from './sealed-ledgers.js';

/** Made anew by every start, or of the server that runs now (PostgreSQL documentation, 25.3.4). */
const leftOut = [
  'postmaster.pid',
  'postmaster.opts',
  'pg_internal.init',
  'recovery.signal',
  'standby.signal',
];
const emptied = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];

/** Where one installation keeps what a backup has. */
export interface BackupPlaces {
  /** Folder of the embedded server, with `data` and `server.json` in it. */
  readonly server: string;
  /** Home folder, with the records of the key enclave. */
  readonly home: string;
  /** Folder of the large blobs. */
  readonly blobFolder: string;
}

export interface CreatedBackup extends Manifest {
  /** Files of large blobs that the database names and the blob folder does not have. */
  readonly lost: readonly string[];
}

/**
 * A copy of the files of a server that goes on serving, by the low-level interface of PostgreSQL (documentation,
 * 25.3.4): files are copied in any order while they change, and the journal from before the first to after the last,
 * which is in the backup as well, makes them one state, that of the end of the backup. The files of large blobs are
 * those that this state names, and the records of the key enclave are those that it can go on with.
 */
export async function createBackup(url: string, places: BackupPlaces, out: string): Promise<CreatedBackup> {
  const { server, home, blobFolder } = places;
  if (existsSync(out) && readdirSync(out).length > 0) {
    throw new BackupError(
      'FOLDER_NOT_EMPTY',
      `${out}: expected a new folder, got one with files in it: name another`,
    );
  }
  const startedAt = new Date().toISOString();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let files: PinnedFiles | null = null;
  let ledgers: PinnedLedgers | null = null;
  try {
    await holdJournal(client);
    mkdirSync(join(out, 'data'), { recursive: true, mode: 0o700 });
    await client.query("select pg_backup_start('sealflow', true)");
    copyFolder(join(server, 'data'), join(out, 'data'), '');
    await client.query('begin');
    await holdHeads(client);
    files = await PinnedFiles.pin(client, blobFolder);
    const stop = await stopBackup(client);
    ledgers = PinnedLedgers.pin(home);
    await client.query('commit');
    await client.query('select pg_switch_wal()');
    writeFileSync(join(out, 'data', 'backup_label'), stop.labelfile, { mode: 0o600 });
    if (stop.spcmapfile !== '')
      writeFileSync(join(out, 'data', 'tablespace_map'), stop.spcmapfile, { mode: 0o600 });
    copyJournal(join(server, 'data', 'pg_wal'), join(out, 'data', 'pg_wal'));
    copyFileSync(join(server, 'server.json'), join(out, 'server.json'));
    files.copyTo(out);
    ledgers.copyTo(out);
    const completedAt = new Date().toISOString();
    const manifest = await writeManifest(out, { startedAt, completedAt, stopLsn: stop.lsn });
    return { ...manifest, lost: files.lost };
  } finally {
    files?.release();
    ledgers?.release();
    await client.end();
  }
}

/** Keeps the journal from being recycled until the connection ends; one backup at a time does. */
async function holdJournal(client: pg.Client): Promise<void> {
  try {
    await client.query("select pg_create_physical_replication_slot('sealflow_backup', true, true)");
  } catch (error) {
    // duplicate_object
    if ((error as { code?: string }).code !== '42710') throw error;
    throw new BackupError(
      'BACKUP_RUNNING',
      'expected no other backup of this server, got one that is being made: try again when it is complete',
    );
  }
}

/** Until the transaction ends, the head of no ledger moves. */
async function holdHeads(client: pg.Client): Promise<void> {
  for (const table of ['sealflow.ledgers', 'sealflow.page_ledgers']) {
    // A database of before has none of the second.
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      table,
    ]);
    if (rows[0]?.there === true) await client.query(`lock table ${table} in share row exclusive mode`);
  }
}

async function stopBackup(
  client: pg.Client,
): Promise<{ readonly lsn: string; readonly labelfile: string; readonly spcmapfile: string }> {
  const { rows } = await client.query<{ lsn: string; labelfile: string; spcmapfile: string }>(
    'select lsn::text, labelfile, spcmapfile from pg_backup_stop(false)',
  );
  const [stop] = rows;
  if (stop === undefined) throw new Error('the server ended no backup');
  return stop;
}

function copyFolder(from: string, to: string, path: string): void {
  for (const entry of readdirSync(join(from, path), { withFileTypes: true })) {
    const name = join(path, entry.name);
    if (entry.isDirectory()) {
      mkdirSync(join(to, name), { recursive: true, mode: 0o700 });
      if (!emptied.includes(name)) copyFolder(from, to, name);
    } else if (entry.isFile() && !leftOut.includes(entry.name) && !entry.name.startsWith('pgsql_tmp')) {
      copyIfThere(join(from, name), join(to, name));
    }
  }
}

/** A table that is dropped meanwhile takes its file with it; the journal says so too. */
function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function copyJournal(from: string, to: string): void {
  mkdirSync(join(to, 'archive_status'), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(from)) {
    if (/^[0-9A-F]{24}$|^[0-9A-F]{8}\.history$/.test(name)) copyIfThere(join(from, name), join(to, name));
  }
}
