import { CommanderError } from 'commander';
import { CanonicalError } from '#canonical';
import { ClientError } from '#client';
import { CollateralError } from '#collateral';
import { ApiError } from '#contracts';
import { EvidenceError } from '#evidence';
import { QuoteError } from '#worker';
import { renderRefused } from '../evidence/render-appraisal.js';

/** Closed set; `docs/evidence-format.md` explains each. */
export const exitCode = {
  verified: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  policy: 4,
  trustRoot: 5,
  version: 6,
  malformed: 7,
  internal: 70,
} as const;

/** A problem with what the user gave: says what is wrong and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    readonly code: number = exitCode.usage,
  ) {
    super(message);
  }
}

/** Prints one clear line (never a stack) and returns the exit code. */
export function reportFailure(error: unknown): number {
  // Commander has printed its message or its help by itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage;
  const print = (text: string): void => {
    process.stderr.write(`sealflow: ${text}\n`);
  };
  if (error instanceof UsageError) {
    print(error.message);
    return error.code;
  }
  if (error instanceof ApiError) {
    print(`${error.reason}: ${error.message}`);
    return error.reason === 'UNAVAILABLE' ? exitCode.malformed : exitCode.failed;
  }
  if (error instanceof ClientError) {
    print(`${error.code}: ${error.message}`);
    process.stderr.write(renderRefused(error.refused));
    return exitCode.failed;
  }
  if (error instanceof QuoteError) {
    print(`${error.code}: ${error.message}`);
    return error.code === 'QUOTE_SOURCE_UNKNOWN' ? exitCode.usage : exitCode.malformed;
  }
  if (error instanceof CollateralError) {
    print(`${error.code}: ${error.message}`);
    return error.code === 'COLLATERAL_CONFIG' ? exitCode.usage : exitCode.malformed;
  }
  if (error instanceof EvidenceError || error instanceof CanonicalError) {
    print(`${error.code}: ${error.message}`);
    return exitCode.malformed;
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    print(`${code}: ${(error as Error).message}`);
    return exitCode.malformed;
  }
  print(error instanceof Error ? error.message : 'internal error');
  return exitCode.internal;
}
