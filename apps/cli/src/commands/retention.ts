import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import {
  type ListRetentionRecordsResponse__Output,
  type ListRetentionResponse__Output,
  type RetentionRule__Output,
  type SetRetentionResponse__Output,
  unary,
} from '#contracts';
import { UsageError } from '../output/failure.js';
import { asTenant, DEADLINE, timeText } from '../tenants/admin.js';

/** `sealflow retention`: how long runs are kept, for the compliance of a tenant. */
export function retentionCommand(): Command {
  return new Command('retention')
    .description('how long runs of a tenant are kept')
    .addCommand(setCommand())
    .addCommand(listCommand())
    .addCommand(recordsCommand());
}

/** What those options say. */
export interface TenantFlags {
  readonly tenant: string;
  readonly orchestrator?: string;
  readonly json?: boolean;
}

/** Options that every command for a tenant's keeping has. */
export function ofTenant(command: Command): Command {
  return command
    .option('--tenant <name>', 'tenant', 'demo')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each');
}

interface SetFlags extends TenantFlags {
  readonly class?: string;
  readonly workflow?: string;
  readonly run?: string;
  readonly payloadDays?: string;
  readonly evidenceDays?: string;
  readonly remove?: boolean;
  readonly reason: string;
}

function setCommand(): Command {
  return ofTenant(new Command('set'))
    .description(
      'set or remove a rule: for the tenant, one of its workflows, or one run; the narrowest holds alone',
    )
    .option('--class <name>', 'what you call it, e.g. gdpr-30d')
    .option('--workflow <name>', 'for runs of this workflow')
    .option('--run <name>', 'for this run, tenants/{tenant}/runs/{run}')
    .option(
      '--payload-days <days>',
      'days after its end until inputs and outputs are deleted (default: never)',
    )
    .option('--evidence-days <days>', 'days until bundle and statements are deleted (default: never)')
    .option('--remove', 'remove the rule')
    .requiredOption('--reason <text>', 'why; is recorded')
    .action(async (options: SetFlags) => {
      const { tenant, workflow = '', run = '', remove = false, reason } = options;
      const request = {
        parent: `tenants/${tenant}`,
        class: options.class ?? '',
        workflow,
        run,
        remove,
        reason,
        requestId: randomUUID(),
        ...days('payloadDays', options.payloadDays),
        ...days('evidenceDays', options.evidenceDays),
      };
      const { rule } = await asTenant(options.orchestrator, ({ retention }) =>
        unary<SetRetentionResponse__Output>(
          (call, callback) => retention.setRetention(request, call, callback),
          DEADLINE,
        ),
      );
      process.stdout.write(rule === null ? 'removed\n' : ruleLine(rule, options.json === true));
    });
}

function listCommand(): Command {
  return ofTenant(new Command('list'))
    .description('show the rules')
    .action(async (options: TenantFlags) => {
      const { rules } = await asTenant(options.orchestrator, ({ retention }) =>
        unary<ListRetentionResponse__Output>(
          (call, callback) =>
            retention.listRetention({ parent: `tenants/${options.tenant}` }, call, callback),
          DEADLINE,
        ),
      );
      for (const rule of rules) process.stdout.write(ruleLine(rule, options.json === true));
    });
}

function recordsCommand(): Command {
  return ofTenant(new Command('records'))
    .description('show what was set, held and deleted, by whom and why, newest first')
    .action((options: TenantFlags) =>
      asTenant(options.orchestrator, async ({ retention }) => {
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request: { parent: string; pageToken: string } = {
            parent: `tenants/${options.tenant}`,
            pageToken,
          };
          const page: ListRetentionRecordsResponse__Output =
            await unary<ListRetentionRecordsResponse__Output>(
              (call, callback) => retention.listRetentionRecords(request, call, callback),
              DEADLINE,
            );
          for (const { time, actor, action, reason, leafIndex = null, record } of page.records) {
            const at = timeText(time);
            const json = { time: at, actor, action, reason, leafIndex, record: record.toString('utf8') };
            const line = `${at}  ${action}  ${actor}  leaf ${leafIndex ?? 'waits'}  ${reason}`;
            process.stdout.write(`${options.json === true ? JSON.stringify(json) : line}\n`);
          }
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      }),
    );
}

function ruleLine(rule: RetentionRule__Output, json: boolean): string {
  const subject = rule.run || (rule.workflow === '' ? 'tenant' : `workflow ${rule.workflow}`);
  const { class: name, payloadDays = null, evidenceDays = null, actor } = rule;
  if (json) return `${JSON.stringify({ subject, class: name, payloadDays, evidenceDays, actor })}\n`;
  const text = (count: number | null): string => (count === null ? 'for ever' : `${count} days`);
  return `${subject}  ${name}  payloads ${text(payloadDays)}  evidence ${text(evidenceDays)}  set by ${actor}\n`;
}

function days(name: 'payloadDays' | 'evidenceDays', text: string | undefined): Record<string, number> {
  if (text === undefined) return {};
  if (!/^(0|[1-9][0-9]{0,4})$/.test(text)) {
    const option = name === 'payloadDays' ? '--payload-days' : '--evidence-days';
    throw new UsageError(`${option}: expected a number of days, got ${text}`);
  }
  return { [name]: Number(text) };
}
