import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CanonicalError, parseTime } from '#canonical';
import {
  bundleLimits,
  EvidenceError,
  parseTrustFile,
  renderVerdict,
  type TrustFile,
  verifyBundle,
} from '#evidence';
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
      const at = timeOf(options.at);
      const trust = readTrust(options.trust);
      const verdict = await verifyBundle(readBounded(file, exitCode.malformed), trust, { at });
      process.stdout.write(
        options.json === true ? `${JSON.stringify(verdict)}\n` : `${renderVerdict(verdict)}\n`,
      );
      process.exitCode = verdict.exitCode;
    });
}

/** Verifying makes nothing: without an installation there is no trust file, and `readTrust` says what to do. */
function defaultTrust(): string {
  return Installation.at(homeFolder()).productionTrustPath;
}

export function readTrust(given: string | undefined): TrustFile {
  const file = given ?? defaultTrust();
  const hint = given === undefined ? '; say what you believe with --trust FILE' : '';
  const bytes = readBounded(file, exitCode.trustRoot, hint);
  try {
    return parseTrustFile(bytes);
  } catch (error) {
    if (error instanceof EvidenceError) throw new UsageError(`${file}: ${error.message}`, exitCode.trustRoot);
    throw error;
  }
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

/**
 * Looks before it reads: a folder, a device that never ends, or a file larger than any bundle is refused.
 *
 * @param code exit code of every refusal, by what the file was to be
 */
export function readBounded(file: string, code: number, hint = ''): Uint8Array {
  let handle: number;
  try {
    // A pipe without a writer would block; it is refused below.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(`${file}: expected a readable file, got ${reason}${hint}`, code);
  }
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) {
      const kind = status.isDirectory() ? 'a folder' : 'a device or pipe';
      throw new UsageError(`${file}: expected a file, got ${kind}${hint}`, code);
    }
    if (status.size > bundleLimits.bytesMax) {
      throw new UsageError(
        `${file}: expected at most ${bundleLimits.bytesMax} bytes, got ${status.size}: this is no evidence bundle or trust file`,
        code,
      );
    }
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}
