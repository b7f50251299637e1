import { Command } from 'commander';
import { moneyCommands } from './ledger-money.js';
import { ledgerOpeningCommand } from './ledger-opening.js';
import { ledgerReplayCommand } from './ledger-replay.js';

/** `sealflow ledger`: ledgers of many accounts on encrypted pages. */
export function ledgerCommand(): Command {
  const ledger = new Command('ledger')
    .description('ledgers of many accounts on encrypted pages')
    .addCommand(ledgerReplayCommand())
    .addCommand(ledgerOpeningCommand());
  for (const command of moneyCommands()) ledger.addCommand(command);
  return ledger;
}
