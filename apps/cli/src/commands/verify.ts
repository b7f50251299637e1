import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CanonicalError, parseTime } from '#canonical';
import { bundleLimits, parseTrustFile, renderVerdict, verifyBundle } from '#evidence';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { exitCode, UsageError } from '../output/failure.js';

interface VerifyOptions {
  readonly trust?: string;
  readonly at?: string;
  readonly json?: boolean;
}

/** `sealflow verify FILE`: offline; the exit code is the verdict. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('verify an evidence bundle offline')
    .argument('<file>', 'evidence bundle, *.evidence.json')
    .option(
      '--trust <file>',
      'what you believe without proof (default: the installation, simulated hardware refused)',
    )
    .option('--at <time>', 'judge as of YYYY-MM-DDThh:mm:ss.sssZ instead of the time that the bundle proves')
    .option('--json', 'print the verdict as JSON')
    .action(async (file: string, options: VerifyOptions) => {
      const trust = parseTrustFile(readBounded(options.trust ?? defaultTrust(), exitCode.trustRoot));
      const verdict = await verifyBundle(readBounded(file, exitCode.malformed), trust, {
        at: timeOf(options.at),
      });
      process.stdout.write(
        options.json === true ? `${JSON.stringify(verdict)}\n` : `${renderVerdict(verdict)}\n`,
      );
      process.exitCode = verdict.exitCode;
    });
}

function defaultTrust(): string {
  return Installation.open(homeFolder()).productionTrustPath;
}

function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  try {
    return parseTime(text);
  } catch (error) {
    if (error instanceof CanonicalError) throw new UsageError(`--at: ${error.message}`);
    throw error;
  }
}

/** Looks at the size before reading: a file larger than any bundle is not read into memory. */
export function readBounded(file: string, codeWhenMissing: number): Uint8Array {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(`${file}: ${reason}: expected a readable file`, codeWhenMissing);
  }
  try {
    const { size } = fstatSync(handle);
    if (size > bundleLimits.bytesMax) {
      throw new UsageError(
        `${file}: ${size} bytes, expected at most ${bundleLimits.bytesMax}: this is no evidence bundle`,
        exitCode.malformed,
      );
    }
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}
