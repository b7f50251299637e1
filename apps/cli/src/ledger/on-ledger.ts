import { Command } from 'commander';
import { DEVELOPMENT_TENANT } from '../installation/installation-keys.js';

/** A command about one ledger, with the flags that all of them have. */
export function onLedger(verb: string, what: string): Command {
  return withLedgerFlags(new Command(verb).description(what).argument('<ledger>', 'its name')).option(
    '--tenant <name>',
    'whose ledger',
    DEVELOPMENT_TENANT,
  );
}

export function withLedgerFlags(command: Command): Command {
  return command
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--trust <file>', 'trust file that names the orchestrator (default: the installation)')
    .option('--json', 'print one JSON line');
}
