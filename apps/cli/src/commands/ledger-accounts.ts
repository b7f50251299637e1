import type { Command } from 'commander';
import type { Digest } from '#canonical';
import { ed25519PublicKey, fromBase64, isDigest, toBase64 } from '#canonical';
import { homeFolder } from '../installation/paths.js';
import { amountOf, type LedgerFlags, OwnLedger, showOutcome } from '../ledger/ledger-client.js';
import { onLedger } from '../ledger/on-ledger.js';
import { showStatement } from '../ledger/show-statement.js';
import { Wallet } from '../ledger/wallet.js';
import { UsageError } from '../output/failure.js';
import { asClient } from '../stack/as-client.js';

/** `sealflow ledger key|statement|commit|release`: what the holder of an account does besides paying. */
export function accountCommands(): Command[] {
  return [keyCommand(), statementCommand(), commitCommand(), releaseCommand()];
}

function keyCommand(): Command {
  return onLedger('key', 'the public key of an account whose key is here, which others may name as closer')
    .argument('<account>', 'its name')
    .action((ledger: string, account: string, { json }: LedgerFlags) => {
      const { seed } = Wallet.open(homeFolder(), ledger).account(account);
      const key = toBase64(ed25519PublicKey(fromBase64(seed)));
      process.stdout.write(`${json === true ? JSON.stringify({ ledger, account, key }) : key}\n`);
    });
}

function statementCommand(): Command {
  return onLedger('statement', 'what an account has, as the key enclave tells its owner')
    .argument('<account>', 'whose key is here')
    .action((ledger: string, account: string, flags: LedgerFlags) =>
      asClient(flags, async (client) =>
        showStatement(await OwnLedger.open(client, ledger).statement(account), flags, null),
      ),
    );
}

function commitCommand(): Command {
  return onLedger('commit', 'take what was used of a reservation; the rest goes back')
    .argument('<closer>', 'account whose key closes it, and is here')
    .argument('<payer>', 'account that the amount was set aside on')
    .argument('<reservation>', 'id of the intent that set it aside')
    .argument('<amount>', 'whole minor units')
    .action(
      (ledger: string, closer: string, payer: string, named: string, text: string, flags: LedgerFlags) => {
        const [reservation, amount] = [reservationOf(named), amountOf(text)];
        return asClient(flags, async (client) => {
          const own = OwnLedger.open(client, ledger);
          showOutcome(await own.closing(payer, closer, { op: 'commit', reservation, amount }), flags);
        });
      },
    );
}

function releaseCommand(): Command {
  return onLedger(
    'release',
    'give a reservation back: as its closer, or as the payer once its time has passed',
  )
    .argument('<closer>', 'account whose key closes it, and is here')
    .argument('<payer>', 'account that the amount was set aside on')
    .argument('<reservation>', 'id of the intent that set it aside')
    .action((ledger: string, closer: string, payer: string, named: string, flags: LedgerFlags) => {
      const reservation = reservationOf(named);
      return asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        showOutcome(await own.closing(payer, closer, { op: 'release', reservation }), flags);
      });
    });
}

function reservationOf(text: string): Digest {
  if (isDigest(text)) return text;
  throw new UsageError('reservation: expected the id of the intent that made it, as sha256:...');
}
