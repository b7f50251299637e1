import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { fromBase64 } from '#canonical';
import { type ChangedKeys, orderLedgerKey, rotateLedger, statedKeys } from '#client';
import { type KeyState, keyStates } from '#ledger';
import { homeFolder } from '../installation/paths.js';
import { type LedgerFlags, OwnLedger } from '../ledger/ledger-client.js';
import { onLedger } from '../ledger/on-ledger.js';
import { Wallet } from '../ledger/wallet.js';
import { UsageError } from '../output/failure.js';
import { asClient } from '../stack/as-client.js';

const RUN_MS = 300_000;
/** How long an order counts: until its run is over, and not for whoever kept it back. */
const ORDER_MS = 10 * 60_000;

const meanings: Readonly<Record<KeyState, string>> = {
  active: 'protects what is new, opens what lies behind',
  suspended: 'protects nothing new; owners and viewers are shown what lies behind',
  deactivated: 'replaced; opens what lies behind',
  compromised: 'protects nothing any more and is shown to nobody; rotate the ledger',
  destroyed: 'gone, and with it what only it opens',
};

interface KeyFlags extends LedgerFlags {
  readonly epoch?: string;
}

/** `sealflow ledger keys|key-state|rotate`: states of the keys of a ledger's epochs, after NIST SP 800-57. */
export function keyCommands(): Command[] {
  return [keysCommand(), keyCommand(), rotateCommand()];
}

function keysCommand(): Command {
  return onLedger('keys', 'states of the keys of a ledger, as its newest receipt says').action(
    (ledger: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        show(ledger, await OwnLedger.open(client, ledger).head(), flags);
      }),
  );
}

function keyCommand(): Command {
  return onLedger('key-state', 'change the state of a key, by the word of the issuer')
    .argument('<state>', 'active, suspended, compromised or destroyed')
    .option('--epoch <number>', 'whose key (default: the present one)')
    .action((ledger: string, state: string, flags: KeyFlags) =>
      asClient(flags, async (client) => {
        const wallet = Wallet.open(homeFolder(), ledger);
        const terms = { ...epochOf(flags), to: stateOf(state), notAfterMs: Date.now() + ORDER_MS };
        const seed = fromBase64(wallet.known.issuerSeed);
        show(ledger, (await orderLedgerKey(client, wallet.known, terms, seed, runOptions())).receipt, flags);
      }),
    );
}

function rotateCommand(): Command {
  return onLedger('rotate', 'put every page under a key of a new epoch').action(
    (ledger: string, flags: LedgerFlags) =>
      asClient(flags, async (client) => {
        const { known } = Wallet.open(homeFolder(), ledger);
        show(ledger, (await rotateLedger(client, known, runOptions())).receipt, flags);
      }),
  );
}

function runOptions() {
  return { deadlineMs: RUN_MS, requestId: randomUUID() };
}

function stateOf(text: string): KeyState {
  const state = keyStates.find((one) => one === text);
  if (state !== undefined && state !== 'deactivated') return state;
  throw new UsageError('state: expected active, suspended, compromised or destroyed');
}

function epochOf({ epoch }: KeyFlags): { readonly epoch?: number } {
  if (epoch === undefined) return {};
  if (/^[1-9][0-9]{0,8}$/.test(epoch)) return { epoch: Number(epoch) };
  throw new UsageError('--epoch: expected a whole number from 1');
}

function show(ledger: string, receipt: ChangedKeys['receipt'], { json }: LedgerFlags): void {
  const { version, epoch } = receipt;
  const keys = statedKeys(receipt);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ ledger, version, epoch, keys })}\n`);
    return;
  }
  const lines = keys.map(
    (key) => `  epoch ${String(key.epoch).padEnd(4)} ${key.state.padEnd(11)} ${meanings[key.state]}\n`,
  );
  process.stdout.write(`${ledger}  version ${version}, epoch ${epoch}\n${lines.join('')}`);
}
