import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { toBase64 } from '#canonical';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';
import { OwnerProver } from '../prove/owner-prover.js';
import { readAddress } from '../stack/stack.js';

interface Flags {
  readonly owner: string;
  readonly orchestrator?: string;
  readonly id: string;
  readonly json?: boolean;
  readonly untilEof?: boolean;
}

/** `sealflow prove`: a prover at the owner of the data, until it is interrupted. */
export function proveCommand(): Command {
  return new Command('prove')
    .description(
      'prove at the owner of the data: steps with CLIENT_ONLY run here, and their inputs stay here',
    )
    .requiredOption('--owner <folder>', 'folder that only the owner can read; its client keeps values there')
    .option('--orchestrator <address>', 'orchestrator to dial (default: the stack of this installation)')
    .option('--id <name>', 'name of this prover among the workers', `owner-${hostname()}`.slice(0, 63))
    .option('--json', 'print one JSON line when the prover is ready')
    .option(
      '--until-eof',
      'end with standard input too: with the program that started this one, however that ends',
    )
    .action(async ({ owner: folder, orchestrator, id, json, untilEof }: Flags) => {
      const home = homeFolder();
      const address = orchestrator ?? readAddress(Installation.at(home))?.grpc;
      if (address === undefined)
        throw new UsageError('no stack of this installation runs: give --orchestrator <host:port>');
      const over =
        untilEof === true ? Promise.race([untilInterrupted(), untilEnd(process.stdin)]) : untilInterrupted();
      const prover = new OwnerProver({ folder, home, orchestrator: address, workerId: id });
      try {
        const key = toBase64(await prover.start());
        const facts = { id, orchestrator: address, owner: folder, key, pid: prover.pid };
        process.stdout.write(json === true ? `${JSON.stringify(facts)}\n` : readyText(facts));
        await Promise.race([over, untilFailed(prover.failed)]);
      } finally {
        await prover.stop();
        // A pipe that nobody ends would keep this process.
        if (untilEof === true) process.stdin.destroy();
      }
    });
}

function readyText({
  id,
  orchestrator,
  owner,
  key,
}: Readonly<Record<'id' | 'orchestrator' | 'owner' | 'key', string>>) {
  return [
    `${id} proves for ${orchestrator}`,
    `  owner  ${shownPath(owner)}  (values stay here; give it to nobody)`,
    `  key    ${key}  (of this start; the owner's client seals to no other)`,
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function untilEnd(input: Readable): Promise<void> {
  return new Promise((resolve) => {
    input.once('end', () => resolve()).once('error', () => resolve());
    input.resume();
  });
}

function untilFailed(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
