#!/usr/bin/env node
// Starts the command line on the Node of the repository and builds it on the first call.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const entry = join(root, 'dist/apps/cli/src/main.js');
const carried = join(root, 'node_modules/.bin/node');
const node = existsSync(carried) ? carried : process.execPath;

if (!existsSync(entry)) {
  process.stderr.write('sealflow: first call, building ...\n');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const built = spawnSync(node, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
const run = spawnSync(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 70);
