import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import {
  type Check,
  canonicalBytes,
  commitPoseidon,
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
import { type CircuitManifest, encodeManifest } from './manifest.js';
import { BASE_MODULUS } from './points.js';
import { sampleManifest } from './sample-manifest.js';
import type { SignalExpectation } from './signal-bindings.js';
import { g1Json, g2Json, proveByTrapdoor, trapdoorKey } from './trapdoor.js';
import { type CircuitPolicy, type Groth16Evidence, verifyGroth16 } from './verify-groth16.js';

const key = trapdoorKey(5n, 5);
const other = trapdoorKey(6n, 5);
const features = commitPoseidon([1n, 2n], 3n);
const limit = commitPoseidon([4n, 5n], 6n);
const model = commitPoseidon([7n], 8n);
const signals = [fieldOf(features), fieldOf(model), 2n, fieldOf(limit), 99n];

const honest = {
  manifest: sampleManifest(key.vkey, {}),
  vkey: key.vkey,
  proof: proveByTrapdoor(key, signals) as Json,
  publicSignals: signals.map(String) as Json,
  expectation: expectationFor('approve', 99n),
};

type Change = Partial<
  Omit<typeof honest, 'manifest'> & { manifest: CircuitManifest; policy: Partial<CircuitPolicy> }
>;

function verify(change: Change = {}): readonly Check[] {
  const all = { ...honest, ...change };
  const manifest = encodeManifest(all.manifest);
  const evidence: Groth16Evidence = { ...all, manifest };
  return verifyGroth16(evidence, all.expectation, {
    manifests: [digestOf(manifest)],
    allowDev: true,
    ...change.policy,
  });
}

/** Reasons of the failed checks, without repetition. */
function reasons(change: Change = {}): readonly (string | null)[] {
  return [...new Set(failedChecks(verify(change)).map((check) => check.reason))];
}

function result(checks: readonly Check[], id: string): string | undefined {
  return checks.find((check) => check.id === id)?.result;
}

function fieldOf(commitment: string): bigint {
  return BigInt(`0x${commitment.slice(-64)}`);
}

function expectationFor(decision: string, context: bigint): SignalExpectation {
  return {
    context,
    inputs: { features },
    outputs: { decision: digestOf(canonicalBytes({ decision })), limit },
    public: { decision, modelCommitment: model },
  };
}

function proofWith(members: JsonObject): Json {
  return { ...(honest.proof as JsonObject), ...members };
}

function vkeyWith(members: JsonObject): { vkey: Uint8Array; manifest: CircuitManifest } {
  const vkey = canonicalBytes({ ...(parseJsonStrict(key.vkey) as JsonObject), ...members });
  return { vkey, manifest: sampleManifest(vkey, {}) };
}

function signalsWith(index: number, text: string): Json {
  return signals.map((signal, at) => (at === index ? text : `${signal}`));
}

/** A's coordinates, respelt. */
function piA(respell: (x: bigint) => string): Json {
  const [x, y, z] = (honest.proof as { pi_a: string[] }).pi_a;
  return proofWith({ pi_a: [respell(BigInt(`${x}`)), `${y}`, `${z}`] });
}

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

  it('accepts (-A, -B): Groth16 proofs can be re-randomised, so a proof is no identifier', () => {
    const { G1, G2 } = bn254;
    const a = G1.Point.BASE.multiply(12345n).negate();
    const b = G2.Point.BASE.multiply(67890n).negate();
    expect(reasons({ proof: proofWith({ pi_a: g1Json(a), pi_b: g2Json(b) }) })).toEqual([]);
  });
});

