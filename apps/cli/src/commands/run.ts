import { Command } from 'commander';
import {
  type CancelRunResponse__Output,
  type GetRunResponse__Output,
  type ListParkedRunsResponse__Output,
  type ListRunsResponse__Output,
  type PauseRunResponse__Output,
  type ResumeRunResponse__Output,
  type RetryStepResponse__Output,
  type Run__Output,
  type ServiceClients,
  type UnparkRunResponse__Output,
  unary,
} from '#contracts';
import { DEVELOPMENT_TENANT } from '../installation/installation-keys.js';
import { asOperator, asTenant, DEADLINE, timeText } from '../tenants/admin.js';
import { runBundleCommand } from './run-bundle.js';

interface Flags {
  readonly orchestrator?: string;
  readonly json?: boolean;
}

type Call = (service: ServiceClients['run'], name: string) => Promise<Run__Output | null>;

/** `sealflow run`: what people do to a run that has begun. */
export function runCommand(): Command {
  const show = ofRun('show', 'show a run with every attempt of its steps', async (service, name) => {
    const { run } = await unary<GetRunResponse__Output>(
      (call, callback) => service.getRun({ name }, call, callback),
      DEADLINE,
    );
    return run;
  });
  const pause = ofRun('pause', 'start nothing new of a run until it is resumed', async (service, name) => {
    const { run } = await unary<PauseRunResponse__Output>(
      (call, callback) => service.pauseRun({ name }, call, callback),
      DEADLINE,
    );
    return run;
  });
  const resume = ofRun('resume', 'take a paused run up where it stood', async (service, name) => {
    const { run } = await unary<ResumeRunResponse__Output>(
      (call, callback) => service.resumeRun({ name }, call, callback),
      DEADLINE,
    );
    return run;
  });
  const cancel = ofRun(
    'cancel',
    'end a run; what is signed is carried through, what is held goes back',
    async (service, name) => {
      const { run } = await unary<CancelRunResponse__Output>(
        (call, callback) => service.cancelRun({ name, reason: 'sealflow run cancel' }, call, callback),
        DEADLINE,
      );
      return run;
    },
  );
  const retry = new Command('retry-step')
    .description('have a step of a failed run tried again')
    .argument('<name>', 'tenants/<tenant>/runs/<run>')
    .argument('<step>', 'as `sealflow run show` names it')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line')
    .action(async (name: string, step: string, options: Flags) => {
      const { run } = await asTenant(options.orchestrator, ({ run: service }) =>
        unary<RetryStepResponse__Output>(
          (call, callback) => service.retryStep({ name, step }, call, callback),
          DEADLINE,
        ),
      );
      print(run, options);
    });
  return new Command('run')
    .description(
      'runs of an orchestrator: list, show, take their bundles, pause, resume, cancel, retry a step; parked ones, for operators',
    )
    .addCommand(listCommand())
    .addCommand(show)
    .addCommand(runBundleCommand())
    .addCommand(pause)
    .addCommand(resume)
    .addCommand(cancel)
    .addCommand(retry)
    .addCommand(parkedCommand())
    .addCommand(unparkCommand());
}

function ofRun(verb: string, what: string, call: Call): Command {
  return new Command(verb)
    .description(what)
    .argument('<name>', 'tenants/<tenant>/runs/<run>')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line')
    .action(async (name: string, options: Flags) => {
      const run = await asTenant(options.orchestrator, (services) => call(services.run, name));
      print(run, options);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('runs of a tenant, the newest first')
    .option('--tenant <name>', 'whose runs', DEVELOPMENT_TENANT)
    .option('--filter <filter>', `e.g. 'state = PAUSED'`, '')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each')
    .action((options: Flags & { readonly tenant: string; readonly filter: string }) =>
      asTenant(options.orchestrator, async ({ run: service }) => {
        const question = { parent: `tenants/${options.tenant}`, filter: options.filter };
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request: typeof question & { pageToken: string } = { ...question, pageToken };
          const page: ListRunsResponse__Output = await unary<ListRunsResponse__Output>(
            (call, callback) => service.listRuns(request, call, callback),
            DEADLINE,
          );
          for (const run of page.runs) {
            const line = `${timeText(run.createTime)}  ${headOf(run)}`;
            process.stdout.write(`${options.json === true ? JSON.stringify(run) : line}\n`);
          }
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      }),
    );
}

function print(run: Run__Output | null, { json }: Flags): void {
  if (run !== null) process.stdout.write(json === true ? `${JSON.stringify(run)}\n` : textOf(run));
}

function parkedCommand(): Command {
  return new Command('parked')
    .description('for operators: runs of all tenants that cannot go on by themselves')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--json', 'print one JSON line for each')
    .action((options: Flags) =>
      asOperator(options.orchestrator, async ({ run: service }) => {
        for (let pageToken: string | null = ''; pageToken !== null; ) {
          const request: { pageToken: string } = { pageToken };
          const page: ListParkedRunsResponse__Output = await unary<ListParkedRunsResponse__Output>(
            (call, callback) => service.listParkedRuns(request, call, callback),
            DEADLINE,
          );
          for (const { name, reason, createTime } of page.runs) {
            const created = timeText(createTime);
            const line = options.json === true ? JSON.stringify({ name, reason, created }) : undefined;
            process.stdout.write(`${line ?? `${created}  ${name}  ${reason}`}\n`);
          }
          pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
        }
      }),
    );
}

function unparkCommand(): Command {
  return new Command('unpark')
    .description('for operators: have a parked run tried again')
    .argument('<name>', 'tenants/<tenant>/runs/<run>')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .action(async (name: string, options: Flags) => {
      await asOperator(options.orchestrator, ({ run: service }) =>
        unary<UnparkRunResponse__Output>(
          (call, callback) => service.unparkRun({ name }, call, callback),
          DEADLINE,
        ),
      );
      process.stdout.write(`${name}\n`);
    });
}

function headOf({ name, state, reason }: Run__Output): string {
  return `${name}  ${state.replace('RUN_STATE_', '')}${reason === '' ? '' : `  ${reason}`}`;
}

function textOf(run: Run__Output): string {
  const lines = [headOf(run)];
  for (const step of run.steps) {
    lines.push(`  ${step.id.padEnd(28)} ${step.state.replace('STEP_STATE_', '')}`);
    for (const { attempt, fence, worker, reason: why, errorClass } of step.attempts) {
      const end = why === '' ? '' : `  ${why} (${errorClass})`;
      lines.push(`    attempt ${attempt}  fence ${fence}  ${worker === '' ? '-' : worker}${end}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
