import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseCheckpoint, parseNote } from '#evidence';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { LogMemory, type SeenLog } from '../log/log-memory.js';
import { BackupError } from './backup-error.js';
import { isBlobFile } from './blob-files.js';
import { checkDatabase } from './check-database.js';
import { type KeyPlaces, keysCheck } from './check-keys.js';
import { createBackup } from './create-backup.js';
import { type Manifest, verifyBackup } from './manifest.js';
import { restoreBackup } from './restore-backup.js';

const NOTE_BYTES_MAX = 64 * 1024;

/** What `sealflow backup` starts, with the settings of the orchestrator: it knows where the database lies. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string' },
      to: { type: 'string' },
      archive: { type: 'string' },
      checkpoint: { type: 'string', multiple: true },
      database: { type: 'string' },
    },
  });
  const home = process.env['SEALFLOW_HOME'] ?? '';
  const server = process.env['SEALFLOW_POSTGRES_HOME'] ?? join(home, 'postgres');
  const places = { server, home, blobFolder: process.env['SEALFLOW_BLOB_FOLDER'] ?? join(home, 'blobs') };
  const { folder = '', checkpoint = [] } = values;
  switch (positionals[0]) {
    case 'create': {
      const made = await createBackup(await urlOf(server), places, folder);
      print({
        backup: folder,
        ...facts(made),
        // Whoever has a backup and these reads everything: they are kept apart.
        without: Object.values(keyPlaces(home)),
        ...(made.lost.length === 0 ? {} : { lost: made.lost }),
      });
      if (made.lost.length === 0) return 0;
      say(
        `BLOB_FILE_MISSING: ${places.blobFolder}: the backup is complete but for ${made.lost.length} files of large ` +
          'blobs that the database names and this folder does not have: bring them back, or delete those blobs',
      );
      return 1;
    }
    case 'verify': {
      print({ backup: folder, ...facts(verifyBackup(folder)) });
      return 0;
    }
    case 'restore': {
      const to = values.to === undefined ? null : new Date(values.to);
      const { url, ...restored } = await restoreBackup(folder, places, {
        to,
        archive: values.archive ?? null,
      });
      print({ restored: folder, ...restored });
      try {
        return await check(url, places, checkpoint);
      } finally {
        await new EmbeddedPostgres(server).stop();
      }
    }
    case 'check':
      return check(values.database ?? (await urlOf(server)), places, checkpoint);
    default:
      throw new Error('expected create, verify, restore or check');
  }
}

function facts({ completedAt, files }: Manifest): object {
  const names = Object.keys(files);
  return { completedAt, files: names.length, blobFiles: names.filter(isBlobFile).length };
}

/** Of the embedded server, which has to be there and to serve. */
async function urlOf(server: string): Promise<string> {
  const postgres = new EmbeddedPostgres(server);
  if (existsSync(join(server, 'server.json')) && (await postgres.isRunning())) return postgres.url();
  throw new BackupError(
    'DATABASE_AWAY',
    `${server}: expected the embedded database of this installation to serve, got none that does: ` +
      'start the stack, or name another home with SEALFLOW_HOME; a server of DATABASE_URL has tools of its own',
  );
}

async function check(
  url: string,
  { home, blobFolder }: { readonly home: string; readonly blobFolder: string },
  notes: readonly string[],
): Promise<number> {
  const origin = process.env['SEALFLOW_LOG_ORIGIN'] ?? 'sealflow.local/log';
  const own = new LogMemory(join(home, 'log-signed.json')).read(origin);
  const seen: { log: SeenLog; by: string }[] = own === null ? [] : [{ log: own, by: 'this replica signed' }];
  for (const file of notes) {
    const bytes = readFileSync(file);
    if (bytes.length > NOTE_BYTES_MAX)
      throw new Error(`${file}: expected a checkpoint, got ${bytes.length} bytes`);
    seen.push({ log: parseCheckpoint(parseNote(bytes.toString('utf8')).text), by: `${file} shows` });
  }
  const checks = [
    ...(await checkDatabase(url, blobFolder, seen)),
    ...(await keysCheck(url, keyPlaces(home))),
  ];
  for (const one of checks)
    print({ check: one.name, ok: one.code === null, reason: one.code, text: one.text });
  return checks.some(({ code }) => code !== null) ? 1 : 0;
}

function keyPlaces(home: string): KeyPlaces {
  return {
    rootKeyFile: process.env['SEALFLOW_ROOT_KEY_FILE'] ?? join(home, 'root.key'),
    keyFolder: process.env['SEALFLOW_KEY_FOLDER'] ?? join(home, 'tenant-keys'),
  };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function say(text: string): void {
  process.stderr.write(`sealflow: ${text}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof BackupError ? 1 : 7;
  },
);
