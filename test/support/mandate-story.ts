import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toBase64 } from '#canonical';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { OwnLedger } from '../../apps/cli/src/ledger/ledger-client.js';
import { Wallet } from '../../apps/cli/src/ledger/wallet.js';
import type { PageLedgerStory } from './page-ledger-story.js';
import type { TestStack } from './test-stack.js';

/** Beyond the numbers that a story signs with. */
const FIRST_NUMBER = 10_000;

/** What the command of a user has of a story's ledger: a wallet in the installation, with the keys of some accounts. */
export function ownLedgerOf(
  story: PageLedgerStory,
  stack: Pick<TestStack, 'home'>,
  accounts: readonly number[],
): OwnLedger {
  const keys = accounts.map((index) => story.account(index));
  const wallet = Wallet.create(stack.home, {
    tenant: story.client.options.tenant,
    ...story.ledger.pin,
    issuerSeed: toBase64(story.issuerSeed),
    issued: {},
    accounts: Object.fromEntries(
      keys.map(({ id, seed }) => [id, { seed: toBase64(seed), nonce: FIRST_NUMBER }]),
    ),
    holders: {},
  });
  return new OwnLedger(story.client, wallet);
}

/** `applied` or the reason, as a process of its own prints it. */
export async function paidByCommand(
  { home, installation }: Pick<TestStack, 'home' | 'installation'>,
  orchestrator: string,
  [folder, to, amount]: readonly [folder: string, to: string, amount: bigint],
): Promise<{ readonly told: string; readonly batch: string }> {
  const args = [join(projectRoot, 'apps/cli/bin/sealflow.js'), 'ledger', 'mandate', 'pay', folder, to];
  const flags = ['--orchestrator', orchestrator, '--trust', installation.trustPath, '--json'];
  const env = { ...process.env, SEALFLOW_HOME: home, OTEL_EXPORTER_OTLP_ENDPOINT: '' };
  const run = promisify(execFile)(process.execPath, [...args, `${amount}`, ...flags], { env });
  // A refusal is an answer too, with an exit code that says so.
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    if (!error.stdout) throw error;
    return { stdout: error.stdout };
  });
  const { status, reason, batch } = JSON.parse(stdout) as Record<
    'status' | 'reason' | 'batch',
    string | null
  >;
  return { told: reason ?? status ?? '', batch: batch ?? '' };
}
