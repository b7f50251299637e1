import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import {
  type DestroyKeyResponse__Output,
  type GetKeyStateResponse__Output,
  type ListKeysResponse__Output,
  type ResumeKeyResponse__Output,
  type RotateKeyResponse__Output,
  type SuspendKeyResponse__Output,
  type TenantKey__Output,
  unary,
} from '#contracts';
import { UsageError } from '../output/failure.js';
import { asOperator, DEADLINE, timeText } from '../tenants/admin.js';

interface Flags {
  readonly orchestrator?: string;
  readonly json?: boolean;
}

interface ChangeFlags extends Flags {
  readonly reason: string;
}

/** A destruction waits until no replica holds the key any more. */
const DESTROY_DEADLINE = { deadlineMs: 100_000 };

/** `sealflow tenant-keys`: what tenants' blobs are sealed under at rest, for operators. */
export function tenantKeysCommand(): Command {
  return new Command('tenant-keys')
    .description('keys that the blobs of tenants are sealed under at rest')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(rotateCommand())
    .addCommand(suspendCommand())
    .addCommand(resumeCommand())
    .addCommand(destroyCommand());
}

function listCommand(): Command {
  return common(new Command('list'))
    .description('show the keys with their states; no command shows a key')
    .action((options: Flags) =>
      asOperator(options.orchestrator, async ({ key }) => {
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request: { pageToken: string } = { pageToken };
          const page: ListKeysResponse__Output = await unary<ListKeysResponse__Output>(
            (call, callback) => key.listKeys(request, call, callback),
            DEADLINE,
          );
          for (const one of page.keys) print(one, options);
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      }),
    );
}

function showCommand(): Command {
  return common(new Command('show'))
    .description('show the key of one tenant, with its versions')
    .argument('<tenant>', 'name of the tenant')
    .action(async (tenant: string, options: Flags) => {
      const { key } = await asOperator(options.orchestrator, ({ key: service }) =>
        unary<GetKeyStateResponse__Output>(
          (call, callback) => service.getKeyState({ name: nameOf(tenant) }, call, callback),
          DEADLINE,
        ),
      );
      print(key, options);
      if (options.json === true) return;
      for (const { version, state, createTime, retireTime } of key?.versions ?? []) {
        const until = retireTime === null ? '' : ` to ${timeText(retireTime)}`;
        process.stdout.write(
          `  version ${version}  ${stateText(state)}  sealed from ${timeText(createTime)}${until}\n`,
        );
      }
    });
}

function rotateCommand(): Command {
  return changing(new Command('rotate'))
    .description('seal with a new version from now on; earlier ones open what they sealed')
    .option('--compromised', 'say that somebody else may have the version that sealed until now')
    .action(async (tenant: string, options: ChangeFlags & { compromised?: boolean }) => {
      const request = { ...requestOf(tenant, options), compromised: options.compromised === true };
      const { key } = await asOperator(options.orchestrator, ({ key: service }) =>
        unary<RotateKeyResponse__Output>(
          (call, callback) => service.rotateKey(request, call, callback),
          DEADLINE,
        ),
      );
      print(key, options);
    });
}

function suspendCommand(): Command {
  return changing(new Command('suspend'))
    .description('give the tenant no blob and take none; runs that go on come to their end')
    .action(async (tenant: string, options: ChangeFlags) => {
      const request = requestOf(tenant, options);
      const { key } = await asOperator(options.orchestrator, ({ key: service }) =>
        unary<SuspendKeyResponse__Output>(
          (call, callback) => service.suspendKey(request, call, callback),
          DEADLINE,
        ),
      );
      print(key, options);
    });
}

function resumeCommand(): Command {
  return changing(new Command('resume'))
    .description('end a suspension')
    .action(async (tenant: string, options: ChangeFlags) => {
      const request = requestOf(tenant, options);
      const { key } = await asOperator(options.orchestrator, ({ key: service }) =>
        unary<ResumeKeyResponse__Output>(
          (call, callback) => service.resumeKey(request, call, callback),
          DEADLINE,
        ),
      );
      print(key, options);
    });
}

function destroyCommand(): Command {
  return changing(new Command('destroy'))
    .description(
      'make everything that is kept of a suspended tenant unreadable, for ever and in every backup',
    )
    .requiredOption('--confirm <tenant>', 'the name of the tenant once more')
    .action(async (tenant: string, options: ChangeFlags & { confirm: string }) => {
      const { confirm } = options;
      if (confirm !== tenant)
        throw new UsageError(`--confirm: expected ${tenant}, got ${confirm}: nothing was done`);
      const request = { ...requestOf(tenant, options), confirm };
      const { key } = await asOperator(options.orchestrator, ({ key: service }) =>
        unary<DestroyKeyResponse__Output>(
          (call, callback) => service.destroyKey(request, call, callback),
          DESTROY_DEADLINE,
        ),
      );
      print(key, options);
    });
}

function common(command: Command): Command {
  return command
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each');
}

function changing(command: Command): Command {
  return common(command)
    .argument('<tenant>', 'name of the tenant')
    .requiredOption('--reason <text>', 'why; is recorded');
}

/** A call whose answer was lost is told from a second one by its id. */
function requestOf(tenant: string, { reason }: ChangeFlags) {
  return { name: nameOf(tenant), reason, requestId: randomUUID() };
}

function nameOf(tenant: string): string {
  return `tenants/${tenant}/key`;
}

function stateText(state: string): string {
  return state.replace('KEY_STATE_', '').toLowerCase();
}

function print(key: TenantKey__Output | null, { json }: Flags): void {
  if (key === null) return;
  const facts = {
    name: key.name,
    state: stateText(key.state),
    changed: timeText(key.changeTime),
    version: key.versions.at(-1)?.version ?? 0,
    destroyDecided: timeText(key.destroyTime),
    destroyed: timeText(key.destroyedTime),
  };
  const end =
    key.destroyTime === null ? '' : `  destruction decided ${facts.destroyDecided}, done ${facts.destroyed}`;
  process.stdout.write(
    json === true
      ? `${JSON.stringify(facts)}\n`
      : `${facts.name}  ${facts.state}  version ${facts.version}  since ${facts.changed}${end}\n`,
  );
}
