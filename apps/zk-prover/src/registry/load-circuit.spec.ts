// SPDX-License-Identifier: GPL-3.0
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  digestOf,
  ed25519PublicKey,
  type JsonObject,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { devCircuitSeed, signManifest, signRevocations } from '#proofs';
import { loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import { circuitTrust } from './circuit-trust.js';
import { RegistryError } from './registry-error.js';

const releaser = new Uint8Array(32).fill(1);
const environment = { SEALFLOW_CIRCUIT_SIGNERS: toBase64(ed25519PublicKey(releaser)) };
let registry: string;
let folder: string;

beforeEach(() => {
  registry = mkdtempSync(join(tmpdir(), 'sealflow-registry-'));
  folder = join(registry, 'scorecard');
  cpSync(shippedArtifacts('scorecard'), folder, { recursive: true });
});

afterEach(() => rmSync(registry, { recursive: true, force: true }));

describe('loadCircuit', () => {
  it('loads what ships', () => {
    expect(reasons()).toEqual([]);
  });

  it('refuses a circuit that nobody signed, and one that a stranger signed', () => {
    rmSync(join(folder, 'manifest.dsse.json'));
    expect(reasons()).toEqual(['MANIFEST_UNSIGNED']);
    writeFileSync(join(folder, 'manifest.dsse.json'), signManifest(bytesOf('manifest.json'), [releaser]));
    expect(reasons()).toEqual(['MANIFEST_SIGNER_UNKNOWN']);
    expect(reasons(environment)).toEqual([]);
  });

  it.each(['draft', 'ceremony', 'revoked'])('refuses a circuit in state %s', (state) => {
    rewrite({ state });
    expect(reasons(environment)).toEqual(['KEY_STATE_INVALID']);
  });

  it('refuses a circuit on the list of revoked ones', () => {
    const digest = digestOf(bytesOf('manifest.json'));
    revoke(devCircuitSeed, digest);
    expect(reasons()).toEqual(['MANIFEST_REVOKED']);
  });

  it('goes no further with a list that nobody known signed', () => {
    revoke(releaser, digestOf(bytesOf('manifest.json')));
    expect(() => loadCircuit(folder)).toThrow(/revoked\.dsse\.json: signed by no key/);
    expect(reasons(environment)).toEqual(['MANIFEST_REVOKED']);
  });

  it('refuses a key without contribution', () => {
    const { setup } = parseJsonStrict(bytesOf('manifest.json')) as { setup: JsonObject };
    rewrite({ setup: { ...setup, contributions: [] } });
    expect(reasons(environment)).toEqual(['CONTRIBUTIONS_TOO_FEW', 'ZKEY_CEREMONY_MISMATCH']);
  });

  it('refuses a key with gamma = delta', () => {
    const vkey = parseJsonStrict(bytesOf('vkey.json')) as JsonObject;
    const equal = canonicalBytes({ ...vkey, vk_delta_2: vkey['vk_gamma_2'] ?? null });
    writeFileSync(join(folder, 'vkey.json'), equal);
    const { artifacts } = parseJsonStrict(bytesOf('manifest.json')) as { artifacts: JsonObject };
    rewrite({ artifacts: { ...artifacts, vkey: digestOf(equal) } });
    expect(reasons(environment)).toEqual(['VKEY_WITHOUT_PHASE2', 'ZKEY_VKEY_MISMATCH']);
  });

  it('refuses a verification key that is not the manifest’s, and a proving key that is cut off', () => {
    writeFileSync(join(folder, 'circuit.zkey'), bytesOf('circuit.zkey').subarray(0, 700));
    expect(reasons()).toEqual(['ZKEY_MALFORMED']);
    writeFileSync(join(folder, 'vkey.json'), '{}');
    expect(reasons()).toEqual(['VKEY_DIGEST_MISMATCH', 'VKEY_MALFORMED', 'ZKEY_MALFORMED']);
  });

  it('refuses keys of releasers that are none', () => {
    expect(() => circuitTrust(folder, { SEALFLOW_CIRCUIT_SIGNERS: 'AAAA' })).toThrow(
      /32 bytes, got one of 3/,
    );
  });
});

function reasons(from: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    loadCircuit(folder, circuitTrust(folder, from));
    return [];
  } catch (error) {
    if (error instanceof RegistryError) return error.reasons;
    throw error;
  }
}

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}

/** Another manifest, released by the key of the environment. */
function rewrite(members: JsonObject): void {
  const manifest = canonicalBytes({
    ...(parseJsonStrict(bytesOf('manifest.json')) as JsonObject),
    ...members,
  });
  writeFileSync(join(folder, 'manifest.json'), manifest);
  writeFileSync(join(folder, 'manifest.dsse.json'), signManifest(manifest, [releaser]));
}

function revoke(seed: Uint8Array, digest: ReturnType<typeof digestOf>): void {
  const manifests = [{ digest, reason: 'superseded' }];
  const list = { v: 'sealflow/circuit-revocations/v1', number: 1, manifests } as const;
  writeFileSync(join(registry, 'revoked.dsse.json'), signRevocations(list, [seed]));
}
