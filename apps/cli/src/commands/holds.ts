import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import {
  type LegalHold__Output,
  type LiftHoldResponse__Output,
  type ListHoldsResponse__Output,
  type PlaceHoldResponse__Output,
  unary,
} from '#contracts';
import { asTenant, DEADLINE, timeText } from '../tenants/admin.js';
import { ofTenant, type TenantFlags } from './retention.js';

/** `sealflow holds`: legal holds, for the compliance of a tenant. */
export function holdsCommand(): Command {
  return new Command('holds')
    .description('legal holds: nothing that one covers is deleted')
    .addCommand(placeCommand())
    .addCommand(liftCommand())
    .addCommand(listCommand());
}

function placeCommand(): Command {
  return ofTenant(new Command('place'))
    .description('keep everything of the tenant, or one run, whatever the rules say')
    .option('--run <name>', 'this run alone, tenants/{tenant}/runs/{run}')
    .requiredOption('--reason <text>', 'why; is recorded')
    .action(async (options: TenantFlags & { run?: string; reason: string }) => {
      const { tenant, run = '', reason } = options;
      const request = { parent: `tenants/${tenant}`, run, reason, requestId: randomUUID() };
      const { hold } = await asTenant(options.orchestrator, ({ retention }) =>
        unary<PlaceHoldResponse__Output>(
          (call, callback) => retention.placeHold(request, call, callback),
          DEADLINE,
        ),
      );
      print(hold, options);
    });
}

function liftCommand(): Command {
  return ofTenant(new Command('lift'))
    .description('let the rules hold again')
    .argument('<hold>', 'tenants/{tenant}/holds/{hold}')
    .requiredOption('--reason <text>', 'why; is recorded')
    .action(async (name: string, options: TenantFlags & { reason: string }) => {
      const request = { name, reason: options.reason, requestId: randomUUID() };
      const { hold } = await asTenant(options.orchestrator, ({ retention }) =>
        unary<LiftHoldResponse__Output>(
          (call, callback) => retention.liftHold(request, call, callback),
          DEADLINE,
        ),
      );
      print(hold, options);
    });
}

function listCommand(): Command {
  return ofTenant(new Command('list'))
    .description('show the holds that stand')
    .option('--all', 'also those that were lifted')
    .action(async (options: TenantFlags & { all?: boolean }) => {
      const request = { parent: `tenants/${options.tenant}`, all: options.all === true };
      const { holds } = await asTenant(options.orchestrator, ({ retention }) =>
        unary<ListHoldsResponse__Output>(
          (call, callback) => retention.listHolds(request, call, callback),
          DEADLINE,
        ),
      );
      for (const hold of holds) print(hold, options);
    });
}

function print(hold: LegalHold__Output | null, { json }: TenantFlags): void {
  if (hold === null) return;
  const { name, run, reason, actor, placeTime, liftTime, liftReason, liftActor } = hold;
  const [placed, lifted] = [timeText(placeTime), timeText(liftTime)];
  const fields = { name, run, reason, actor, placed, lifted, liftReason, liftActor };
  const ended = liftTime === null ? '' : `  lifted ${lifted} by ${liftActor}: ${liftReason}`;
  const line = `${name}  ${run === '' ? 'everything' : run}  since ${placed} by ${actor}: ${reason}${ended}`;
  process.stdout.write(`${json === true ? JSON.stringify(fields) : line}\n`);
}
