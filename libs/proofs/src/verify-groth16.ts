/**
 * The strict Groth16 verifier.
 *
 * Prover, prover's key files and bundle are not trusted. Trusted are the circuit manifests whose digests the
 * verifier's own policy lists: they fix the key, and with it the statement. What passes here is "whoever made this
 * proof knew a witness of that circuit for these public signals", about 100 bits of security on BN254; it says
 * nothing about who saw the witness. A proof can be re-randomised by anybody, so its bytes identify nothing.
 */
import { bn254 } from '@noble/curves/bn254.js';
import { type Check, type Digest, digestOf, type Json } from '#canonical';
import { CheckList } from './check-list.js';
import { type CircuitManifest, parseManifest } from './manifest.js';
import type { G1 } from './points.js';
import { type Groth16Proof, parseProof, parsePublicSignals } from './proof.js';
import { checkSignalBindings, type SignalExpectation } from './signal-bindings.js';
import { parseVerificationKey, type VerificationKey } from './verification-key.js';

/** What the prover handed over. All of it is hostile until checked. */
export interface Groth16Evidence {
  /** Manifest blob: canonical JSON. */
  readonly manifest: Uint8Array;
  /** Verification key blob: snarkjs JSON. */
  readonly vkey: Uint8Array;
  readonly proof: Json;
  /** Decimal texts in circuit order. */
  readonly publicSignals: Json;
}

/** The verifier's own word on circuits. */
export interface CircuitPolicy {
  /** Digests of the manifests it accepts. */
  readonly manifests: readonly Digest[];
  /** Accept keys in state `dev`, whose trapdoor somebody may know. Such a proof still gets a warning. */
  readonly allowDev: boolean;
  /** Phase-2 contributions by distinct names that a key needs, the beacon not counted; 2 unless told. */
  readonly contributionsMin?: number;
}

const CONTRIBUTIONS_MIN = 2;

/**
 * Checks a proof, its key, its manifest and its ties to a run (rules 1 to 8 of the strict verifier).
 *
 * @returns every check that was made, in a fixed order; the proof holds when none of them failed. Checks that lost
 *   their footing are `skip` behind the failure that caused it.
 * @throws nothing, whatever the bytes are.
 */
export function verifyGroth16(
  evidence: Groth16Evidence,
  expectation: SignalExpectation,
  policy: CircuitPolicy,
): readonly Check[] {
  const checks = new CheckList();
  const manifest = checkManifest(checks, evidence.manifest, policy);
  const vkey = checkVerificationKey(checks, evidence.vkey, manifest);
  const proof = checks.parse('ZK-G16-008', 'Proof has one canonical spelling and valid points', () =>
    parseProof(evidence.proof),
  );
  const signals = checkSignals(checks, evidence.publicSignals, manifest, vkey);
  checkPairing(checks, vkey, proof, signals);
  checkSignalBindings(checks, manifest, signals, expectation);
  return checks.all;
}

function checkManifest(checks: CheckList, bytes: Uint8Array, policy: CircuitPolicy): CircuitManifest | null {
  const manifest = checks.parse('ZK-G16-001', 'Circuit manifest is well formed', () => parseManifest(bytes));
  const digest = digestOf(bytes);
  checks.verdict('ZK-G16-002', 'Policy accepts this circuit manifest', {
    passed: policy.manifests.includes(digest),
    reason: 'MANIFEST_NOT_PINNED',
    expected: policy.manifests.join(' ') || 'at least one manifest in the policy',
    actual: digest,
    evidence: [digest],
  });
  checkKeyState(checks, manifest, policy.allowDev);
  const contributionsMin = policy.contributionsMin ?? CONTRIBUTIONS_MIN;
  const contributors = new Set(manifest?.setup.contributions.map((contribution) => contribution.name)).size;
  checks.verdict('ZK-G16-004', 'Setup has enough contributions', {
    skipped: manifest === null,
    passed: contributors >= contributionsMin,
    reason: 'CONTRIBUTIONS_TOO_FEW',
    expected: `${contributionsMin} or more, by distinct names`,
    actual: `${contributors}`,
  });
  return manifest;
}

