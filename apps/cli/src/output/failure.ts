import { CommanderError } from 'commander';
import { CanonicalError } from '#canonical';
import { EvidenceError } from '#evidence';

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

/**
 * Prints one clear line (never a stack) and returns the exit code. Knows what can go wrong with files alone, which is
 * all that the single-file verifier has; `reportFailure` knows services too.
 */
export function reportFileFailure(error: unknown): number {
  // Commander has printed its message or its help by itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage;
  if (error instanceof UsageError) {
    printFailure(error.message);
    return error.code;
  }
  if (error instanceof EvidenceError || error instanceof CanonicalError) {
    printFailure(`${error.code}: ${error.message}`);
    return exitCode.malformed;
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    printFailure(`${code}: ${(error as Error).message}`);
    return exitCode.malformed;
  }
  printFailure(error instanceof Error ? error.message : 'internal error');
  return exitCode.internal;
}

export function printFailure(text: string): void {
  process.stderr.write(`sealflow: ${text}\n`);
}
