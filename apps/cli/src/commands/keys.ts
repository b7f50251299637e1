import { join } from 'node:path';
import { Command } from 'commander';
import {
  type ApiKey__Output,
  type CreateApiKeyResponse__Output,
  type ListApiKeysResponse__Output,
  type RevokeApiKeyResponse__Output,
  unary,
} from '#contracts';
import { InstallationKeys } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { asOperator, DEADLINE, timeText } from '../tenants/admin.js';

interface Flags {
  readonly orchestrator?: string;
  readonly tenant?: string;
  readonly json?: boolean;
}

interface CreateFlags extends Flags {
  readonly subject: string;
  readonly role: readonly string[];
  readonly days: string;
}

const DAY_S = 24 * 3_600;

/** `sealflow keys`: API keys of tenants and of the platform, for operators. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('API keys of an orchestrator')
    .addCommand(bootstrapCommand())
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

/** Before there is an orchestrator that could make a key. */
function bootstrapCommand(): Command {
  return new Command('bootstrap')
    .description('make the first keys of an installation, and the file of their digests for its orchestrator')
    .action(() => {
      const home = homeFolder();
      const keys = new InstallationKeys(home);
      keys.renew(Date.now());
      const lines = [
        `digests   ${join(home, 'bootstrap-keys.json')}  (key bootstrap-keys.json of the orchestrator's Secret)`,
        `operator  ${keys.file('operator')}`,
        `worker    ${keys.file('worker')}`,
        `tenant    ${keys.file('tenant')}`,
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}

function createCommand(): Command {
  return common(new Command('create'))
    .description('make a key; its secret is printed once')
    .requiredOption('--subject <name>', 'who holds it, e.g. payments@acme.example, or workers/NAME')
    .requiredOption('--role <role>', 'what it may do (repeatable)', gathered)
    .option('--days <number>', 'days until it expires, at most 400', '90')
    .action(async (options: CreateFlags) => {
      const expireTime = {
        seconds: String(Math.floor(Date.now() / 1000) + daysOf(options.days) * DAY_S),
        nanos: 0,
      };
      const request = {
        parent: parentOf(options),
        subject: options.subject,
        roles: [...options.role],
        expireTime,
      };
      const { key, secret } = await asOperator(options.orchestrator, ({ tenant }) =>
        unary<CreateApiKeyResponse__Output>(
          (call, callback) => tenant.createApiKey(request, call, callback),
          DEADLINE,
        ),
      );
      if (options.json === true) process.stdout.write(`${JSON.stringify({ ...factsOf(key), secret })}\n`);
      else process.stdout.write(`${secret}\n`);
    });
}

function listCommand(): Command {
  return common(new Command('list'))
    .description('show keys, never their secrets')
    .action((options: Flags) =>
      asOperator(options.orchestrator, async ({ tenant }) => {
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request: { parent: string; pageToken: string } = { parent: parentOf(options), pageToken };
          const page: ListApiKeysResponse__Output = await unary<ListApiKeysResponse__Output>(
            (call, callback) => tenant.listApiKeys(request, call, callback),
            DEADLINE,
          );
          for (const key of page.keys) process.stdout.write(lineOf(key, options.json === true));
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      }),
    );
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('end a key before its time')
    .argument('<name>', 'tenants/{tenant}/apiKeys/{id}, or apiKeys/{id}, as `keys list` shows it')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line')
    .action(async (name: string, options: Flags) => {
      const { key } = await asOperator(options.orchestrator, ({ tenant }) =>
        unary<RevokeApiKeyResponse__Output>(
          (call, callback) => tenant.revokeApiKey({ name }, call, callback),
          DEADLINE,
        ),
      );
      process.stdout.write(lineOf(key, options.json === true));
    });
}

function common(command: Command): Command {
  return command
    .option('--tenant <name>', 'whose keys (default: the platform: operators, services, workers)')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each');
}

function parentOf({ tenant }: Flags): string {
  return tenant === undefined ? '' : `tenants/${tenant}`;
}

function daysOf(text: string): number {
  const days = /^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(days <= 400)) throw new UsageError(`--days: expected 1 to 400, got ${text}`);
  return days;
}

function factsOf(key: ApiKey__Output | null) {
  return {
    name: key?.name ?? '',
    subject: key?.subject ?? '',
    roles: key?.roles ?? [],
    expires: timeText(key?.expireTime ?? null),
    revoked: timeText(key?.revokeTime ?? null),
  };
}

function lineOf(key: ApiKey__Output | null, json: boolean): string {
  const facts = factsOf(key);
  if (json) return `${JSON.stringify(facts)}\n`;
  const state = facts.revoked === '-' ? `until ${facts.expires}` : `revoked ${facts.revoked}`;
  return `${facts.name}  ${facts.subject}  ${facts.roles.join(',')}  ${state}\n`;
}

function gathered(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
