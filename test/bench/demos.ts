import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { Figure } from './figures.js';

const cli = join(projectRoot, 'dist/apps/cli/main.js');
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;
const DEMO_SECONDS = 60;
const PACK_SECONDS = 180;

/** Whole commands as a person types them: the start of a stack in a cold home, the story, its attackers, the end of the stack. */
const commands = [
  { name: 'demo, whole command', args: ['demo', 'credit'], target: DEMO_SECONDS, note: 'credit, cold home' },
  { name: 'demo claim, whole command', args: ['demo', 'claim'], target: DEMO_SECONDS, note: 'cold home' },
  { name: 'demo auction, whole command', args: ['demo', 'auction'], target: DEMO_SECONDS, note: 'cold home' },
  { name: 'demo agent, whole command', args: ['demo', 'agent'], target: DEMO_SECONDS, note: 'cold home' },
  {
    name: 'attack pack, whole command',
    args: ['attack'],
    target: PACK_SECONDS,
    note: 'cold home, every attack',
  },
] as const;

/** @throws Error where a command fails, as when an attacker gets through */
export function measureDemos(installation: () => Installation): Figure[] {
  return commands.map(({ name, args, target, note }) => {
    const startMs = performance.now();
    const run = spawnSync(process.execPath, [cli, ...args, '--json'], {
      env: { ...process.env, SEALFLOW_HOME: installation().home },
      encoding: 'utf8',
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const seconds = (performance.now() - startMs) / 1_000;
    if (run.status !== 0) throw new Error(`sealflow ${args.join(' ')} failed: ${run.stderr}`);
    return { name, value: seconds, unit: 's', target, samples: 1, note };
  });
}
