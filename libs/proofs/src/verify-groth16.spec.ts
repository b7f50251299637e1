import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  digestOf,
  FIELD_MODULUS,
  failedChecks,
  fromUtf8,
  type Json,
  type JsonObject,
  parseJsonStrict,
  poseidonCommitment,
  utf8,
} from '#canonical';
import {
  expectationFor,
  features,
  honest,
  key,
  limit,
  other,
  piA,
  proofWith,
  reasons,
  result,
  signals,
  signalsWith,
  verify,
  vkeyWith,
} from './groth16-case.fixture.js';
import { encodeManifest } from './manifest.js';
import { sampleManifest } from './sample-manifest.js';
import { g1Json, proveByTrapdoor, trapdoorKey } from './trapdoor.js';
import { verifyGroth16 } from './verify-groth16.js';

describe('verifyGroth16 on an honest proof', () => {
  it('passes every check but the warning that the key is a dev key', () => {
    const checks = verify();
    expect(failedChecks(checks)).toEqual([]);
    expect(checks.filter((check) => check.result !== 'pass').map((check) => check.reason)).toEqual([
      'KEY_STATE_DEV',
    ]);
    expect(checks).toHaveLength(16);
  });

  it('ignores the precomputed pairing in a key, whatever it says', () => {
    expect(reasons(vkeyWith({ vk_alphabeta_12: [[['1', '0']]] }))).toEqual([]);
  });
});

describe('verifyGroth16 against false proofs', () => {
  it('refuses an honest proof for other public signals', () => {
    expect(reasons({ publicSignals: signalsWith(2, '1') })).toEqual([
      'PROOF_INVALID',
      'PUBLIC_VALUE_MISMATCH',
    ]);
  });

  it('refuses a forgery under a key without phase 2, which satisfies the pairing equation', () => {
    const { vkey, proof } = forgeryWithoutPhase2();
    const checks = verify({ vkey, manifest: sampleManifest(vkey, {}), proof });
    expect(failedChecks(checks).map((check) => check.reason)).toEqual(['VKEY_WITHOUT_PHASE2']);
    expect(result(checks, 'ZK-G16-011')).toBe('pass');
  });
});

describe('verifyGroth16 against wrong keys and manifests', () => {
  it('refuses the key of another circuit although the proof verifies under it', () => {
    const change = { vkey: other.vkey, proof: proveByTrapdoor(other, signals) };
    expect(reasons(change)).toEqual(['VKEY_DIGEST_MISMATCH']);
  });

  it('refuses a manifest that the policy does not list', () => {
    const manifest = sampleManifest(other.vkey, {});
    const change = { vkey: other.vkey, manifest, proof: proveByTrapdoor(other, signals) };
    expect(
      reasons({ ...change, policy: { manifests: [digestOf(encodeManifest(honest.manifest))] } }),
    ).toEqual(['MANIFEST_NOT_PINNED']);
    expect(reasons({ policy: { manifests: [] } })).toEqual(['MANIFEST_NOT_PINNED']);
  });

  it('refuses a dev key unless the policy allows dev keys', () => {
    expect(reasons({ policy: { allowDev: false } })).toEqual(['KEY_STATE_DEV']);
  });

  it.each(['draft', 'ceremony', 'revoked'] as const)(
    'refuses a key in state %s even if dev keys are allowed',
    (state) => {
      expect(reasons({ manifest: sampleManifest(key.vkey, { state }) })).toEqual(['KEY_STATE_INVALID']);
    },
  );

  it('accepts an active key where dev keys are not allowed', () => {
    const manifest = sampleManifest(key.vkey, { state: 'active' });
    expect(reasons({ manifest, policy: { allowDev: false } })).toEqual([]);
  });

  it('refuses a setup with fewer contributions than required, counting each name once', () => {
    const { setup } = honest.manifest;
    const [first] = setup.contributions;
    const twice = first === undefined ? [] : [first, first];
    const manifest = sampleManifest(key.vkey, { setup: { ...setup, contributions: twice } });
    expect(reasons({ manifest })).toEqual(['CONTRIBUTIONS_TOO_FEW']);
    expect(reasons({ policy: { contributionsMin: 3 } })).toEqual(['CONTRIBUTIONS_TOO_FEW']);
  });

  it.each([
    ['an unknown member', { extra: 1 }],
    ['another protocol', { protocol: 'fflonk' }],
    ['another curve', { curve: 'bls12381' }],
    ['no public signal', { nPublic: 0 }],
    ['fewer IC points than signals', { nPublic: 6 }],
    ['a count that is text', { nPublic: '5' }],
  ])('refuses a key with %s', (_name, members) => {
    expect(reasons(vkeyWith(members as JsonObject))).toEqual(['VKEY_MALFORMED']);
  });

  it('refuses a key whose points are not valid', () => {
    expect(reasons(vkeyWith({ vk_alpha_1: ['1', '3', '1'] }))).toEqual(['POINT_INVALID']);
  });

  it('refuses a key for another number of signals than the manifest declares', () => {
    const wide = trapdoorKey(5n, 6);
    const six = [...signals, 1n];
    const change = {
      vkey: wide.vkey,
      manifest: sampleManifest(wide.vkey, {}),
      proof: proveByTrapdoor(wide, six),
    };
    expect(reasons({ ...change, publicSignals: six.map(String) })).toEqual(['SIGNAL_SCHEMA_MISMATCH']);
  });
});

