// SPDX-License-Identifier: GPL-3.0
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBase64 } from '#canonical';
import { devCircuitSigner, openRevocations, type ReleasePolicy, revokedDigests } from '#proofs';

/** Beside the folders of the circuits. */
const REVOCATIONS_FILE = 'revoked.dsse.json';

/**
 * Which circuits this prover loads: those that a key of SEALFLOW_CIRCUIT_SIGNERS released (base64, by commas), and
 * development circuits, which proofs go on to name as such and verifiers refuse unless their own policy lets them.
 *
 * @param folder of one circuit
 * @throws Error for a key or a list that cannot be read, and for a list that nobody known signed
 */
export function circuitTrust(folder: string, environment: NodeJS.ProcessEnv = process.env): ReleasePolicy {
  const signers = (environment['SEALFLOW_CIRCUIT_SIGNERS'] ?? '').split(',').flatMap((text) => {
    if (text.trim() === '') return [];
    const key = fromBase64(text.trim());
    if (key.length === 32) return [key];
    throw new Error(`SEALFLOW_CIRCUIT_SIGNERS: expected Ed25519 keys of 32 bytes, got one of ${key.length}`);
  });
  return { manifests: [], signers, revoked: revokedIn(dirname(folder), signers), allowDev: true };
}

function revokedIn(registry: string, signers: readonly Uint8Array[]): ReturnType<typeof revokedDigests> {
  const file = join(registry, REVOCATIONS_FILE);
  if (!existsSync(file)) return [];
  const opened = openRevocations(new Uint8Array(readFileSync(file)), [...signers, devCircuitSigner]);
  if (opened.signers.length > 0) return revokedDigests(opened.list);
  throw new Error(
    `${REVOCATIONS_FILE}: signed by no key of SEALFLOW_CIRCUIT_SIGNERS: name the key of who keeps it, or take it away`,
  );
}
