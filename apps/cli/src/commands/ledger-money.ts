import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { ed25519PublicKey, fromBase64, toBase64 } from '#canonical';
import { foundLedger, type SealflowClient } from '#client';
import { type GetLedgerResponse__Output, unary } from '#contracts';
import { generateSealKeyPair } from '#sealing';
import { homeFolder } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { amountOf, type LedgerFlags, OwnLedger, showOutcome } from '../ledger/ledger-client.js';
import {
  deposit,
  newSalt,
  ownerOfNotes,
  requireCounted,
  spendCircuit,
  transfer,
  withdraw,
} from '../ledger/note-money.js';
import { onLedger } from '../ledger/on-ledger.js';
import { pathOf, Wallet } from '../ledger/wallet.js';
import { UsageError } from '../output/failure.js';
import { asClient, random } from '../stack/as-client.js';
import { DEADLINE, timeText } from '../tenants/admin.js';

const FOUNDING_MS = 300_000;
const SUPPLY_MAX = 1n << 58n;
const HOLDERS = ['holder-1', 'holder-2', 'holder-3'] as const;
const THRESHOLD = 2;

interface CreateFlags extends LedgerFlags {
  readonly asset: string;
  readonly pages: string;
  readonly mode: string;
}

/** `sealflow ledger create|account|deposit|withdraw|transfer|show|batches`: money on a ledger of pages, by keys of this machine. */
export function moneyCommands(): Command[] {
  return [
    createCommand(),
    accountCommand(),
    depositCommand(),
    withdrawCommand(),
    transferCommand(),
    showCommand(),
    batchesCommand(),
  ];
}

function createCommand(): Command {
  return onLedger(
    'create',
    'found a ledger; its keys, for trying it out, lie in one file of this installation',
  )
    .option('--asset <name>', 'what it keeps', 'EUR')
    .option('--pages <count>', 'room for 8,192 accounts each', '1')
    .option('--mode <mode>', 'tee-check, or zk-check: transfers are proven to everybody', 'tee-check')
    .action((ledger: string, flags: CreateFlags) =>
      asClient(flags, async (client) => {
        const path = pathOf(homeFolder(), ledger);
        const wallet = await create(client, ledger, flags);
        const { ledgerKey } = wallet.known;
        const text = `founded  ${ledger}\n  key  ${ledgerKey}\n  kept in ${path}: keys of its issuer, accounts and recovery holders\n`;
        process.stdout.write(
          flags.json === true ? `${JSON.stringify({ ledger, ledgerKey, wallet: path })}\n` : text,
        );
      }),
    );
}

async function create(client: SealflowClient, ledger: string, flags: CreateFlags): Promise<Wallet> {
  const pageCount = Number(flags.pages);
  if (!Number.isInteger(pageCount) || pageCount < 1 || pageCount > 64) {
    throw new UsageError('--pages: expected a whole number from 1 to 64');
  }
  const proves = flags.mode === 'zk-check';
  if (!proves && flags.mode !== 'tee-check') throw new UsageError('--mode: expected tee-check or zk-check');
  Wallet.requireNone(homeFolder(), ledger);
  if (proves) requireCounted(spendCircuit(), readTrust(flags.trust).circuits);
  const issuerSeed = random(32);
  const keys = HOLDERS.map((name) => ({ name, pair: generateSealKeyPair(random) }));
  const charter = {
    ledger,
    asset: flags.asset,
    issuer: toBase64(ed25519PublicKey(issuerSeed)),
    supplyMax: SUPPLY_MAX,
    pageCount,
    mode: proves ? 'zk-check' : 'tee-check',
    padding: 'touched',
    accounts: [],
    recovery: {
      threshold: THRESHOLD,
      holders: keys.map(({ name, pair }) => ({ name, sealKey: toBase64(pair.publicKey) })),
    },
    viewers: [],
    ...(proves ? { circuit: spendCircuit() } : {}),
  } as const;
  const options = { deadlineMs: FOUNDING_MS, requestId: randomUUID() };
  const { pin, receipt } = await foundLedger(client, charter, issuerSeed, options);
  return Wallet.create(homeFolder(), {
    tenant: flags.tenant,
    ...pin,
    issuerSeed: toBase64(issuerSeed),
    issued: {},
    accounts: {},
    ...(proves ? { minted: { charter: receipt.charter, serial: 0 } } : {}),
    holders: Object.fromEntries(keys.map(({ name, pair }) => [name, toBase64(pair.secretKey)])),
  });
}

