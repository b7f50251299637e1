import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { StoredWorkflows, type StoreOptions } from '#client';
import {
  type DeleteWorkflowResponse__Output,
  type GetWorkflowResponse__Output,
  type ServiceClients,
  type UndeleteWorkflowResponse__Output,
  type UpdateWorkflowRevisionResponse__Output,
  unary,
} from '#contracts';
import { readDefinition } from '../plan/read-definition.js';
import { asTenant, DEADLINE } from '../tenants/admin.js';
import {
  type Flags,
  pinOf,
  revisionLine,
  revisionPath,
  workflowLine,
  workflowPath,
  write,
} from '../workflows/show-workflow.js';

interface StoreFlags extends Flags {
  readonly description?: string;
  readonly etag?: string;
  readonly validateOnly?: boolean;
  readonly requestId?: string;
}

/** `sealflow workflow`: definitions that an orchestrator keeps for its tenant. */
export function workflowCommand(): Command {
  return new Command('workflow')
    .description('store workflows and read their revisions, each named by its digest')
    .addCommand(createCommand())
    .addCommand(updateCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(revisionsCommand())
    .addCommand(deprecateCommand())
    .addCommand(deleteCommand())
    .addCommand(undeleteCommand());
}

function createCommand(): Command {
  return storing(new Command('create'))
    .description('store a workflow with its first revision')
    .option('--description <text>', 'one line for people')
    .action((file: string, options: StoreFlags) =>
      withStore(options, async (store) => {
        const { text } = readDefinition(file);
        const { description = '' } = options;
        write(options, await store.create(text, { ...storeOptions(options), description }), stored);
      }),
    );
}

function updateCommand(): Command {
  return storing(new Command('update'))
    .description('store a new revision of a workflow, which becomes the current one')
    .option('--etag <etag>', 'fail unless the workflow is as `show` printed it')
    .action((file: string, options: StoreFlags) =>
      withStore(options, async (store) => {
        const { text } = readDefinition(file);
        const { etag = '' } = options;
        write(options, await store.update(text, { ...storeOptions(options), etag }), stored);
      }),
    );
}

function listCommand(): Command {
  return common(new Command('list'))
    .description('show the workflows of a tenant')
    .option('--filter <filter>', 'e.g. workflow = "credit*" AND version >= 2')
    .action((options: Flags & { readonly filter?: string }) =>
      withStore(options, async (store) => {
        for await (const each of store.list(options.filter ?? '')) write(options, each, workflowLine);
      }),
    );
}

function showCommand(): Command {
  return common(new Command('show'))
    .description('print the definition of a revision, after its digest was checked here')
    .argument('<workflow>', 'NAME, NAME@VERSION or NAME@<64 hex>')
    .action((name: string, options: Flags) =>
      withStore(options, async (store) => {
        pinOf(name);
        const { definition, ...facts } = await store.get(name);
        if (options.json !== true) {
          process.stdout.write(definition.endsWith('\n') ? definition : `${definition}\n`);
          return;
        }
        const etag = await asTenant(options.orchestrator, (services) => etagOf(services, options, name));
        write(options, { ...facts, etag, definition }, () => '');
      }),
    );
}

function revisionsCommand(): Command {
  return common(new Command('revisions'))
    .description('show the revisions of a workflow, newest first')
    .argument('<workflow>', 'its name')
    .action((name: string, options: Flags) =>
      withStore(options, async (store) => {
        for await (const each of store.revisions(pinOf(name).workflow)) write(options, each, revisionLine);
      }),
    );
}

function deprecateCommand(): Command {
  return common(new Command('deprecate'))
    .description('say of a revision that nothing new is to be planned or run of it')
    .argument('<workflow>', 'NAME@VERSION or NAME@<64 hex>')
    .option('--undo', 'it may be used again')
    .action((name: string, options: Flags & { readonly undo?: boolean }) =>
      asTenant(options.orchestrator, async ({ workflow }) => {
        const request = {
          name: revisionPath(options, name),
          deprecated: options.undo !== true,
          requestId: randomUUID(),
        };
        const { revision } = await unary<UpdateWorkflowRevisionResponse__Output>(
          (call, callback) => workflow.updateWorkflowRevision(request, call, callback),
          DEADLINE,
        );
        if (revision !== null) write(options, revision, revisionLine);
      }),
    );
}

function deleteCommand(): Command {
  return common(new Command('delete'))
    .description('take a workflow away; it can be taken back for 30 days')
    .argument('<workflow>', 'its name')
    .action((name: string, options: Flags) =>
      asTenant(options.orchestrator, async ({ workflow: service }) => {
        const request = { name: workflowPath(options, name), requestId: randomUUID() };
        const { workflow } = await unary<DeleteWorkflowResponse__Output>(
          (call, callback) => service.deleteWorkflow(request, call, callback),
          DEADLINE,
        );
        if (workflow !== null) write(options, workflow, workflowLine);
      }),
    );
}

function undeleteCommand(): Command {
  return common(new Command('undelete'))
    .description('take a deleted workflow back')
    .argument('<workflow>', 'its name')
    .action((name: string, options: Flags) =>
      asTenant(options.orchestrator, async ({ workflow: service }) => {
        const request = { name: workflowPath(options, name), requestId: randomUUID() };
        const { workflow } = await unary<UndeleteWorkflowResponse__Output>(
          (call, callback) => service.undeleteWorkflow(request, call, callback),
          DEADLINE,
        );
        if (workflow !== null) write(options, workflow, workflowLine);
      }),
    );
}

function common(command: Command): Command {
  return command
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--tenant <name>', 'whose workflows', 'demo')
    .option('--json', 'print one JSON line for each');
}

function storing(command: Command): Command {
  return common(command)
    .argument('<file>', 'definition in YAML or JSON, or - for standard input')
    .option('--validate-only', 'check everything, store nothing')
    .option('--request-id <uuid>', 'the same id stores nothing twice');
}

function storeOptions({ requestId, validateOnly }: StoreFlags): StoreOptions {
  return { requestId: requestId ?? randomUUID(), validateOnly: validateOnly === true };
}

function withStore(options: Flags, work: (store: StoredWorkflows) => Promise<void>): Promise<void> {
  return asTenant(options.orchestrator, (services) => work(new StoredWorkflows(services, options.tenant)));
}

function stored({
  workflow,
  version,
  digest,
}: {
  workflow: string;
  version: number;
  digest: string;
}): string {
  return `${workflow} v${version}  ${digest}`;
}

async function etagOf({ workflow: service }: ServiceClients, flags: Flags, name: string): Promise<string> {
  const [workflow = ''] = name.split('@');
  const { workflow: read } = await unary<GetWorkflowResponse__Output>(
    (call, callback) => service.getWorkflow({ name: workflowPath(flags, workflow) }, call, callback),
    DEADLINE,
  );
  return read?.etag ?? '';
}
