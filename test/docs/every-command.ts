import type { Command } from 'commander';
import { everyCommand } from '../../apps/cli/src/commands/table.js';
import { exitByCode, sealflowProgram } from '../../apps/cli/src/output/program.js';

/** The program as `main` makes it, with every command, and none of them does anything. */
export async function quietProgram(): Promise<Command> {
  const made = sealflowProgram();
  for (const command of await everyCommand()) made.addCommand(command);
  exitByCode(made);
  const quiet = (command: Command): void => {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    for (const inner of command.commands) quiet(inner);
  };
  quiet(made);
  return made;
}
