import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Installation } from '../installation/installation.js';
import { homeFolder, projectRoot } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';

/** `sealflow backup`: of the embedded database of this installation. Another server has tools of its own. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('back up, restore and check the database and what lies beside it')
    .addCommand(
      new Command('create')
        .description('copy the embedded database while it serves, with large blobs and sealed ledgers')
        .requiredOption('--out <dir>', 'new folder')
        .action(({ out }: { out: string }) => call(['create', '--folder', resolve(out)])),
    )
    .addCommand(
      new Command('verify')
        .description('read every byte of a backup again')
        .argument('<dir>', 'folder of the backup')
        .action((folder: string) => call(['verify', '--folder', resolve(folder)])),
    )
    .addCommand(
      new Command('restore')
        .description('put a backup in the place of the embedded database, and check it; the stack is stopped')
        .argument('<dir>', 'folder of the backup')
        .option('--archive <dir>', 'archived journal: restores to its end, or to a point')
        .option('--to <time>', 'point in time, e.g. 2026-11-21T12:00:00Z')
        .option('--checkpoint <file>', 'newest checkpoint of a witness or a mirror (repeatable)', gather)
        .action((folder: string, options: RestoreFlags) => {
          if (options.to !== undefined && Number.isNaN(Date.parse(options.to))) {
            throw new UsageError(`--to: expected a time such as 2026-11-21T12:00:00Z, got ${options.to}`);
          }
          call([
            'restore',
            '--folder',
            resolve(folder),
            ...(options.archive === undefined ? [] : ['--archive', resolve(options.archive)]),
            ...(options.to === undefined ? [] : ['--to', options.to]),
            ...checkpoints(options.checkpoint),
          ]);
        }),
    )
    .addCommand(
      new Command('check')
        .description('whether a database holds together, and its log is the one that others have seen')
        .option('--database <url>', 'a server that is not the embedded one')
        .option('--checkpoint <file>', 'newest checkpoint of a witness or a mirror (repeatable)', gather)
        .action(({ database, checkpoint }: { database?: string; checkpoint?: readonly string[] }) =>
          call([
            'check',
            ...(database === undefined ? [] : ['--database', database]),
            ...checkpoints(checkpoint),
          ]),
        ),
    );
}

interface RestoreFlags {
  readonly archive?: string;
  readonly to?: string;
  readonly checkpoint?: readonly string[];
}

const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

function checkpoints(files: readonly string[] = []): string[] {
  return files.flatMap((file) => ['--checkpoint', resolve(file)]);
}

/** The orchestrator's own code does it, as a process of its own, as whoever has the files. */
function call(args: readonly string[]): void {
  const home = homeFolder();
  const installation = Installation.at(home);
  // Into a new home: the stack that starts there looks for its database where it was put.
  const server = args[0] === 'restore' ? installation.placeDatabase() : installation.postgresHome;
  const { status } = spawnSync(
    process.execPath,
    [resolve(projectRoot, 'dist/apps/orchestrator/src/backup/main.js'), ...args],
    {
      env: {
        ...process.env,
        SEALFLOW_HOME: home,
        SEALFLOW_POSTGRES_HOME: process.env['SEALFLOW_POSTGRES_HOME'] ?? server,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  process.exitCode = status ?? 70;
}