describe('verifyGroth16 against public signals with a second spelling', () => {
  it('refuses signal + r', () => {
    expect(reasons({ publicSignals: signalsWith(4, `${99n + FIELD_MODULUS}`) })).toEqual(['FIELD_RANGE']);
  });

  it.each(['0x63', '099', ' 99', '99 ', '+99', '-99', '9_9', '', '99n', '9'.repeat(10_000)])(
    'refuses %j',
    (text) => {
      expect(reasons({ publicSignals: signalsWith(4, text) })).toEqual(['FIELD_RANGE']);
    },
  );

  it('refuses a signal that is a JSON number', () => {
    expect(reasons({ publicSignals: [1, 2, 3, 4, 5] })).toEqual(['FIELD_RANGE']);
  });

  it('refuses to drop the last signal although its value is zero', () => {
    const zero = [...signals.slice(0, 4), 0n];
    const change = { proof: proveByTrapdoor(key, zero), expectation: expectationFor('approve', 0n) };
    expect(reasons({ ...change, publicSignals: zero.map(String) })).toEqual([]);
    expect(reasons({ ...change, publicSignals: zero.slice(0, 4).map(String) })).toEqual([
      'SIGNAL_SCHEMA_MISMATCH',
    ]);
  });

  it('refuses an extra signal without throwing', () => {
    expect(reasons({ publicSignals: [...signals, 0n].map(String) })).toEqual(['SIGNAL_SCHEMA_MISMATCH']);
  });

  it('refuses a signal wider than its declared width', () => {
    const wide = [...signals.slice(0, 4), 1n << 248n];
    const change = { proof: proveByTrapdoor(key, wide), publicSignals: wide.map(String) };
    expect(reasons({ ...change, expectation: expectationFor('approve', 1n << 248n) })).toEqual([
      'SIGNAL_SCHEMA_MISMATCH',
    ]);
  });

  it('refuses swapped signals', () => {
    const [first, second, ...rest] = signals.map(String);
    expect(reasons({ publicSignals: [`${second}`, `${first}`, ...rest] })).toContain('PROOF_INVALID');
  });
});

describe('verifyGroth16 against proofs with a second spelling', () => {
  it('refuses a coordinate + q', () => {
    expect(reasons({ proof: piA((x) => `${x + BASE_MODULUS}`) })).toEqual(['FIELD_RANGE']);
  });

  it.each([
    ['hex', (x: bigint) => `0x${x.toString(16)}`],
    ['a leading zero', (x: bigint) => `0${x}`],
    ['a leading space', (x: bigint) => ` ${x}`],
    ['a trailing newline', (x: bigint) => `${x}\n`],
  ])('refuses a coordinate with %s', (_name, respell) => {
    expect(reasons({ proof: piA(respell) })).toEqual(['FIELD_RANGE']);
  });

  it.each(['7', '0', '01', ''])('refuses %j as third coordinate', (z) => {
    const [x, y] = (honest.proof as { pi_a: string[] }).pi_a;
    expect(reasons({ proof: proofWith({ pi_a: [`${x}`, `${y}`, z] }) })).toEqual(['POINT_INVALID']);
  });

  it('refuses infinity in every spelling', () => {
    expect(reasons({ proof: proofWith({ pi_a: ['0', '0', '1'] }) })).toEqual(['POINT_INVALID']);
    expect(reasons({ proof: proofWith({ pi_a: ['0', '1', '0'] }) })).toEqual(['POINT_INVALID']);
    const zero = ['0', '0'];
    expect(reasons({ proof: proofWith({ pi_b: [zero, zero, ['1', '0']] }) })).toEqual(['POINT_INVALID']);
    expect(reasons({ proof: proofWith({ pi_b: [zero, ['1', '0'], zero] }) })).toEqual(['POINT_INVALID']);
  });

  it('refuses a point off the curve', () => {
    expect(reasons({ proof: proofWith({ pi_a: ['1', '3', '1'] }) })).toEqual(['POINT_INVALID']);
  });

  it('refuses a G2 point on the twist but outside the subgroup', () => {
    const { x, y } = twistPointOutsideSubgroup();
    const pi_b = [
      [`${x.c0}`, `${x.c1}`],
      [`${y.c0}`, `${y.c1}`],
      ['1', '0'],
    ];
    expect(reasons({ proof: proofWith({ pi_b }) })).toEqual(['POINT_INVALID']);
  });

  it.each([
    ['an unknown member', { extra: '1' }],
    ['another protocol', { protocol: 'plonk' }],
    ['another curve', { curve: 'bls12381' }],
    ['another name of the curve', { curve: 'bn254' }],
  ])('refuses %s', (_name, members) => {
    expect(reasons({ proof: proofWith(members) })).toEqual(['PROOF_MALFORMED']);
  });

  it('refuses a missing member', () => {
    const { pi_c: _dropped, ...rest } = honest.proof as JsonObject;
    expect(reasons({ proof: rest })).toEqual(['PROOF_MALFORMED']);
  });
});

