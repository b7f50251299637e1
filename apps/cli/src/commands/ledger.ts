import { Command } from 'commander';
import { accountCommands } from './ledger-accounts.js';
import { auctionCommand } from './ledger-auction.js';
import { keyCommands } from './ledger-keys.js';
import { mandateCommand } from './ledger-mandate.js';
import { moneyCommands } from './ledger-money.js';
import { ledgerOpeningCommand } from './ledger-opening.js';
import { ledgerReplayCommand } from './ledger-replay.js';

/** `sealflow ledger`: ledgers of many accounts on encrypted pages. */
export function ledgerCommand(): Command {
  const ledger = new Command('ledger')
    .description('ledgers of many accounts on encrypted pages')
    .addCommand(ledgerReplayCommand())
    .addCommand(ledgerOpeningCommand());
  for (const command of [...moneyCommands(), ...accountCommands(), ...keyCommands()])
    ledger.addCommand(command);
  ledger.addCommand(mandateCommand()).addCommand(auctionCommand());
  return ledger;
}
