import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import {
  type DrainWorkerResponse__Output,
  type ListWorkersResponse__Output,
  type ServiceClients,
  type UndrainWorkerResponse__Output,
  unary,
  type Worker__Output,
} from '#contracts';
import { asOperator, DEADLINE, timeText } from '../tenants/admin.js';

const ASK_MS = 500;

interface Flags {
  readonly orchestrator?: string;
  readonly json?: boolean;
}

/** `sealflow worker`: the workers of an orchestrator, and their way out of service, for operators. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('for operators: list workers, take one out of service, put it back')
    .addCommand(listCommand())
    .addCommand(drainCommand())
    .addCommand(undrainCommand());
}

function listCommand(): Command {
  return common(new Command('list'))
    .description('connected workers, their leases, and whether they get new ones')
    .option('--filter <filter>', "e.g. 'drained = true'", '')
    .action((options: Flags & { readonly filter: string }) =>
      asOperator(options.orchestrator, async (services) => {
        for (const worker of await allWorkers(services, options.filter)) print(worker, options);
      }),
    );
}

function drainCommand(): Command {
  return common(new Command('drain'))
    .description('give a worker nothing new; what it has it finishes')
    .argument('<worker>', 'as `sealflow worker list` names it')
    .option('--reason <text>', 'why, for the log of the orchestrator', '')
    .option('--wait', 'until it has nothing any more')
    .action((worker: string, options: Flags & { readonly reason: string; readonly wait?: boolean }) =>
      asOperator(options.orchestrator, async (services) => {
        const request = { name: nameOf(worker), reason: options.reason, requestId: randomUUID() };
        let { workers } = await unary<DrainWorkerResponse__Output>(
          (call, callback) => services.attestation.drainWorker(request, call, callback),
          DEADLINE,
        );
        while (options.wait === true && workers.some(({ leases }) => leases > 0)) {
          await sleep(ASK_MS);
          const all = await allWorkers(services, 'drained = true');
          workers = all.filter(({ name }) => name === request.name);
        }
        for (const each of workers) print(each, options);
      }),
    );
}

function undrainCommand(): Command {
  return common(new Command('undrain'))
    .description('give a worker tasks again')
    .argument('<worker>', 'as `sealflow worker list` names it')
    .action((worker: string, options: Flags) =>
      asOperator(options.orchestrator, async (services) => {
        const request = { name: nameOf(worker), requestId: randomUUID() };
        const { workers } = await unary<UndrainWorkerResponse__Output>(
          (call, callback) => services.attestation.undrainWorker(request, call, callback),
          DEADLINE,
        );
        for (const each of workers) print(each, options);
        if (workers.length === 0 && options.json !== true)
          process.stdout.write(`${request.name}  not connected: it gets tasks again once it is\n`);
      }),
    );
}

function common(command: Command): Command {
  return command
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each');
}

/** An id is enough. */
function nameOf(worker: string): string {
  return worker.startsWith('workers/') ? worker : `workers/${worker}`;
}

async function allWorkers({ attestation }: ServiceClients, filter: string): Promise<Worker__Output[]> {
  const workers: Worker__Output[] = [];
  for (let pageToken: string | null = ''; pageToken !== null; ) {
    const request: { filter: string; pageToken: string } = { filter, pageToken };
    const page: ListWorkersResponse__Output = await unary<ListWorkersResponse__Output>(
      (call, callback) => attestation.listWorkers(request, call, callback),
      DEADLINE,
    );
    workers.push(...page.workers);
    pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
  }
  return workers;
}

function print(worker: Worker__Output, { json }: Flags): void {
  const { name, leases, fenced, drained, connectTime, operations } = worker;
  const state = fenced ? 'FENCED' : drained ? 'DRAINED' : 'IN SERVICE';
  const since = timeText(connectTime);
  const line = `${name}  ${state}  ${leases} leases  since ${since}  ${operations.join(' ')}`;
  process.stdout.write(`${json === true ? JSON.stringify(worker) : line}\n`);
}
