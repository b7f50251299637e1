import { spawnSync } from 'node:child_process';
import { repositoryRoot } from '../../architecture/source-file.js';

/** Who the charts say that programs run as; `fsGroup` is the same number. */
const POD_ID = 65_532;

/** Who owns the files of a pod; null where nobody but the user of the test can be had. */
export type PodUser = { readonly uid: number; readonly gid: number } | null;

/** Root can start programs as the pod's own user, if that user may read the programs. */
export function podUser(): PodUser {
  if (process.getuid?.() !== 0) return null;
  const user = { uid: POD_ID, gid: POD_ID };
  const readable = "require('node:fs').accessSync('dist/apps/orchestrator/main.js')";
  const { status } = spawnSync(process.execPath, ['--eval', readable], { cwd: repositoryRoot, ...user });
  return status === 0 ? user : null;
}
