import { Command } from 'commander';
import { type ListUsageResponse__Output, type UsageDay__Output, unary } from '#contracts';
import { DEVELOPMENT_TENANT } from '../installation/installation-keys.js';
import { UsageError } from '../output/failure.js';
import { asTenant, DEADLINE } from '../tenants/admin.js';

interface Flags {
  readonly orchestrator?: string;
  readonly json?: boolean;
  readonly tenant: string;
  readonly days: string;
}

/** `sealflow usage`: what a tenant used, day by day. */
export function usageCommand(): Command {
  return new Command('usage')
    .description('what a tenant used by day (UTC): runs, steps, time of workers, bytes of blobs')
    .option('--tenant <name>', 'tenant of the key', DEVELOPMENT_TENANT)
    .option('--days <number>', 'days with any use, the newest first', '31')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each')
    .action(async (options: Flags) => {
      if (!/^[1-9][0-9]{0,3}$/.test(options.days)) {
        throw new UsageError(`--days: expected a number from 1 to 9999, got ${options.days}`);
      }
      let left = Number(options.days);
      await asTenant(options.orchestrator, async ({ tenant: service }) => {
        for (let pageToken: string | null = ''; pageToken !== null && left > 0; ) {
          const request = { parent: `tenants/${options.tenant}`, pageSize: Math.min(left, 100), pageToken };
          const page: ListUsageResponse__Output = await unary<ListUsageResponse__Output>(
            (call, callback) => service.listUsage(request, call, callback),
            DEADLINE,
          );
          for (const day of page.days) {
            process.stdout.write(`${options.json === true ? JSON.stringify(day) : lineOf(day)}\n`);
          }
          left -= page.days.length;
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      });
    });
}

function lineOf(used: UsageDay__Output): string {
  const { day, runs, steps, bytesIn, bytesOut, bytesStored } = used;
  const work = steps.map(
    ({ kind, steps: count, milliseconds, waitMilliseconds }) =>
      `${kind} ${count} in ${milliseconds} ms after ${waitMilliseconds} ms`,
  );
  return [
    day,
    `runs ${runs}`,
    `steps ${work.length === 0 ? 'none' : work.join(', ')}`,
    `ended ${used.endedRuns} in ${used.runMilliseconds} ms, overhead ${used.overheadMilliseconds} ms`,
    `bytes in ${bytesIn} out ${bytesOut} stored ${bytesStored}`,
  ].join('  ');
}
