/**
 * The verifier as one file that needs nothing but Node 20: `npm run build:verifier`. It reads files and writes text; it
 * has no way to reach a network, and trusts only the file that `--trust` names.
 */
import { isMainThread } from 'node:worker_threads';
import { Command } from 'commander';
import type { TrustFile } from '#evidence';
import { readTrustFile } from './batch/read-trust.js';
// In a thread of a batch this module answers with verdicts, and nothing below runs.
import './batch/verify-thread.js';
import { explainCommand } from './commands/explain.js';
import { inspectCommand } from './commands/inspect.js';
import { verifyCommand } from './commands/verify.js';
import { endWithReader } from './output/end-with-reader.js';
import { exitCode, reportFileFailure, UsageError } from './output/failure.js';
import { exitByCode } from './output/program.js';

const NODE_MAJOR_MIN = 20;

async function main(): Promise<void> {
  endWithReader([process.stdout, process.stderr]);
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
    process.stderr.write(`sealflow-verify: needs Node 20 or newer, this is ${process.versions.node}\n`);
    process.exit(exitCode.usage);
  }
  const program = new Command('sealflow-verify')
    .description('Verifies evidence bundles of Sealflow offline. Needs no installation and no network.')
    .version('0.1.0')
    .addCommand(verifyCommand({ readTrust, thread: new URL(import.meta.url) }))
    .addCommand(inspectCommand())
    .addCommand(explainCommand());
  exitByCode(program);
  await program.parseAsync(process.argv);
}

/** There is no installation here whose trust file could be meant. */
function readTrust(given: string | undefined): TrustFile {
  if (given === undefined)
    throw new UsageError(
      'expected --trust FILE: what you believe without proof, from a party that you trust',
      exitCode.trustRoot,
    );
  return readTrustFile(given);
}

if (isMainThread) {
  main().catch((error: unknown) => {
    process.exitCode = reportFileFailure(error);
  });
}