function accountCommand(): Command {
  return onLedger('account', 'open an account under a key of its own')
    .argument('<account>', 'its name')
    .action((ledger: string, account: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const wallet = Wallet.open(homeFolder(), ledger);
        const seed = random(32);
        // Kept first: an account whose key nobody has would be lost.
        const proves = wallet.known.minted !== undefined;
        const spendKey = proves ? `${newSalt()}` : null;
        wallet.add(account, toBase64(seed), spendKey);
        const owner = toBase64(ed25519PublicKey(fromBase64(wallet.account(account).seed)));
        const noted = proves ? { noteOwner: ownerOfNotes(wallet, account) } : {};
        const own = new OwnLedger(client, wallet);
        const body = { op: 'open', owner, rollover: 'auto', ...noted } as const;
        showOutcome(await own.byIssuer(account, body), flags);
      }),
    );
}

function depositCommand(): Command {
  return onLedger('deposit', 'put money into an account, by the word of the issuer')
    .argument('<account>', 'whom')
    .argument('<amount>', 'whole minor units')
    .action((ledger: string, account: string, amount: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        showOutcome(await deposit(own, account, amountOf(amount)), flags);
      }),
    );
}

function withdrawCommand(): Command {
  return onLedger('withdraw', 'take money out of an account: by the issuer, in zk-check by the owner with it')
    .argument('<account>', 'whose')
    .argument('<amount>', 'whole minor units')
    .action((ledger: string, account: string, amount: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        showOutcome(await withdraw(own, account, amountOf(amount)), flags);
      }),
    );
}

function transferCommand(): Command {
  return onLedger('transfer', 'pay from an account whose key is here')
    .argument('<from>', 'payer')
    .argument('<to>', 'payee')
    .argument('<amount>', 'whole minor units')
    .action((ledger: string, from: string, to: string, amount: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const own = OwnLedger.open(client, ledger);
        showOutcome(await transfer(own, { from, to, amount: amountOf(amount) }), flags);
      }),
    );
}

function showCommand(): Command {
  return onLedger('show', 'where a ledger stands: its newest receipt, verified, and its pages').action(
    (ledger: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const receipt = await OwnLedger.open(client, ledger).head();
        const name = `tenants/${flags.tenant}/ledgers/${ledger}`;
        const { ledger: shown } = await unary<GetLedgerResponse__Output>(
          (call, callback) => client.services.ledger.getLedger({ name }, call, callback),
          DEADLINE,
        );
        const pages = shown?.pages ?? [];
        if (flags.json === true) {
          const { version, asset, epoch, accountCount } = receipt;
          process.stdout.write(`${JSON.stringify({ ledger, version, asset, epoch, accountCount, pages })}\n`);
          return;
        }
        const lines = pages.map(
          ({ page, book, digest, addCount }) =>
            `  page ${page} ${book.padEnd(9)} ${digest}  ${addCount} additions`,
        );
        process.stdout.write(
          `${ledger}  version ${receipt.version}, ${receipt.accountCount} accounts in ${receipt.asset}, epoch ${receipt.epoch}, ${shown?.intentsWaiting ?? 0} envelopes wait\n${lines.join('\n')}\n`,
        );
      }),
  );
}

function batchesCommand(): Command {
  return onLedger(
    'batches',
    'batches of a ledger, the oldest first, each with the run whose bundle proves it',
  ).action((ledger: string, flags: LedgerFlags) =>
    asClient(flags, async (client) => {
      for await (const batch of OwnLedger.open(client, ledger).batches()) {
        const { run, state, version, envelopes, reason, createTime } = batch;
        const text = `${timeText(createTime)}  ${state.replace('LEDGER_BATCH_STATE_', '').padEnd(8)} version ${version.padStart(6)}  ${envelopes} envelopes  ${run}  ${reason}`;
        process.stdout.write(`${flags.json === true ? JSON.stringify(batch) : text.trimEnd()}\n`);
      }
    }),
  );
}