describe('verifyGroth16 against false proofs', () => {
  it('refuses what a prover makes of a corrupt witness', () => {
    expect(reasons({ proof: proofWith({ pi_c: g1Json(bn254.G1.Point.BASE) }) })).toEqual(['PROOF_INVALID']);
  });

  it('refuses an honest proof for other public signals', () => {
    expect(reasons({ publicSignals: signalsWith(2, '1') })).toEqual([
      'PROOF_INVALID',
      'PUBLIC_VALUE_MISMATCH',
    ]);
  });

  it('refuses a forgery under a key without phase 2, which satisfies the pairing equation', () => {
    const { vkey, proof } = forgeryWithoutPhase2((text) => text);
    const checks = verify({ vkey, manifest: sampleManifest(vkey, {}), proof });
    expect(failedChecks(checks).map((check) => check.reason)).toEqual(['VKEY_WITHOUT_PHASE2']);
    expect(result(checks, 'ZK-G16-011')).toBe('pass');
  });

  it('refuses the same forgery when delta is spelt with a leading zero', () => {
    const { vkey, proof } = forgeryWithoutPhase2((text) => `0${text}`);
    expect(reasons({ vkey, manifest: sampleManifest(vkey, {}), proof })).toEqual(['FIELD_RANGE']);
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
    const outputs = { ...expectation.outputs, decision: digestOf(utf8('{"decision":"review"}')) };
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
function forgeryWithoutPhase2(respell: (text: string) => string): { vkey: Uint8Array; proof: Json } {
  const honestKey = parseJsonStrict(key.vkey) as { [name: string]: Json };
  const gamma = honestKey['vk_gamma_2'] as string[][];
  const delta = [[respell(`${gamma[0]?.[0]}`), `${gamma[0]?.[1]}`], ...gamma.slice(1)];
  const { ic } = key.trapdoor;
  const vkX = signals.reduce((sum, signal, index) => sum + signal * (ic[index + 1] ?? 0n), ic[0] ?? 0n);
  return {
    vkey: canonicalBytes({ ...honestKey, vk_delta_2: delta }),
    proof: proofWith({
      pi_a: honestKey['vk_alpha_1'] ?? null,
      pi_b: honestKey['vk_beta_2'] ?? null,
      pi_c: g1Json(bn254.G1.Point.BASE.multiply(vkX % FIELD_MODULUS).negate()),
    }),
  };
}

/** The twist has a large cofactor, so the first point found by trying x = 1, 2, ... lies outside the subgroup. */
function twistPointOutsideSubgroup(): { x: { c0: bigint; c1: bigint }; y: { c0: bigint; c1: bigint } } {
  const { Fp2 } = bn254.fields;
  for (let c0 = 1n; ; c0 += 1n) {
    const x = Fp2.fromBigTuple([c0, 0n]);
    const right = Fp2.add(Fp2.mul(Fp2.sqr(x), x), bn254.G2.Point.CURVE().b);
    try {
      const y = Fp2.sqrt(right);
      if (Fp2.eql(Fp2.sqr(y), right)) return { x, y };
    } catch {
      // Not a square: the next x.
    }
  }
}
