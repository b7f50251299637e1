import { Command } from 'commander';
import { type CreateTenantResponse__Output, type ListTenantsResponse__Output, unary } from '#contracts';
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
  return new Command('tenants').description('tenants of an orchestrator').addCommand(create).addCommand(list);
}
