import { Command } from 'commander';
import {
  type DeleteBlobResponse__Output,
  type ListBlobsResponse__Output,
  type StatBlobResponse__Output,
  unary,
} from '#contracts';
import { getFile, putFile } from '../blobs/blob-file.js';
import { ProgressLine } from '../blobs/progress-line.js';
import { DEVELOPMENT_TENANT } from '../installation/installation-keys.js';
import { UsageError } from '../output/failure.js';
import { asTenant, DEADLINE, timeText } from '../tenants/admin.js';

interface Flags {
  readonly orchestrator?: string;
  readonly json?: boolean;
  readonly tenant: string;
}

/** `sealflow blob`: bytes of any size, sealed by whoever sends them. */
export function blobCommand(): Command {
  return new Command('blob')
    .description('sealed bytes of any size: send, fetch, list and delete them')
    .addCommand(putCommand())
    .addCommand(getCommand())
    .addCommand(listCommand())
    .addCommand(deleteCommand());
}

function putCommand(): Command {
  return withFlags('put', 'send a file; a part of it that is there already is not sent again')
    .argument('<file>', 'sealed before: the service keeps it as it is')
    .action(async (path: string, options: Flags) => {
      const progress = new ProgressLine();
      const { digest, size } = await asTenant(options.orchestrator, (services) =>
        putFile(services, path, (bytes, of) => progress.show(bytes, of)).finally(() => progress.end()),
      );
      print(options, { digest, size: String(size) }, `${digest}  ${size}`);
    });
}

function getCommand(): Command {
  return withFlags('get', 'fetch a blob into a file, and compare its digest; a part that is there is kept')
    .argument('<digest>', 'sha256:<64 hex>')
    .argument('<file>', 'to write; must not be there')
    .action(async (digest: string, path: string, options: Flags) => {
      requireDigest(digest);
      const progress = new ProgressLine();
      const size = await asTenant(options.orchestrator, async (services) => {
        const stat = await unary<StatBlobResponse__Output>(
          (call, callback) => services.blob.statBlob({ digest }, call, callback),
          DEADLINE,
        );
        const of = Number(stat.size);
        return getFile(services, digest, path, (bytes) => progress.show(bytes, of)).finally(() =>
          progress.end(),
        );
      });
      print(options, { digest, size: String(size), file: path }, `${path}  ${size}`);
    });
}

function listCommand(): Command {
  return withFlags('list', 'show the blobs of the tenant')
    .option('--uploads', 'those that are not whole, instead')
    .action(async (options: Flags & { readonly uploads?: boolean }) => {
      await asTenant(options.orchestrator, async ({ blob: service }) => {
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request = {
            parent: `tenants/${options.tenant}`,
            uploads: options.uploads === true,
            pageToken,
          };
          const page: ListBlobsResponse__Output = await unary<ListBlobsResponse__Output>(
            (call, callback) => service.listBlobs(request, call, callback),
            DEADLINE,
          );
          for (const { digest, size, committedSize, createTime } of page.blobs) {
            const created = timeText(createTime);
            const part = options.uploads === true ? `  ${committedSize} of` : '';
            print(options, { digest, size, committedSize, created }, `${created}  ${digest}${part}  ${size}`);
          }
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      });
    });
}

function deleteCommand(): Command {
  return withFlags('delete', 'take a blob from the tenant, or give an upload up')
    .argument('<digest>', 'sha256:<64 hex>')
    .action(async (digest: string, options: Flags) => {
      requireDigest(digest);
      const name = `tenants/${options.tenant}/blobs/${digest.slice('sha256:'.length)}`;
      await asTenant(options.orchestrator, ({ blob: service }) =>
        unary<DeleteBlobResponse__Output>(
          (call, callback) => service.deleteBlob({ name }, call, callback),
          DEADLINE,
        ),
      );
      print(options, { deleted: name }, `deleted ${name}`);
    });
}

function requireDigest(text: string): void {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return;
  throw new UsageError(`digest: expected sha256:<64 hex>, got ${text}`);
}

function withFlags(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--tenant <name>', 'tenant of the key', DEVELOPMENT_TENANT)
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print JSON lines');
}

function print({ json }: Flags, value: object, text: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(value) : text}\n`);
}
