import { join } from 'node:path';
import { LockHeld, takeFileLock } from '../installation/file-lock.js';
import type { Installation } from '../installation/installation.js';
import { UsageError } from '../output/failure.js';

/**
 * The right to run a stack in a home, for one process at a time: a second one would end the database of the first with
 * its own. Taken over from a process that is gone.
 *
 * @returns gives the right back
 * @throws UsageError
 */
export function takeHome(installation: Pick<Installation, 'home'>): () => void {
  try {
    return takeFileLock(join(installation.home, 'stack.lock'), { waitMs: 0 });
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new UsageError(
      `process ${error.holder ?? 'unknown'} starts, runs or stops a stack in ${installation.home}: wait for it, name another folder in SEALFLOW_HOME, or remove ${error.path} if that process is none of sealflow`,
    );
  }
}
