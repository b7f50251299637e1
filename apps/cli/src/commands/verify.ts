import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import {
  corroborateBundle,
  renderVerdict,
  type TrustFile,
  type VerifyOptions,
  verifyBundle,
} from '#evidence';
import { bundleFiles } from '../batch/bundle-files.js';
import { type OtherVerifiers, otherVerifiers, renderCorroboration } from '../batch/corroboration.js';
import { demandsOf } from '../batch/demands.js';
import { readBundle } from '../batch/read-bundle.js';
import { jsonLineOf, junitOf, lineOf, summaryOf } from '../batch/render-batch.js';
import { verifyBatch, worstExitCode } from '../batch/verify-batch.js';
import { codeOf, type FileVerdict } from '../batch/verify-one.js';
import { collateralOfToday } from '../evidence/collateral-of-today.js';
import { UsageError } from '../output/failure.js';
import { stageProgress } from '../output/stage-line.js';
import { timeOption } from '../output/time-option.js';

interface Flags {
  readonly trust?: string;
  readonly trustUpdate?: string;
  readonly collateral?: string;
  readonly at?: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly quiet?: boolean;
  readonly requireClass?: readonly string[];
  readonly minWitness?: string;
  readonly acceptWithheld?: boolean;
  readonly ciphertexts?: string;
  readonly corroborate?: readonly string[];
  readonly verifiers?: string;
}

/** How often people are told how far a batch is. */
const PROGRESS_EVERY = 50;

/** What differs between the command line of an installation and the single-file verifier. */
export interface VerifySetting {
  /** @param given file that `--trust` names */
  readonly readTrust: (given: string | undefined) => TrustFile;
  /** Module of one thread of a batch, where it is not the one beside the code. */
  readonly thread?: URL;
  /** An FHE engine over a folder of ciphertexts; the single file has none. */
  readonly replayFrom?: (folder: string) => Promise<Pick<VerifyOptions, 'replay' | 'ciphertext'>>;
}

/** `sealflow verify FILE|DIR|-`: offline; the exit code is the verdict, of many files that of the worst. */
export function verifyCommand({ readTrust, thread, replayFrom }: VerifySetting): Command {
  const command = new Command('verify')
    .description('verify evidence bundles offline')
    .argument('<files...>', 'evidence bundles, *.evidence.json[.gz]; folders of them; - for standard input')
    .option(
      '--trust <file>',
      'what you believe without proof (default: the installation, simulated hardware refused)',
    )
    .option(
      '--trust-update <file>',
      'what you believe today: a second verdict in hindsight; the exit code is the worse of both',
    )
    .option(
      '--collateral <dir>',
      'what vendors publish today: the second verdict judges hardware by it as well',
    )
    .option('--at <time>', 'judge as of YYYY-MM-DDThh:mm:ss.sssZ instead of the time that the bundle proves')
    .option(
      '--require-class <class>',
      'integrity that each step must reach, or STEP=CLASS for one of them (repeatable)',
      gathered,
    )
    .option('--min-witness <count>', 'witnesses of the trust file that must have cosigned')
    .option(
      '--accept-withheld',
      'what the sender withholds and proves to exist is no failure; it is listed all the same',
    )
    .option(
      '--corroborate <file>',
      'what another verifier said of the hardware, as a signed token: shown beside the verdict, never part of it (repeatable)',
      gathered,
    )
    .option('--verifiers <file>', 'whose tokens are read, and their keys; with --corroborate')
    .option('--json', 'print the verdict as JSON; of several files one line each')
    .option('--junit <file>', 'write the verdicts as JUnit XML as well')
    .option('-q, --quiet', 'print nothing: the exit code says it')
    .action(async (places: readonly string[], options: Flags) => {
      const judged: VerifyOptions = {
        ...hindsightOf(options, readTrust),
        at: timeOption('--at', options.at),
        demands: demandsOf(options),
        acceptWithheld: options.acceptWithheld === true,
      };
      const trust = readTrust(options.trust);
      const files = bundleFiles(places);
      const [only] = files;
      const one =
        files.length === 1 && only !== undefined && places[0] === only && options.junit === undefined;
      const { ciphertexts } = options;
      const others = otherVerifiers(options);
      if (!one && others !== null)
        throw new UsageError('--corroborate: expected one bundle, without --junit');
      if (!one && ciphertexts !== undefined)
        throw new UsageError('--ciphertexts: expected one bundle, without --junit');
      const replay =
        ciphertexts === undefined || replayFrom === undefined ? {} : await replayFrom(ciphertexts);
      if (one) await verifyFile(only, trust, { ...judged, ...replay }, options, others);
      else await verifyFiles(files, trust, judged, options, thread);
    });
  if (replayFrom !== undefined)
    command.option('--ciphertexts <dir>', 'run the FHE additions of one bundle again over these ciphertexts');
  return command;
}

/** Whoever brings vendor data of today alone believes what they did. */
function hindsightOf(
  { trust, trustUpdate, collateral }: Flags,
  readTrust: VerifySetting['readTrust'],
): Pick<VerifyOptions, 'hindsight' | 'today'> {
  if (trustUpdate === undefined && collateral === undefined) return {};
  return {
    hindsight: readTrust(trustUpdate ?? trust),
    ...(collateral === undefined ? {} : { today: collateralOfToday(collateral) }),
  };
}

async function verifyFile(
  file: string,
  trust: TrustFile,
  judged: VerifyOptions,
  options: Flags,
  others: OtherVerifiers | null,
): Promise<void> {
  const { onStage, clear } = stageProgress(options.quiet === true ? { write: () => {} } : process.stderr);
  const watched = onStage === undefined ? judged : { ...judged, onStage };
  const bundle = await readBundle(file);
  const verdict = await verifyBundle(bundle, trust, watched).finally(clear);
  const corroboration =
    others === null
      ? []
      : await corroborateBundle(bundle, trust, others.results, { ...others, at: judged.at });
  if (options.quiet !== true) {
    const shown = others === null ? verdict : { ...verdict, corroboration };
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(shown)}\n`
        : `${renderVerdict(verdict)}${renderCorroboration(corroboration)}\n`,
    );
  }
  process.exitCode = codeOf(verdict);
}

async function verifyFiles(
  files: readonly string[],
  trust: TrustFile,
  judged: VerifyOptions,
  options: Flags,
  thread: URL | undefined,
): Promise<void> {
  const kept: FileVerdict[] = [];
  const started = performance.now();
  const codes = await verifyBatch(
    files,
    trust,
    { judged, checks: options.json === true },
    (verdict, done) => {
      if (options.quiet !== true)
        process.stdout.write(options.json === true ? jsonLineOf(verdict) : lineOf(verdict));
      kept.push(withoutChecks(verdict));
      if (process.stderr.isTTY && done % PROGRESS_EVERY === 0)
        process.stderr.write(`[${done}/${files.length}]\r`);
    },
    thread,
  );
  if (options.junit !== undefined) writeFileSync(options.junit, junitOf(kept));
  if (options.quiet !== true && options.json !== true)
    process.stdout.write(summaryOf(kept, performance.now() - started));
  process.exitCode = worstExitCode(codes);
}

/** What the end of a batch needs to know of a file; the checks of thousands would fill the memory. */
function withoutChecks(verdict: FileVerdict): FileVerdict {
  return verdict.verdict === null
    ? verdict
    : { ...verdict, verdict: { ...verdict.verdict, stages: [], steps: [] } };
}

function gathered(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
