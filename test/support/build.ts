import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** Setup of suites that start services: these run from `dist`, which is built first unless it is newer than its sources. */
export default function setup(): void {
  execFileSync(process.execPath, [join(projectRoot, 'scripts/build.mjs')], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
}
