import { Command } from 'commander';
import { EvidenceError, parseQuestion, type ReappraisalQuestion, type Today } from '#evidence';
import { bundleFiles } from '../batch/bundle-files.js';
import { worstExitCode } from '../batch/verify-batch.js';
import { collateralOfToday } from '../evidence/collateral-of-today.js';
import { readTrust } from '../installation/read-trust.js';
import { UsageError } from '../output/failure.js';
import { reappraiseFiles } from '../reappraise/reappraise-files.js';
import { reappraiseRemote } from '../reappraise/reappraise-remote.js';
import { type Answered, lineOf, summaryOf } from '../reappraise/render-reappraisal.js';

interface Flags {
  readonly trust?: string;
  readonly from?: string;
  readonly to?: string;
  readonly measurement?: readonly string[];
  readonly advisory?: readonly string[];
  readonly circuit?: readonly string[];
  readonly model?: readonly string[];
  readonly collateral?: string;
  readonly orchestrator?: string;
  readonly tenant?: string;
  readonly json?: boolean;
}

/** `sealflow reappraise FOLDER`: which old runs would fail under a trust file of today. */
export function reappraiseCommand(): Command {
  return new Command('reappraise')
    .description('say which runs of a period would fail under the trust file of today')
    .argument('[places...]', 'evidence bundles, *.evidence.json[.gz], or folders of them')
    .option(
      '--trust <file>',
      'what you believe today (default: the installation, simulated hardware refused)',
    )
    .option('--from <time>', 'runs that ended at YYYY-MM-DDThh:mm:ss.sssZ or later')
    .option('--to <time>', 'and before this')
    .option('--measurement <hex>', 'runs on this launch measurement or image digest (repeatable)', gathered)
    .option('--advisory <name>', 'runs on hardware that this advisory applies to (repeatable)', gathered)
    .option('--circuit <digest>', 'runs with proofs of this circuit manifest (repeatable)', gathered)
    .option(
      '--model <digest>',
      'runs with this model: commitment, or digest of weights or card (repeatable)',
      gathered,
    )
    .option('--collateral <dir>', 'what vendors publish today; hardware is judged by it as well')
    .option('--orchestrator <address>', 'let this orchestrator judge its own runs instead of reading files')
    .option('--tenant <name>', 'whose runs the orchestrator judges')
    .option('--json', 'print one JSON line for each run')
    .action(async (places: readonly string[], options: Flags) => {
      const question = questionOf(options);
      const told: (Answered & { readonly exitCode: number })[] = [];
      const tell = (answer: Answered & { readonly exitCode: number }): void => {
        told.push({ fate: answer.fate, exitCode: answer.exitCode, where: '' });
        process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : lineOf(answer));
      };
      const started = performance.now();
      const judged = await (options.orchestrator === undefined
        ? fromFiles(places, question, options, tell)
        : fromOrchestrator(places, options.orchestrator, question, options, tell));
      if (options.json !== true) {
        const fates = told.map(({ fate }) => fate);
        process.stdout.write(summaryOf({ judged, fates, milliseconds: performance.now() - started }));
      }
      process.exitCode = worstExitCode([0, ...told.map(({ exitCode }) => exitCode)]);
    });
}

type Tell = (answer: Answered & { readonly exitCode: number }) => void;

async function fromFiles(
  places: readonly string[],
  question: ReappraisalQuestion,
  { trust, collateral }: Flags,
  tell: Tell,
): Promise<number> {
  if (places.length === 0) throw new UsageError('expected bundles or folders of them, or --orchestrator');
  const trusted = readTrust(trust);
  const files = bundleFiles(places);
  await reappraiseFiles(files, trusted, { question, today: todayOf(collateral) }, (answer) => {
    const { file, exitCode, reappraisal, error } = answer;
    if (reappraisal !== null) tell({ where: file, ...reappraisal });
    else if (error !== null) tell({ where: file, exitCode, fate: null, error });
  });
  return files.length;
}

async function fromOrchestrator(
  places: readonly string[],
  orchestrator: string,
  question: ReappraisalQuestion,
  { trust, collateral, tenant }: Flags,
  tell: Tell,
): Promise<number> {
  if (places.length > 0) throw new UsageError('expected files or --orchestrator, got both');
  if (tenant === undefined) throw new UsageError('--orchestrator: expected --tenant NAME with it');
  if (collateral !== undefined) {
    throw new UsageError(
      '--collateral: expected files to judge; an orchestrator goes by what is in the bundles',
    );
  }
  return reappraiseRemote({ orchestrator, tenant }, readTrust(trust), question, ({ run, ...answer }) =>
    tell({ where: run, ...answer }),
  );
}

function questionOf(options: Flags): ReappraisalQuestion {
  try {
    return parseQuestion({
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      measurements: options.measurement ?? [],
      advisories: options.advisory ?? [],
      circuits: options.circuit ?? [],
      models: options.model ?? [],
    });
  } catch (error) {
    if (error instanceof EvidenceError) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

function todayOf(folder: string | undefined): Today | null {
  return folder === undefined ? null : collateralOfToday(folder);
}

function gathered(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
