import { Command } from 'commander';
import { auctionKey } from '#ledger';
import { amountOf, type LedgerFlags, OwnLedger, showOutcome } from '../ledger/ledger-client.js';
import { onLedger } from '../ledger/on-ledger.js';
import { laterTime } from '../output/time-option.js';
import { asClient } from '../stack/as-client.js';

const DAY_MS = 86_400_000;

interface BidFlags extends LedgerFlags {
  readonly until?: string;
}

interface SettleFlags extends LedgerFlags {
  readonly floor: string;
}

/** `sealflow ledger auction`: sealed bids, of which nobody but the key enclave sees any. */
export function auctionCommand(): Command {
  return new Command('auction')
    .description('sealed bids at the second price; only price and winner are told, and to the seller alone')
    .addCommand(bidCommand())
    .addCommand(settleCommand());
}

function bidCommand(): Command {
  return auctionOn('bid', 'set an amount aside for the account that sells')
    .argument('<bidder>', 'account whose key is here')
    .argument('<amount>', 'whole minor units; the winner pays what the second bid was')
    .option('--until <time>', 'from then on the bid counts no more, and is its bidder’s (default: in a day)')
    .action((ledger: string, seller: string, name: string, bidder: string, text: string, flags: BidFlags) => {
      const [amount, untilMs] = [amountOf(text), laterTime(flags.until, DAY_MS)];
      const closer = auctionKey({ ledger, seller, name });
      return asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        const bid = { op: 'reserve', to: seller, amount, closer, untilMs } as const;
        showOutcome(await own.byOwner(bidder, bid), flags);
      });
    });
}

function settleCommand(): Command {
  return auctionOn('settle', 'end the auction, as its seller: the highest bid wins and pays the second')
    .option('--floor <amount>', 'least that is paid', '1')
    .action((ledger: string, seller: string, auction: string, flags: SettleFlags) => {
      const floor = amountOf(flags.floor, '--floor');
      return asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        const outcome = await own.byOwner(seller, { op: 'settle', auction, floor });
        showOutcome(outcome, flags);
        if (flags.json === true || outcome.memo?.status !== 'applied') return;
        const { winner, transferred } = outcome.memo;
        const sold =
          winner === undefined ? 'no bid reached the floor' : `bid ${winner} wins and paid ${transferred}`;
        process.stdout.write(`  ${sold}\n`);
      });
    });
}

function auctionOn(verb: string, what: string): Command {
  return onLedger(verb, what)
    .argument('<seller>', 'account that sells')
    .argument('<auction>', 'its name, by which bidders find it');
}
