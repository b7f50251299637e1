import { basename } from 'node:path';
import { AttestationError, type KnownVerifier, parseKnownVerifiers } from '#attestation';
import type { Corroboration, OtherResult } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import { readBounded } from './read-bundle.js';

const RESULTS_MAX = 32;

export interface OtherVerifiers {
  readonly verifiers: readonly KnownVerifier[];
  readonly results: readonly OtherResult[];
}

/** Tokens and keys that a caller named; null where none was. */
export function otherVerifiers(flags: {
  readonly corroborate?: readonly string[];
  readonly verifiers?: string;
}): OtherVerifiers | null {
  const { corroborate: files = [], verifiers: keys } = flags;
  if (files.length === 0 && keys === undefined) return null;
  if (files.length === 0) throw new UsageError('--verifiers: expected a token to read, --corroborate <file>');
  if (keys === undefined)
    throw new UsageError('--corroborate: expected whose tokens count, --verifiers <file>');
  if (files.length > RESULTS_MAX)
    throw new UsageError(`--corroborate: expected at most ${RESULTS_MAX} tokens, got ${files.length}`);
  try {
    const verifiers = parseKnownVerifiers(readBounded(keys, exitCode.malformed));
    const results = files.map((file) => ({
      name: basename(file),
      token: Buffer.from(readBounded(file, exitCode.malformed)).toString('latin1'),
    }));
    return { verifiers, results };
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    throw new UsageError(`${keys}: ${error.message}`, exitCode.malformed);
  }
}

/** Below the verdict. */
export function renderCorroboration(found: readonly Corroboration[]): string {
  return found
    .flatMap(linesOf)
    .map((line) => `${line.replace(/[^\x20-\x7e]/g, '?')}\n`)
    .join('');
}

function linesOf(found: Corroboration): string[] {
  if (found.state === 'unusable') {
    const { name, reason, expected, actual } = found;
    return [`  not used   ${name}: ${reason}: expected ${expected}, got ${actual}`];
  }
  const { state, verifier, theirs, ours, steps } = found;
  const about = steps.length === 0 ? 'a worker that did no step' : steps.join(', ');
  if (state === 'agrees')
    return [`  agrees     ${verifier} says ${theirs} of the hardware of ${about}, as here`];
  return [
    `  DISAGREES  ${verifier} says ${theirs} of the hardware of ${about}, here it is ${ours}`,
    '             The verdict above stays as it is: ask why before you rely on it.',
  ];
}
