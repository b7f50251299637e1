import { Command } from 'commander';
import {
  type CreateTenantResponse__Output,
  type ListTenantsResponse__Output,
  type UpdateQuotaResponse__Output,
  unary,
} from '#contracts';
import { UsageError } from '../output/failure.js';
import { asOperator, DEADLINE, timeText } from '../tenants/admin.js';

interface Flags {
  readonly orchestrator?: string;
  readonly json?: boolean;
}

/** `sealflow tenants`: for operators. */
export function tenantsCommand(): Command {
  const create = new Command('create')
    .description('make a tenant')
    .argument('<name>', 'lower case letters, digits, dots and hyphens')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line')
    .action(async (name: string, options: Flags) => {
      const { tenant } = await asOperator(options.orchestrator, ({ tenant: service }) =>
        unary<CreateTenantResponse__Output>(
          (call, callback) => service.createTenant({ name: `tenants/${name}` }, call, callback),
          DEADLINE,
        ),
      );
      const made = tenant?.name ?? '';
      process.stdout.write(options.json === true ? `${JSON.stringify({ name: made })}\n` : `${made}\n`);
    });
  const list = new Command('list')
    .description('show the tenants')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each')
    .action((options: Flags) =>
      asOperator(options.orchestrator, async ({ tenant: service }) => {
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request: { pageToken: string } = { pageToken };
          const page: ListTenantsResponse__Output = await unary<ListTenantsResponse__Output>(
            (call, callback) => service.listTenants(request, call, callback),
            DEADLINE,
          );
          for (const { name, createTime } of page.tenants) {
            const created = timeText(createTime);
            const line = options.json === true ? JSON.stringify({ name, created }) : `${created}  ${name}`;
            process.stdout.write(`${line}\n`);
          }
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      }),
    );
  return new Command('tenants')
    .description('tenants of an orchestrator')
    .addCommand(create)
    .addCommand(list)
    .addCommand(quotaCommand());
}

interface QuotaFlags extends Flags {
  readonly openRuns?: string;
  readonly runsPerMinute?: string;
  readonly blobBytes?: string;
}

function quotaCommand(): Command {
  return new Command('quota')
    .description('set what a tenant may do at most, or show it')
    .argument('<name>', 'tenant')
    .option('--open-runs <number>', 'runs that have not ended, at a time')
    .option('--runs-per-minute <number>', 'runs that begin')
    .option('--blob-bytes <number>', 'bytes of blobs that are kept')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line')
    .action(async (name: string, options: QuotaFlags) => {
      const request = {
        name: `tenants/${name}`,
        ...(options.openRuns === undefined ? {} : { openRunsMax: numberOf('--open-runs', options.openRuns) }),
        ...(options.runsPerMinute === undefined
          ? {}
          : { runsPerMinute: numberOf('--runs-per-minute', options.runsPerMinute) }),
        ...(options.blobBytes === undefined ? {} : { blobBytesMax: options.blobBytes }),
      };
      const { quota } = await asOperator(options.orchestrator, ({ tenant }) =>
        unary<UpdateQuotaResponse__Output>(
          (call, callback) => tenant.updateQuota(request, call, callback),
          DEADLINE,
        ),
      );
      const { openRunsMax = 0, runsPerMinute = 0, blobBytesMax = '0' } = quota ?? {};
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ name: request.name, openRunsMax, runsPerMinute, blobBytesMax })}\n`
          : `${request.name}  open runs ${openRunsMax}  runs per minute ${runsPerMinute}  blob bytes ${blobBytesMax}\n`,
      );
    });
}

function numberOf(option: string, text: string): number {
  if (/^(0|[1-9][0-9]{0,6})$/.test(text)) return Number(text);
  throw new UsageError(`${option}: expected a number, got ${text}`);
}
