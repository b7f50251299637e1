/**
 * The strict Groth16 verifier.
 *
 * Prover, prover's key files and bundle are not trusted. Trusted are the circuit manifests whose digests the
 * verifier's own policy lists: they fix the key, and with it the statement. What passes here is "whoever made this
 * proof knew a witness of that circuit for these public signals", about 100 bits of security on BN254; it says
 * nothing about who saw the witness. A proof can be re-randomised by anybody, so its bytes identify nothing.
 */
import type { Check, Json } from '#canonical';
import { CheckList } from './check-list.js';
import { equationHolds, type Groth16Equation } from './equation.js';
import {
  type CircuitPolicy,
  checkContributions,
  checkKeyState,
  checkPinned,
  checkVerificationKey,
  type ReadKey,
} from './key-checks.js';
import { type CircuitManifest, parseManifest } from './manifest.js';
import { parseProof, parsePublicSignals } from './proof.js';
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
  const examined = examineGroth16(evidence, policy, readKey);
  const { equation } = examined;
  return concludeGroth16(examined, equation !== null && equationHolds(equation), expectation);
}

/** Everything that one proof says, checked up to its pairing equation. */
export interface ExaminedProof {
  readonly checks: CheckList;
  readonly manifest: CircuitManifest | null;
  readonly signals: readonly bigint[] | null;
  /** Null when an earlier failure left nothing to compute. */
  readonly equation: Groth16Equation | null;
}

const readKey: ReadKey = (bytes) => () => parseVerificationKey(bytes);

/** The checks before the pairing equation. Points of the proof are checked here, each proof on its own. */
export function examineGroth16(
  evidence: Groth16Evidence,
  policy: CircuitPolicy,
  read: ReadKey,
): ExaminedProof {
  const checks = new CheckList();
  const manifest = checks.parse('ZK-G16-001', 'Circuit manifest is well formed', () =>
    parseManifest(evidence.manifest),
  );
  const digest = checkPinned(checks, evidence.manifest, policy);
  checkKeyState(checks, manifest, digest, policy);
  checkContributions(checks, manifest, policy);
  const vkey = checkVerificationKey(checks, evidence.vkey, manifest, read);
  const proof = checks.parse('ZK-G16-008', 'Proof has one canonical spelling and valid points', () =>
    parseProof(evidence.proof),
  );
  const signals = checkSignals(checks, evidence.publicSignals, manifest, vkey);
  const ready = vkey !== null && proof !== null && signals !== null && signals.length === vkey.ic.length - 1;
  return { checks, manifest, signals, equation: ready ? { vkey, proof, signals } : null };
}

/** The pairing equation, as somebody computed it, and the ties to the run. */
export function concludeGroth16(
  { checks, manifest, signals, equation }: ExaminedProof,
  holds: boolean,
  expectation: SignalExpectation,
): readonly Check[] {
  checks.verdict('ZK-G16-011', 'Pairing equation holds', {
    skipped: equation === null,
    passed: holds,
    reason: 'PROOF_INVALID',
  });
  checkSignalBindings(checks, manifest, signals, expectation);
  return checks.all;
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
