import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ed25519PublicKey, isDigest } from '#canonical';
import { devCircuitSeed, openRevocations, ProofsError, type Revocations, signRevocations } from '#proofs';
import { readEvidenceFile } from '../evidence/files.js';
import { readSigningSeed } from '../export/signing-key.js';
import { exitCode, UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';
import { REVOCATIONS_FILE } from './circuit-folder.js';

interface RevokeOptions {
  readonly reason: string;
  readonly key?: string;
  readonly dev?: boolean;
}

/** `sealflow circuits revoke`: provers load the circuit no more; verifiers hear of it through their trust files. */
export function revokeCommand(): Command {
  return new Command('revoke')
    .description('put a manifest on the signed list of those that may be used no more')
    .argument('<folder>', 'folder of circuits; the list lies in it')
    .argument('<digest>', 'sha256:... of the manifest')
    .requiredOption('--reason <text>', 'why, for whoever meets the list')
    .option('--key <file>', 'private Ed25519 key in PEM of who keeps the list')
    .option('--dev', 'with the development key, which everybody has')
    .action((folder: string, digest: string, options: RevokeOptions) => {
      if (!isDigest(digest))
        throw new UsageError(`expected sha256: and 64 lower-case hex digits, got ${digest.slice(0, 80)}`);
      if (!/^[\x20-\x7e]{1,500}$/.test(options.reason))
        throw new UsageError('--reason: expected 1 to 500 printable ASCII characters');
      if ((options.key === undefined) === (options.dev !== true))
        throw new UsageError('expected --key FILE or --dev, one of both');
      const seed = options.key === undefined ? devCircuitSeed : readSigningSeed(options.key);
      const file = join(folder, REVOCATIONS_FILE);
      const before = existsSync(file) ? ownList(file, seed) : null;
      if (before?.manifests.some((one) => one.digest === digest) === true)
        throw new UsageError(`${digest} is on the list already`);
      const list: Revocations = {
        v: 'sealflow/circuit-revocations/v1',
        number: (before?.number ?? 0) + 1,
        manifests: [...(before?.manifests ?? []), { digest, reason: options.reason }],
      };
      writeFileSync(`${file}.new`, signRevocations(list, [seed]), { flush: true });
      renameSync(`${file}.new`, file);
      process.stdout.write(
        `${shownPath(file)}: list ${list.number}, ${list.manifests.length} revoked. Verifiers: circuits.revoked of the trust file\n`,
      );
    });
}

/** Whoever signs a list stands behind all of it. */
function ownList(file: string, seed: Uint8Array): Revocations {
  try {
    const { list, signers } = openRevocations(readEvidenceFile(file), [ed25519PublicKey(seed)]);
    if (signers.length > 0) return list;
  } catch (error) {
    if (error instanceof ProofsError)
      throw new UsageError(`${file}: ${error.code}: ${error.message}`, exitCode.malformed);
    throw error;
  }
  throw new UsageError(
    `${file}: signed by another key: only who keeps the list adds to it`,
    exitCode.trustRoot,
  );
}