describe('verifyGroth16 against proofs of another run', () => {
  it('refuses another context', () => {
    expect(reasons({ expectation: expectationFor('approve', 98n) })).toEqual(['CONTEXT_MISMATCH']);
  });

  it('refuses another decision', () => {
    expect(reasons({ expectation: expectationFor('decline', 99n) })).toEqual(['PUBLIC_VALUE_MISMATCH']);
  });

  it('refuses a decision edge that carries something else than the stated decision', () => {
    const expectation = expectationFor('approve', 99n);
    const outputs = { ...expectation.outputs, decision: digestOf(utf8('"review"')) };
    expect(reasons({ expectation: { ...expectation, outputs } })).toEqual(['PUBLIC_VALUE_MISMATCH']);
  });

  it('refuses another input, another output and a commitment of another kind', () => {
    const expectation = expectationFor('approve', 99n);
    const outputs = { ...expectation.outputs, limit: features };
    expect(reasons({ expectation: { ...expectation, inputs: { features: limit } } })).toEqual([
      'EDGE_COMMITMENT_MISMATCH',
    ]);
    expect(reasons({ expectation: { ...expectation, outputs } })).toEqual(['EDGE_COMMITMENT_MISMATCH']);
    const bare = { features: digestOf(utf8('x')) };
    expect(reasons({ expectation: { ...expectation, inputs: bare } })).toEqual(['EDGE_COMMITMENT_MISMATCH']);
  });

  it('refuses a signal that no edge stands for', () => {
    const expectation = expectationFor('approve', 99n);
    expect(reasons({ expectation: { ...expectation, inputs: {} } })).toEqual(['SIGNAL_UNBOUND']);
  });

  it('refuses another model than the step states', () => {
    const expectation = expectationFor('approve', 99n);
    const stated = { ...expectation.public, modelCommitment: poseidonCommitment(1n) };
    expect(reasons({ expectation: { ...expectation, public: stated } })).toEqual([
      'MODEL_COMMITMENT_MISMATCH',
    ]);
  });
});

describe('verifyGroth16 on garbage', () => {
  const garbage: readonly Json[] = [
    null,
    true,
    0,
    '',
    'x',
    [],
    {},
    [[]],
    [null],
    { pi_a: null },
    [['1', '2', '1']],
  ];

  it('returns failures and never throws', () => {
    for (const value of garbage) {
      expect(failedChecks(verify({ proof: value }))).not.toHaveLength(0);
      expect(failedChecks(verify({ publicSignals: value }))).not.toHaveLength(0);
      expect(failedChecks(verify({ vkey: canonicalBytes(value) }))).not.toHaveLength(0);
      const evidence = { ...honest, manifest: canonicalBytes(value) };
      const policy = { manifests: [digestOf(evidence.manifest)], allowDev: true };
      expect(failedChecks(verifyGroth16(evidence, honest.expectation, policy))).not.toHaveLength(0);
    }
    expect(reasons({ vkey: new Uint8Array(200_000) })).toContain('VKEY_MALFORMED');
  });

  it('says where the failure is and not what the secret-free text was', () => {
    const check = failedChecks(verify({ proof: piA(() => 'AAAA') }))[0];
    expect(check?.actual).toContain('proof.pi_a.x');
    expect(check?.actual).not.toContain('AAAA');
  });

  it('refuses a manifest that is not canonical JSON', () => {
    const manifest = utf8(`${fromUtf8(encodeManifest(honest.manifest))}\n`);
    const policy = { manifests: [digestOf(manifest)], allowDev: true };
    const failed = failedChecks(verifyGroth16({ ...honest, manifest }, honest.expectation, policy));
    expect(failed.map((check) => check.reason)).toEqual(['MANIFEST_MALFORMED']);
  });
});

/** The Veil Cash case: with gamma = delta, A = alpha, B = beta, C = -vk_x satisfies the equation for any signals. */
function forgeryWithoutPhase2(): { vkey: Uint8Array; proof: Json } {
  const honestKey = parseJsonStrict(key.vkey) as { [name: string]: Json };
  const { ic } = key.trapdoor;
  const vkX = signals.reduce((sum, signal, index) => sum + signal * (ic[index + 1] ?? 0n), ic[0] ?? 0n);
  return {
    vkey: canonicalBytes({ ...honestKey, vk_delta_2: honestKey['vk_gamma_2'] ?? null }),
    proof: proofWith({
      pi_a: honestKey['vk_alpha_1'] ?? null,
      pi_b: honestKey['vk_beta_2'] ?? null,
      pi_c: g1Json(bn254.G1.Point.BASE.multiply(vkX % FIELD_MODULUS).negate()),
    }),
  };
}
