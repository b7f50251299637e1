import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { encodeTrustFile, type TrustFile } from '#evidence';
import { exitCode } from '../output/failure.js';
import type { FileVerdict } from './verify-one.js';
import type { ThreadInput } from './verify-thread.js';

/** A bundle of 16 MiB, taken apart, fits; what is young comes and goes with each bundle and needs little. */
const resourceLimits = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 };

/** Worst first: the code of a batch is that of its worst file. */
const byWeight: readonly number[] = [
  exitCode.internal,
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
 * @returns the exit codes, by file
 */
export async function verifyBatch(
  files: readonly string[],
  trust: TrustFile,
  options: Omit<ThreadInput, 'trust'>,
  onVerdict: (verdict: FileVerdict, done: number) => void,
): Promise<number[]> {
  const codes: number[] = [];
  const waiting = [...files].reverse();
  const workerData: ThreadInput = { ...options, trust: encodeTrustFile(trust) };
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./verify-thread.js', import.meta.url), {
        workerData,
        resourceLimits,
      });
      let current = '';
      const next = (): void => {
        const file = waiting.pop();
        current = file ?? '';
        if (file !== undefined) worker.postMessage(file);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (verdict: FileVerdict) => {
        codes.push(verdict.exitCode);
        onVerdict(verdict, codes.length);
        next();
      });
      worker.on('error', (error) => reject(new Error(`${current}: ${error.message}`)));
      next();
    });
  const threads = Math.max(1, Math.min(availableParallelism(), files.length));
  await Promise.all(Array.from({ length: threads }, one));
  return codes;
}
