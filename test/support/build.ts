import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** Written by every build, after most of the others. */
const WITNESS = 'dist/apps/zk-prover/src/main.js';

/** Setup of suites that start services: these run from `dist`, which is built first unless it is newer than its sources. */
export default function setup(): void {
  const witness = join(projectRoot, WITNESS);
  const builtMs = existsSync(witness) ? statSync(witness).mtimeMs : 0;
  if (newestSourceMs() < builtMs) return;
  execFileSync(
    process.execPath,
    [join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: projectRoot,
      stdio: 'inherit',
    },
  );
}

function newestSourceMs(): number {
  const times = ['apps', 'libs', 'test/chaos'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isSource(entry.name))
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
  return Math.max(0, ...times);
}

function isSource(name: string): boolean {
  return name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.endsWith('.fixture.ts');
}
