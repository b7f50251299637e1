import { Command } from 'commander';
import { CanonicalError, type Check, digestOf, failedChecks } from '#canonical';
import { CiphertextError, createSealEngine, pageParameters, publicKeyBytes } from '#ciphertext';
import { type BatchOpening, LedgerError, parseOpening, verifyOpening } from '#ledger';
import { readBounded } from '../batch/read-bundle.js';
import { exitCode, UsageError } from '../output/failure.js';
import { findReceipts } from '../replay/ledger-receipts.js';

interface OpeningOptions {
  readonly receipts: readonly string[];
  readonly publicKey: string;
  readonly ledgerKey?: string;
  readonly json?: boolean;
}

/** `sealflow ledger opening FILE`: what a batch moved, encrypted again with its coins and compared with the receipt. */
export function ledgerOpeningCommand(): Command {
  return new Command('opening')
    .description(
      'check that deltas of a batch hold the amounts that a view right was shown, without the secret key',
    )
    .argument('<file>', 'opening: amounts and coin seeds of the deltas of one batch')
    .requiredOption(
      '--receipts <path...>',
      'bundles or signed receipts, or folders of them, with that of the batch',
    )
    .requiredOption(
      '--public-key <file>',
      'FHE public key of the ledger’s epoch, the blob that the receipt names',
    )
    .option('--ledger-key <base64>', 'take no receipt that another key signed')
    .option('--json', 'print the checks as JSON')
    .action(async (file: string, options: OpeningOptions) => {
      const { receipts, publicKey, ledgerKey = null, json } = options;
      const opening = openingOf(file);
      const checks = await checkOpening(opening, receipts, publicKey, ledgerKey);
      const failed = failedChecks(checks);
      process.stdout.write(json === true ? `${JSON.stringify(checks)}\n` : rendered(opening, checks));
      process.exitCode = failed.length === 0 ? exitCode.verified : exitCode.failed;
    });
}

/** @throws UsageError where the receipt or the key that it names is not among what was given */
export async function checkOpening(
  opening: BatchOpening,
  receipts: readonly string[],
  publicKeyFile: string,
  ledgerKey: string | null = null,
): Promise<readonly Check[]> {
  const found = await findReceipts(receipts, { ledger: opening.ledger, ledgerKey });
  const link = found.receipts.find(({ receipt }) => receipt.version === opening.version);
  if (link === undefined) {
    throw new UsageError(
      `expected the receipt of version ${opening.version} of ${opening.ledger}, got none`,
      exitCode.incomplete,
    );
  }
  const key = readBounded(publicKeyFile, exitCode.malformed);
  const [expected, actual] = [link.receipt.publicKeyId, digestOf(key)];
  if (expected !== actual) {
    throw new UsageError(
      `${publicKeyFile}: expected the public key ${expected}, got ${actual}`,
      exitCode.failed,
    );
  }
  using engine = await createSealEngine(pageParameters);
  using encryptor = opened(publicKeyFile, () => engine.openPublicKey(key));
  return verifyOpening(opening, link.receipt, (slots, seed) =>
    digestOf(encryptor.encryptWithCoins(slots, seed)),
  );
}

function openingOf(file: string): BatchOpening {
  const bytes = readBounded(file, exitCode.malformed);
  try {
    return parseOpening(bytes);
  } catch (error) {
    if (!(error instanceof LedgerError || error instanceof CanonicalError)) throw error;
    throw new UsageError(`${file}: ${error.code}: ${error.message}`, exitCode.malformed);
  }
}

function opened<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof CiphertextError)) throw error;
    const size = publicKeyBytes(pageParameters);
    throw new UsageError(
      `${file}: expected a public key of ${size} bytes, ${error.message}`,
      exitCode.malformed,
    );
  }
}

/** No amount: who runs this has them in the file. */
function rendered({ ledger, version, deltas }: BatchOpening, checks: readonly Check[]): string {
  const failed = failedChecks(checks);
  const verdict = failed.length === 0 ? 'MATCHES' : 'DOES NOT MATCH';
  const lines = [
    `${verdict}  opening of ${deltas.length} deltas of ledger ${ledger}, version ${version}`,
    ...checks.map(({ id, title, result, reason }) => `  ${id} ${title}: ${reason ?? result}`),
  ];
  return `${lines.join('\n')}\n`;
}
