import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { BackupError } from './backup-error.js';
import { expectSameFolder, restoreBlobFiles } from './blob-files.js';
import type { BackupPlaces } from './create-backup.js';
import { verifyBackup } from './manifest.js';
import { restoreLedgers } from './sealed-ledgers.js';

const RECOVERY_MS_MAX = 3_600_000;
const POLL_MS = 200;

export interface RestoreOptions {
  /** The point in time; the end of the archive unless said, or of the backup where there is no archive. */
  readonly to: Date | null;
  /** Folder of the archived journal. */
  readonly archive: string | null;
}

export interface RestoredBackup {
  readonly url: string;
  /** Where the database went that was there; null where there was none. */
  readonly before: string | null;
  /** Files of large blobs that were put back. */
  readonly blobFiles: number;
  /** Records of the key enclave that were put back. */
  readonly ledgers: number;
}

/**
 * Puts the files of a backup in the place of the server's, and plays the journal to the point that is asked for. What
 * was there before is moved aside, not deleted; files of large blobs come to those that are there. Records of the key
 * enclave take the place of those that are there, unless the journal is played to its end, where these are. The server
 * runs afterwards.
 */
export async function restoreBackup(
  backup: string,
  { server, home, blobFolder }: BackupPlaces,
  { to, archive }: RestoreOptions,
): Promise<RestoredBackup> {
  verifyBackup(backup);
  expectSameFolder(backup, blobFolder);
  if (to !== null && archive === null) {
    throw new BackupError(
      'POINT_NOT_REACHED',
      `${to.toISOString()}: expected the folder of the archived journal beside a point in time (--archive), got none`,
    );
  }
  const data = join(server, 'data');
  if (existsSync(join(data, 'postmaster.pid')) && (await new EmbeddedPostgres(server).isRunning())) {
    throw new BackupError('DATABASE_RUNNING', `${data}: expected a server that is stopped: stop the stack`);
  }
  const blobFiles = restoreBlobFiles(backup, blobFolder);
  const ledgers = restoreLedgers(backup, home, archive !== null && to === null);
  const before = existsSync(data) ? `${data}.before-restore-${Date.now()}` : null;
  mkdirSync(server, { recursive: true });
  if (before !== null) renameSync(data, before);
  cpSync(join(backup, 'data'), data, { recursive: true, mode: 0 });
  // PostgreSQL starts on a folder that is its user's alone.
  chmodSync(data, 0o700);
  cpSync(join(backup, 'server.json'), join(server, 'server.json'));
  if (archive !== null) recoverFrom(data, archive, to);
  const postgres = new EmbeddedPostgres(server);
  postgres.adopt();
  try {
    const url = await postgres.start();
    await promoted(url);
    if (archive !== null) forgetRecovery(data);
    return { url, before, blobFiles, ledgers };
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError(
      'POINT_NOT_REACHED',
      `${to?.toISOString() ?? 'the end of the journal'}: the server did not get there, see ${server}/server.log: ` +
        `a point after the end of the backup and before the end of the archive can be reached`,
    );
  }
}

const RECOVERY = /^(restore_command|recovery_target)/;

/** Along the journal that the backup is of: an earlier restore began another, which a later backup is of. */
function recoverFrom(data: string, archive: string, to: Date | null): void {
  if (!/^\/[A-Za-z0-9_./-]+$/.test(archive)) {
    throw new BackupError(
      'POINT_NOT_REACHED',
      `${archive}: expected an absolute folder of letters, digits and _ . / -`,
    );
  }
  const lines = [`restore_command = 'cp "${archive}/%f" "%p"'`, "recovery_target_timeline = 'current'"];
  if (to !== null) {
    // The server takes no abbreviation of a zone here, and Z is one.
    const time = to.toISOString().replace('T', ' ').replace('Z', '+00');
    lines.push(`recovery_target_time = '${time}'`, "recovery_target_action = 'promote'");
  }
  const file = join(data, 'postgresql.auto.conf');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n${lines.join('\n')}\n`);
  writeFileSync(join(data, 'recovery.signal'), '');
}

/** A later start must not go back to the same point. */
function forgetRecovery(data: string): void {
  const file = join(data, 'postgresql.auto.conf');
  const kept = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !RECOVERY.test(line));
  writeFileSync(file, kept.join('\n'));
}

/** The server answers before it has played the journal to its end. */
async function promoted(url: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < RECOVERY_MS_MAX; waitedMs += POLL_MS) {
    if (!(await inRecovery(url))) return;
    await sleep(POLL_MS);
  }
  throw new BackupError(
    'POINT_NOT_REACHED',
    `the server plays its journal for more than ${RECOVERY_MS_MAX} ms`,
  );
}

async function inRecovery(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
    return rows[0]?.recovering !== false;
  } finally {
    await client.end();
  }
}
