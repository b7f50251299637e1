import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

const program = join(projectRoot, 'apps/cli/bin/sealflow.js');

it.each([
  ['circuits inspect', ['circuits', 'inspect', 'apps/zk-prover/artifacts']],
  ['help', ['--help']],
])('%s ends without a word when its reader has seen enough, as other programs do', (_name, args) => {
  // `true` reads nothing, and is gone before anything is written.
  const script = `"$0" "$@" | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, program, ...args], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: '141\n', stderr: '' });
});
