import { Command } from 'commander';
import { createSealEngine, pageParameters, replayAdd } from '#ciphertext';
import { exitCode } from '../output/failure.js';
import { ciphertextFolder } from '../replay/ciphertext-folder.js';
import { findReceipts } from '../replay/ledger-receipts.js';
import { type LedgerReplay, replayHistory } from '../replay/ledger-replay.js';
import { renderLedgerReplay } from '../replay/render-ledger-replay.js';

interface ReplayOptions {
  readonly ciphertexts?: string;
  readonly ledger?: string;
  readonly ledgerKey?: string;
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
    .option('--json', 'print the result as JSON')
    .action(async (paths: readonly string[], options: ReplayOptions) => {
      const { ciphertexts, ledger = null, ledgerKey = null, json } = options;
      const found = await findReceipts(paths, { ledger, ledgerKey });
      const replay = await replayed(found, ciphertexts ?? null);
      process.stdout.write(json === true ? `${JSON.stringify(replay)}\n` : renderLedgerReplay(replay));
      process.exitCode = codes[replay.outcome];
    });
}

async function replayed(
  found: Parameters<typeof replayHistory>[0],
  folder: string | null,
): Promise<LedgerReplay> {
  if (folder === null) return replayHistory(found, null);
  const ciphertext = ciphertextFolder(folder);
  using engine = await createSealEngine(pageParameters);
  return replayHistory(found, { ciphertext, add: (page, delta) => replayAdd(engine, page, delta) });
}
