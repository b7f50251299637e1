import { encodeTrustFile, type TrustFile } from '#evidence';
import { inThreads } from '../batch/thread-pool.js';
import { type Asked, type FileReappraisal, reappraiseOne } from './reappraise-one.js';
import type { ThreadInput } from './reappraise-thread.js';

/** Judges files again, on all cores where there are several. */
export async function reappraiseFiles(
  files: readonly string[],
  trust: TrustFile,
  asked: Asked,
  onAnswer: (answer: FileReappraisal) => void,
): Promise<void> {
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    onAnswer(await reappraiseOne(only, trust, asked));
    return;
  }
  const workerData: ThreadInput = { ...asked, trust: encodeTrustFile(trust) };
  await inThreads(
    files,
    { script: new URL('./reappraise-thread.js', import.meta.url), workerData },
    onAnswer,
  );
}
