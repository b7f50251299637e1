import { Command } from 'commander';
import { circuitsCommand } from '../../apps/cli/src/commands/circuits.js';

/** `sealflow circuits ...` in this process. The result is what it wrote; its verdict is in `process.exitCode`. */
export async function circuits(...args: readonly string[]): Promise<string> {
  const write = process.stdout.write;
  let said = '';
  process.stdout.write = ((text: string) => {
    said += text;
    return true;
  }) as typeof process.stdout.write;
  try {
    const program = new Command().exitOverride().addCommand(circuitsCommand());
    await program.parseAsync(['circuits', ...args], { from: 'user' });
  } finally {
    process.stdout.write = write;
  }
  return said;
}
