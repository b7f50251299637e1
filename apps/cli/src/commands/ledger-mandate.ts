import { Command } from 'commander';
import { fromBase64 } from '#canonical';
import type { IntentOutcome } from '#client';
import { type DelegableOp, delegableOps } from '#ledger';
import { amountOf, type LedgerFlags, OwnLedger, showOutcome } from '../ledger/ledger-client.js';
import { MandateFolder } from '../ledger/mandate-folder.js';
import { end, grant, spend } from '../ledger/mandates.js';
import { onLedger, withLedgerFlags } from '../ledger/on-ledger.js';
import { showStatement } from '../ledger/show-statement.js';
import { UsageError } from '../output/failure.js';
import { laterTime } from '../output/time-option.js';
import { asClient } from '../stack/as-client.js';

const DAY_MS = 86_400_000;
const HOLD_MS = 3_600_000;

interface GrantFlags extends LedgerFlags {
  readonly budget: string;
  readonly perCall: string;
  readonly perDay: string;
  readonly until?: string;
  readonly payee?: readonly string[];
  readonly anyPayee?: boolean;
  readonly ops: string;
  readonly out: string;
}

interface ReserveFlags extends LedgerFlags {
  readonly closer: string;
  readonly until?: string;
}

/** `sealflow ledger mandate`: what an agent may spend, from a budget that only its owner can read. */
export function mandateCommand(): Command {
  return new Command('mandate')
    .description('what an agent may spend, from an encrypted budget that only its owner can read')
    .addCommand(grantCommand())
    .addCommand(payCommand())
    .addCommand(reserveCommand())
    .addCommand(showCommand())
    .addCommand(endCommand());
}

function grantCommand(): Command {
  return onLedger('grant', 'open an account for a budget, and let an agent spend from it')
    .argument('<payer>', 'account that the budget comes from, whose key is here')
    .argument('<mandate>', 'name of the account that will hold it')
    .requiredOption('--budget <amount>', 'all that the agent can ever spend')
    .requiredOption('--per-call <amount>', 'at most so much at a time')
    .requiredOption('--per-day <amount>', 'at most so much a day of UTC')
    .option('--until <time>', 'end of the mandate, e.g. 2027-01-01T00:00:00.000Z (default: in 24 hours)')
    .option('--payee <account...>', 'whom the agent may pay')
    .option('--any-payee', 'the agent may pay anybody')
    .option('--ops <names>', 'what it may do, of transfer and reserve', 'transfer,reserve')
    .requiredOption('--out <folder>', 'new folder for the agent, with its key')
    .action((ledger: string, payer: string, mandate: string, flags: GrantFlags) => {
      const terms = {
        ...{ payer, mandate, payees: payeesOf(flags), ops: opsOf(flags.ops) },
        budget: amountOf(flags.budget, '--budget'),
        perCall: amountOf(flags.perCall, '--per-call'),
        perDay: amountOf(flags.perDay, '--per-day'),
        untilMs: laterTime(flags.until, DAY_MS),
      };
      return asClient(flags, async (client) => {
        const outcomes = await grant(OwnLedger.open(client, ledger), terms, flags.out);
        for (const [index, outcome] of outcomes.entries()) {
          if (flags.json !== true) process.stdout.write(`${['account', 'mandate', 'budget'][index] ?? ''}  `);
          showOutcome(outcome, flags);
        }
      });
    });
}

function payCommand(): Command {
  return onMandate('pay', 'pay, as the agent')
    .argument('<to>', 'payee')
    .argument('<amount>', 'whole minor units')
    .action((folder: string, to: string, text: string, flags: LedgerFlags) => {
      const amount = amountOf(text);
      return asAgent(folder, flags, (mandate, client) =>
        spend(client, mandate, { op: 'transfer', to, amount }),
      );
    });
}

function reserveCommand(): Command {
  return onMandate('reserve', 'set an amount aside, as the agent; the payee takes what was used of it')
    .argument('<to>', 'payee')
    .argument('<amount>', 'whole minor units')
    .requiredOption('--closer <key>', 'key of who says how much was used, base64; see `ledger key`')
    .option('--until <time>', 'from then on the owner of the mandate can take it back (default: in an hour)')
    .action((folder: string, to: string, text: string, flags: ReserveFlags) => {
      const [amount, closer] = [amountOf(text), keyOf(flags.closer)];
      const untilMs = laterTime(flags.until, HOLD_MS);
      return asAgent(folder, flags, (mandate, client) =>
        spend(client, mandate, { op: 'reserve', to, amount, closer, untilMs }),
      );
    });
}

function showCommand(): Command {
  return onLedger('show', 'what is left of a mandate, as its owner asks the key enclave')
    .argument('<mandate>', 'its account')
    .action((ledger: string, mandate: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        const terms = own.wallet.mandate(mandate);
        showStatement(await own.statement(mandate), flags, terms);
      }),
    );
}

function endCommand(): Command {
  return onLedger('end', 'take the agent’s power away, and give back what is left')
    .argument('<mandate>', 'its account')
    .action((ledger: string, mandate: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const { revoked, proven, returned } = await end(OwnLedger.open(client, ledger), mandate);
        if (revoked !== null) showOutcome(revoked, flags);
        if (proven !== null) showStatement(proven, flags, null);
        if (returned !== null) showOutcome(returned, flags);
      }),
    );
}

function onMandate(verb: string, what: string): Command {
  return withLedgerFlags(new Command(verb).description(what).argument('<folder>', 'the agent’s folder'));
}

function asAgent(
  folder: string,
  flags: Omit<LedgerFlags, 'tenant'>,
  work: (mandate: MandateFolder, client: Parameters<typeof spend>[0]) => Promise<IntentOutcome>,
): Promise<void> {
  const mandate = MandateFolder.open(folder);
  const called = { ...flags, tenant: mandate.content.tenant };
  return asClient(called, async (client) => showOutcome(await work(mandate, client), called));
}

function payeesOf({ payee, anyPayee }: GrantFlags): readonly string[] | null {
  if ((payee === undefined) === (anyPayee !== true)) {
    throw new UsageError('expected --payee with the accounts that the agent may pay, or else --any-payee');
  }
  return payee ?? null;
}

function opsOf(text: string): readonly DelegableOp[] {
  const named = text.split(',');
  const ops = delegableOps.filter((op) => named.includes(op));
  if (ops.length > 0 && ops.length === named.length) return ops;
  throw new UsageError(`--ops: expected one or more of ${delegableOps.join(', ')}, with commas between`);
}

function keyOf(text: string): string {
  try {
    if (fromBase64(text).length === 32) return text;
  } catch {
    // The same answer as for another length.
  }
  throw new UsageError('--closer: expected an Ed25519 key, 32 bytes in base64');
}
