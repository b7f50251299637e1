import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** Builds the single-file verifier from the sources of now; see `scripts/build-verifier.mjs`. */
export function buildVerifier(file: string): string {
  execFileSync(process.execPath, [join(projectRoot, 'scripts/build-verifier.mjs'), '--out', file], {
    cwd: projectRoot,
  });
  return file;
}
