import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseCheckpoint, parseNote } from '#evidence';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { LogMemory, type SeenLog } from '../log/log-memory.js';
import { BackupError } from './backup-error.js';
import { checkDatabase } from './check-database.js';
import { createBackup } from './create-backup.js';
import { verifyBackup } from './manifest.js';
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
  const { folder = '' } = values;
  switch (positionals[0]) {
    case 'create': {
      const { completedAt, files } = await createBackup(new EmbeddedPostgres(server).url(), server, folder);
      print({ backup: folder, completedAt, files: Object.keys(files).length });
      return 0;
    }
    case 'verify': {
      const { completedAt, files } = verifyBackup(folder);
      print({ backup: folder, completedAt, files: Object.keys(files).length });
      return 0;
    }
    case 'restore': {
      const to = values.to === undefined ? null : new Date(values.to);
      const { before } = await restoreBackup(folder, server, { to, archive: values.archive ?? null });
      print({ restored: folder, before });
      const code = await check(new EmbeddedPostgres(server).url(), home, values.checkpoint ?? []);
      await new EmbeddedPostgres(server).stop();
      return code;
    }
    case 'check':
      return check(values.database ?? new EmbeddedPostgres(server).url(), home, values.checkpoint ?? []);
    default:
      throw new Error('expected create, verify, restore or check');
  }
}

async function check(url: string, home: string, notes: readonly string[]): Promise<number> {
  const origin = process.env['SEALFLOW_LOG_ORIGIN'] ?? 'sealflow.local/log';
  const own = new LogMemory(join(home, 'log-signed.json')).read(origin);
  const seen: { log: SeenLog; by: string }[] = own === null ? [] : [{ log: own, by: 'this replica signed' }];
  for (const file of notes) {
    const bytes = readFileSync(file);
    if (bytes.length > NOTE_BYTES_MAX)
      throw new Error(`${file}: expected a checkpoint, got ${bytes.length} bytes`);
    seen.push({ log: parseCheckpoint(parseNote(bytes.toString('utf8')).text), by: `${file} shows` });
  }
  const checks = await checkDatabase(url, seen);
  for (const one of checks)
    print({ check: one.name, ok: one.code === null, reason: one.code, text: one.text });
  return checks.some(({ code }) => code !== null) ? 1 : 0;
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`sealflow: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof BackupError ? 1 : 7;
  },
);
