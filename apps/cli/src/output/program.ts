import type { Command } from 'commander';

/** Usage errors of every subcommand are raised, so that each ends in the exit code of usage, and help lists the codes. */
export function exitByCode(program: Command): void {
  program.addHelpText(
    'after',
    '\nExit codes: 0 verified, 1 failed, 2 usage, 3 incomplete, 4 policy not met, 5 trust root, 6 version, 7 malformed or I/O, 70 internal',
  );
  // A command that is added has settings of its own; without these, a wrong option would exit with another code.
  for (const command of withSubcommands(program)) command.exitOverride().showHelpAfterError();
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
