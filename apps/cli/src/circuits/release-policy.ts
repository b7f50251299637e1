import { fromBase64 } from '#canonical';
import { devCircuitSigner, openRevocations, ProofsError, type ReleasePolicy, revokedDigests } from '#proofs';
import { readTrustFile } from '../batch/read-trust.js';
import { readEvidenceFile } from '../evidence/files.js';
import { exitCode, UsageError } from '../output/failure.js';
import { revocationsOf } from './circuit-folder.js';

export interface ReleaseOptions {
  readonly trust?: string;
  readonly signer?: readonly string[];
  readonly allowDev?: boolean;
  readonly revocations?: string;
}

/** What the user believes about circuits: pins and revocations of a trust file, keys of releasers, revoked manifests. */
export function releasePolicy(folder: string, options: ReleaseOptions): ReleasePolicy {
  const trust = options.trust === undefined ? null : readTrustFile(options.trust).circuits;
  const signers = (options.signer ?? []).map(signerKey);
  const list =
    options.revocations === undefined ? revocationsOf(folder) : readEvidenceFile(options.revocations);
  return {
    manifests: trust?.manifests ?? [],
    signers,
    revoked: [...(trust?.revoked ?? []), ...(list === null ? [] : heeded(list, signers))],
    allowDev: options.allowDev === true || trust?.allowDev === true,
  };
}

/** A list by nobody known is no reason to drop a circuit, and no reason to go on as if there were none. */
function heeded(bytes: Uint8Array, signers: readonly Uint8Array[]): ReturnType<typeof revokedDigests> {
  try {
    const opened = openRevocations(bytes, [...signers, devCircuitSigner]);
    if (opened.signers.length > 0) return revokedDigests(opened.list);
  } catch (error) {
    if (error instanceof ProofsError)
      throw new UsageError(`${error.code}: ${error.message}`, exitCode.malformed);
    throw error;
  }
  throw new UsageError(
    'revocations: expected a signature by a key given with --signer, got none: name the key of who keeps the list',
    exitCode.trustRoot,
  );
}

function signerKey(text: string): Uint8Array {
  try {
    const key = fromBase64(text);
    if (key.length === 32) return key;
  } catch {
    // The one message below says what was expected.
  }
  throw new UsageError(`--signer ${text.slice(0, 80)}: expected an Ed25519 public key, 32 bytes in base64`);
}
