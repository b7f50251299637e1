import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** A bundle of 16 MiB, taken apart, fits; what is young comes and goes with each bundle and needs little. */
const resourceLimits = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 };

/**
 * Hands files to threads on all cores. A thread gets one name at a time and answers with what became of it; answers
 * come in the order in which they are ready.
 */
export async function inThreads<Answer>(
  files: readonly string[],
  thread: { readonly script: URL; readonly workerData: unknown },
  onAnswer: (answer: Answer) => void,
): Promise<void> {
  const waiting = [...files].reverse();
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(thread.script, { workerData: thread.workerData, resourceLimits });
      let current = '';
      const next = (): void => {
        const file = waiting.pop();
        current = file ?? '';
        if (file !== undefined) worker.postMessage(file);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (answer: Answer) => {
        onAnswer(answer);
        next();
      });
      worker.on('error', (error) => reject(new Error(`${current}: ${error.message}`)));
      next();
    });
  const threads = Math.max(1, Math.min(availableParallelism(), files.length));
  await Promise.all(Array.from({ length: threads }, one));
}
