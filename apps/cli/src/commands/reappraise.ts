import { Command } from 'commander';
import { EvidenceError, type Match, parseQuestion, type ReappraisalQuestion, type Today } from '#evidence';
import { bundleFiles } from '../batch/bundle-files.js';
import { worstExitCode } from '../batch/verify-batch.js';
import { readCollateralFolder } from '../evidence/collateral-folder.js';
import { readTrust } from '../installation/read-trust.js';
import { UsageError } from '../output/failure.js';
import { reappraiseFiles } from '../reappraise/reappraise-files.js';
import type { FileReappraisal } from '../reappraise/reappraise-one.js';
import { type AnswerLine, lineOf, summaryOf } from '../reappraise/render-reappraisal.js';

interface Flags {
  readonly trust?: string;
  readonly from?: string;
  readonly to?: string;
  readonly measurement?: readonly string[];
  readonly advisory?: readonly string[];
  readonly circuit?: readonly string[];
  readonly model?: readonly string[];
  readonly collateral?: string;
  readonly json?: boolean;
}

/** `sealflow reappraise FOLDER`: which old runs would fail under a trust file of today. */
export function reappraiseCommand(): Command {
  return new Command('reappraise')
    .description('say which runs of a period would fail under the trust file of today')
    .argument('<places...>', 'evidence bundles, *.evidence.json[.gz], or folders of them')
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
    .option('--json', 'print one JSON line for each run')
    .action(async (places: readonly string[], options: Flags) => {
      const question = questionOf(options);
      const trust = readTrust(options.trust);
      const files = bundleFiles(places);
      const asked = { question, today: todayOf(options.collateral) };
      const answers: Pick<FileReappraisal, 'exitCode' | 'reappraisal' | 'error'>[] = [];
      const started = performance.now();
      await reappraiseFiles(files, trust, asked, (answer) => {
        answers.push(answer);
        if (answer.reappraisal === null && answer.error === null) return;
        process.stdout.write(options.json === true ? jsonLineOf(answer) : lineOf(answerLine(answer)));
      });
      const told = answers.filter(({ reappraisal, error }) => reappraisal !== null || error !== null);
      if (options.json !== true) {
        process.stdout.write(
          summaryOf({
            others: answers.length - told.length,
            fates: told.map(({ reappraisal }) => reappraisal?.fate ?? null),
            milliseconds: performance.now() - started,
          }),
        );
      }
      process.exitCode = worstExitCode(answers.map(({ exitCode }) => exitCode));
    });
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
  return folder === undefined
    ? null
    : { at: Date.now(), collateral: readCollateralFolder(folder).collateral };
}

function jsonLineOf({ file, exitCode, reappraisal, error }: FileReappraisal): string {
  return `${JSON.stringify(reappraisal === null ? { file, exitCode, error } : { file, ...reappraisal })}\n`;
}

function answerLine({ file, reappraisal, error }: FileReappraisal): AnswerLine {
  if (reappraisal === null) {
    return {
      where: error ?? file,
      fate: null,
      endedAt: null,
      outcome: '',
      reason: null,
      matchedBy: [],
      simulated: false,
    };
  }
  const { runId, fate, endedAt, outcome, reason, matchedBy, simulated } = reappraisal;
  const where = runId === null ? file : `${runId}  ${file}`;
  return { where, fate, endedAt, outcome, reason, matchedBy: matchedBy.map(matchText), simulated };
}

function matchText({ by, value, certain }: Match): string {
  return `${by} ${value}${certain ? '' : ' (not shown, cannot be ruled out)'}`;
}

function gathered(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
