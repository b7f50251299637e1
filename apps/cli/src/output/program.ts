import { Command } from 'commander';

/** `sealflow` with what holds for every command, and none of them yet. */
export function sealflowProgram(): Command {
  return new Command('sealflow')
    .description(
      'Private workflows over TEE, ZK and FHE, with one evidence bundle that anybody verifies offline.',
    )
    .version('0.1.0')
    .option('--tls-ca <file>', 'roots of the certificate of an orchestrator (SEALFLOW_TLS_CA)')
    .option('--tls-cert <file>', 'own certificate, where it asks for one (SEALFLOW_TLS_CERT)')
    .option('--tls-key <file>', 'key of that certificate (SEALFLOW_TLS_KEY)');
}

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
