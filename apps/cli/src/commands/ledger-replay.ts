import { Command } from 'commander';
import { createSealEngine, pageParameters, replayAdd } from '#ciphertext';
import type { CircuitPolicy } from '#proofs';
import { readTrust } from '../installation/read-trust.js';
import { exitCode } from '../output/failure.js';
import { ciphertextFolder } from '../replay/ciphertext-folder.js';
import { findReceipts } from '../replay/ledger-receipts.js';
import { type LedgerReplay, replayHistory } from '../replay/ledger-replay.js';
import { renderLedgerReplay } from '../replay/render-ledger-replay.js';

interface ReplayOptions {
  readonly ciphertexts?: string;
  readonly ledger?: string;
  readonly ledgerKey?: string;
  readonly trust?: string;
  readonly json?: boolean;
}

const codes: Readonly<Record<LedgerReplay['outcome'], number>> = {
  REPLAYED: exitCode.verified,
  CHAIN_ONLY: exitCode.verified,
  INCOMPLETE: exitCode.incomplete,
  FAILED: exitCode.failed,
};

/** `sealflow ledger replay PATH...`: the history of a page ledger, held against itself without a key. */
export function ledgerReplayCommand(): Command {
  return new Command('replay')
    .description('run the additions of a ledger of pages again, from its founding on, without a key')
    .argument('<path...>', 'evidence bundles, signed receipts, or folders of them')
    .option('--ciphertexts <dir>', 'folder of pages and deltas, as sealflow ciphertexts fetches them')
    .option('--ledger <name>', 'the ledger, where there are receipts of several')
    .option('--ledger-key <base64>', 'take no receipt that another key signed')
    .option('--trust <file>', 'trust file that says which circuits prove transfers, on a ledger in zk-check')
    .option('--json', 'print the result as JSON')
    .action(async (paths: readonly string[], options: ReplayOptions) => {
      const { ciphertexts, ledger = null, ledgerKey = null, trust, json } = options;
      const found = await findReceipts(paths, { ledger, ledgerKey });
      const proves = found.receipts.some(({ receipt }) => receipt.notes !== undefined);
      const circuits = proves ? readTrust(trust).circuits : undefined;
      const replay = await replayed(found, ciphertexts ?? null, circuits);
      process.stdout.write(json === true ? `${JSON.stringify(replay)}\n` : renderLedgerReplay(replay));
      process.exitCode = codes[replay.outcome];
    });
}

async function replayed(
  found: Parameters<typeof replayHistory>[0],
  folder: string | null,
  circuits: CircuitPolicy | undefined,
): Promise<LedgerReplay> {
  if (folder === null) return replayHistory(found, null, circuits);
  const ciphertext = ciphertextFolder(folder);
  using engine = await createSealEngine(pageParameters);
  const add = (page: Uint8Array, delta: Uint8Array): Uint8Array => replayAdd(engine, page, delta);
  return replayHistory(found, { ciphertext, add }, circuits);
}
