import { Command } from 'commander';
import type { PreparedRun } from '#client';
import { headlineOf } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import { seconds, shownPath } from '../output/format.js';
import { JsonReport, type Report, TextReport } from '../output/report.js';
import { type PlanFlags, requestPlan, requireOneSource, withPlanFlags } from '../plan/plan-options.js';
import { showPlan } from '../plan/show-plan.js';
import { asClient, type ClientFlags } from '../stack/as-client.js';
import { liveProgress } from '../submit/live-progress.js';
import { readInputs } from '../submit/read-inputs.js';
import { type SubmittedRun, submitRun } from '../submit/submit-run.js';

interface Flags extends PlanFlags, ClientFlags {
  readonly input: readonly string[];
  readonly plan?: string;
  readonly out: string;
  readonly deadline: string;
  readonly requestId?: string;
  readonly json?: boolean;
}

const DEADLINE_SECONDS_MAX = 30 * 24 * 3_600;
const SHOWN_CHARS_MAX = 2_000;

/** `sealflow submit FILE --input NAME=FILE`: one run from the plan to the opened result and its verified bundle. */
export function submitCommand(): Command {
  return withPlanFlags(
    new Command('submit').description(
      'run a workflow: plan it, appraise the workers, seal the inputs, watch, verify the bundle, open the result',
    ),
  )
    .option(
      '--input <name=file>',
      'JSON, or a text as the workflow says; - for standard input (repeatable)',
      (entry: string, all: readonly string[]) => [...all, entry],
      [] as readonly string[],
    )
    .option('--plan <digest>', 'go on only if the plan is this one, as `sealflow plan` printed it')
    .option('--out <folder>', 'where the bundle and the opened outputs are written', '.')
    .option('--deadline <seconds>', 'the run is over by then', '600')
    .option(
      '--request-id <uuid>',
      'a later call with this id makes no second run: it is refused and names the first',
    )
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--tenant <name>', 'whose run it is', 'demo')
    .option(
      '--trust <file>',
      'what you believe without proof (default: the installation, simulated hardware refused)',
    )
    .option('--json', 'print one JSON object')
    .action(async (file: string | undefined, flags: Flags) => {
      requireOneSource('submit', file, flags);
      const deadlineMs = deadlineOf(flags.deadline);
      const report = flags.json === true ? new JsonReport() : new TextReport();
      const submitted = await asClient(flags, async (client) => {
        const planned = await requestPlan(client, file, flags);
        if (flags.plan !== undefined && flags.plan !== planned.digest) {
          throw new UsageError(
            `--plan: expected ${flags.plan}, got ${planned.digest}: workers, minimums or the workflow changed since; nothing was sent`,
            exitCode.policy,
          );
        }
        const values = readInputs(flags.input, planned.plan.definition);
        showPlan(report, planned);
        report.heading('RUN');
        return await submitRun(client, planned, values, {
          deadlineMs,
          ...(flags.requestId === undefined ? {} : { requestId: flags.requestId }),
          out: flags.out,
          onPrepared: (prepared) => showWorkers(report, prepared),
          onStep: liveProgress(report),
        });
      });
      showEnd(report, submitted);
      report.end();
      process.exitCode = codeOf(submitted);
    });
}

function deadlineOf(text: string): number {
  const count = /^[1-9][0-9]{0,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= DEADLINE_SECONDS_MAX))
    throw new UsageError(`--deadline ${text}: expected 1 to ${DEADLINE_SECONDS_MAX} seconds`);
  return count * 1_000;
}

function showWorkers(report: Report, { workers }: PreparedRun): void {
  const names = [...new Set(workers.map(({ worker, appraisal }) => `${worker} (${appraisal.level})`))];
  report.line(
    `  evidence appraised here before anything was sealed: ${names.join(', ') || 'no worker reads an input'}`,
  );
}

function showEnd(
  report: Report,
  { run, state, reason, totalMs, verdict, bundle, outputs }: SubmittedRun,
): void {
  report.line(`  ${state}${reason === '' ? '' : ` (${reason})`} after ${seconds(totalMs)}`);
  report.heading('RESULT');
  for (const { name, value, path } of outputs) {
    const text = JSON.stringify(value);
    const shown = text.length > SHOWN_CHARS_MAX ? `${text.length} characters` : text;
    report.line(`  ${name}  ${shown}`);
    report.line(`  ${' '.repeat(name.length)}  ${shownPath(path)}`);
  }
  if (outputs.length === 0) report.line('  nothing was opened');
  report.heading('EVIDENCE');
  report.line(`  ${headlineOf(verdict)}${verdict.simulated ? '  [SIMULATED hardware]' : ''}`);
  report.line(`  ${shownPath(bundle)}`);
  report.line(`  anybody checks it offline: sealflow verify ${shownPath(bundle)} --trust FILE`);
  report.fact('run', { name: run, state, reason, totalMs: Math.round(totalMs) });
  report.fact('outputs', Object.fromEntries(outputs.map(({ name, value }) => [name, value])));
  report.fact('bundle', { path: bundle, outcome: verdict.outcome, simulated: verdict.simulated });
}

/** That of the bundle; a run that came to nothing is none to go on with. */
function codeOf({ state, verdict }: SubmittedRun): number {
  if (verdict.exitCode !== exitCode.verified) return verdict.exitCode;
  return state === 'SUCCEEDED' || state === 'REJECTED' ? exitCode.verified : exitCode.failed;
}