function checkKeyState(checks: CheckList, manifest: CircuitManifest | null, allowDev: boolean): void {
  const state = manifest?.state;
  checks.verdict('ZK-G16-003', 'Key state allows use', {
    skipped: manifest === null,
    passed: state === 'active',
    tolerated: state === 'dev' && allowDev,
    reason: state === 'dev' ? 'KEY_STATE_DEV' : 'KEY_STATE_INVALID',
    expected: 'active',
    actual: state === 'dev' ? 'dev: NOT FOR PRODUCTION, the trapdoor of this key may be known' : `${state}`,
  });
}

function checkVerificationKey(
  checks: CheckList,
  bytes: Uint8Array,
  manifest: CircuitManifest | null,
): VerificationKey | null {
  const digest = digestOf(bytes);
  checks.verdict('ZK-G16-005', 'Verification key is the one of the manifest', {
    skipped: manifest === null,
    passed: manifest?.artifacts.vkey === digest,
    reason: 'VKEY_DIGEST_MISMATCH',
    expected: `${manifest?.artifacts.vkey}`,
    actual: digest,
    evidence: [digest],
  });
  const vkey = checks.parse('ZK-G16-006', 'Verification key has canonical numbers and valid points', () =>
    parseVerificationKey(bytes),
  );
  // Compared as points: as text, a leading zero would make equal points look different. Equal points mean that no
  // phase-2 contribution was made, and then A = alpha, B = beta, C = -vk_x proves anything.
  checks.verdict('ZK-G16-007', 'Verification key had a phase 2 (gamma and delta differ)', {
    skipped: vkey === null,
    passed: vkey !== null && !vkey.gamma.equals(vkey.delta),
    reason: 'VKEY_WITHOUT_PHASE2',
  });
  return vkey;
}

function checkSignals(
  checks: CheckList,
  value: Json,
  manifest: CircuitManifest | null,
  vkey: VerificationKey | null,
): readonly bigint[] | null {
  const signals = checks.parse('ZK-G16-009', 'Public signals are canonical and complete', () =>
    parsePublicSignals(value),
  );
  const expected = manifest?.signals.length;
  checks.verdict('ZK-G16-010', 'Number and width of the public signals are as declared', {
    skipped: signals === null || manifest === null || vkey === null,
    passed:
      signals?.length === expected &&
      vkey?.ic.length === (expected ?? 0) + 1 &&
      manifest?.signals.every(({ index, bits }) => (signals?.[index] ?? 0n) >> BigInt(bits) === 0n) === true,
    reason: 'SIGNAL_SCHEMA_MISMATCH',
    expected: `${expected} signals in manifest, key and proof`,
    actual: `${signals?.length} in the proof, ${(vkey?.ic.length ?? 1) - 1} in the key`,
  });
  return signals;
}

function checkPairing(
  checks: CheckList,
  vkey: VerificationKey | null,
  proof: Groth16Proof | null,
  signals: readonly bigint[] | null,
): void {
  const ready = vkey !== null && proof !== null && signals !== null && signals.length === vkey.ic.length - 1;
  checks.verdict('ZK-G16-011', 'Pairing equation holds', {
    skipped: !ready,
    passed: ready && pairingHolds(vkey, proof, signals),
    reason: 'PROOF_INVALID',
  });
}

/** e(-A, B) e(alpha, beta) e(vk_x, gamma) e(C, delta) = 1 with vk_x = IC[0] + sum of signal[i] IC[i + 1]. */
function pairingHolds(vkey: VerificationKey, proof: Groth16Proof, signals: readonly bigint[]): boolean {
  const [constant, ...points] = vkey.ic;
  if (constant === undefined) return false;
  const terms = points.map((point: G1, index) => point.multiplyUnsafe(signals[index] ?? 0n));
  const vkX = terms.reduce((sum, term) => sum.add(term), constant);
  // An infinite vk_x would drop the public signals out of the equation.
  if (vkX.is0()) return false;
  const { Fp12 } = bn254.fields;
  try {
    const product = bn254.pairingBatch([
      { g1: proof.a.negate(), g2: proof.b },
      { g1: vkey.alpha, g2: vkey.beta },
      { g1: vkX, g2: vkey.gamma },
      { g1: proof.c, g2: vkey.delta },
    ]);
    return Fp12.eql(product, Fp12.ONE);
  } catch {
    // The library refuses points that it cannot pair; all were checked, so this is a second line.
    return false;
  }
}
