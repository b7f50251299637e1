/** Runs the attack pack against the stack of this installation and keeps what docs/attacks.md says of the last run. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const command = join(root, 'apps/cli/bin/sealflow.js');
const { stdout } = spawnSync(process.execPath, [command, 'attack', '--json'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const { ms, prepared, attacks } = JSON.parse(stdout);
const record = {
  day: new Date().toISOString().slice(0, 10),
  ms,
  prepared,
  attacks: attacks.map(({ name, outcome, got, ms: took }) => ({ name, outcome, got, ms: took })),
};
writeFileSync(join(root, 'docs/attacks.json'), `${JSON.stringify(record, null, 2)}\n`);
