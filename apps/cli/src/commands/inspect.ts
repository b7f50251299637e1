import { Command } from 'commander';
import { renderInspect } from '#evidence';
import { readBounded } from '../batch/read-bundle.js';
import { exitCode } from '../output/failure.js';

/** `sealflow inspect FILE`: what a bundle says, without believing it. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('show what a bundle contains, unverified')
    .argument('<file>', 'evidence bundle, *.evidence.json')
    .action((file: string) => {
      process.stdout.write(`${renderInspect(readBounded(file, exitCode.malformed))}\n`);
    });
}
