import { encodeTrustFile, type TrustFile, type VerifyOptions } from '#evidence';
import { exitCode } from '../output/failure.js';
import { inThreads } from './thread-pool.js';
import type { FileVerdict } from './verify-one.js';
import type { ThreadInput } from './verify-thread.js';

/** Worst first: the code of a batch is that of its worst file. */
const byWeight: readonly number[] = [
  exitCode.internal,
  exitCode.usage,
  exitCode.malformed,
  exitCode.version,
  exitCode.failed,
  exitCode.trustRoot,
  exitCode.incomplete,
  exitCode.policy,
  exitCode.verified,
];

export function worstExitCode(codes: readonly number[]): number {
  return byWeight.find((code) => codes.includes(code)) ?? exitCode.internal;
}

/**
 * Verifies many bundles on all cores. Verdicts come in the order in which they are ready.
 *
 * @param thread module that answers as `verify-thread.ts` does
 * @returns the exit codes, by file
 */
export async function verifyBatch(
  files: readonly string[],
  trust: TrustFile,
  { judged, checks }: { readonly judged: VerifyOptions; readonly checks: boolean },
  onVerdict: (verdict: FileVerdict, done: number) => void,
  thread: URL = new URL('./verify-thread.js', import.meta.url),
): Promise<number[]> {
  const codes: number[] = [];
  const { hindsight, ...plain } = judged;
  const workerData: ThreadInput = {
    trust: encodeTrustFile(trust),
    judged: plain,
    hindsight: hindsight === undefined ? null : encodeTrustFile(hindsight),
    checks,
  };
  await inThreads<FileVerdict>(files, { script: thread, workerData }, (verdict) => {
    codes.push(verdict.exitCode);
    onVerdict(verdict, codes.length);
  });
  return codes;
}
