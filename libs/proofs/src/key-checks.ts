/**
 * What a verification key and its manifest must be before anything is believed of a proof under them. Asked by the
 * verifier of proofs, and by whoever loads or releases a circuit.
 */
import { type Digest, digestOf } from '#canonical';
import type { CheckList } from './check-list.js';
import { keyWeakness } from './key-weakness.js';
import type { CircuitManifest } from './manifest.js';
import { type VerificationKey } from './verification-key.js';

/** The verifier's own word on circuits. */
export interface CircuitPolicy {
  /** Digests of the manifests it accepts. */
  readonly manifests: readonly Digest[];
  /** Digests of manifests that it accepts no longer, listed above or not. */
  readonly revoked?: readonly Digest[];
  /** Accept keys in state `dev`, whose trapdoor somebody may know. Such a proof still gets a warning. */
  readonly allowDev: boolean;
  /** Phase-2 contributions by distinct names that a key needs, the beacon not counted; 2 unless told. */
  readonly contributionsMin?: number;
}

const CONTRIBUTIONS_MIN = 2;

/** What reading a key gave: it, or the refusal. A batch reads each key once. */
export type ReadKey = (bytes: Uint8Array) => () => VerificationKey;

/** @returns the manifest's digest */
export function checkPinned(checks: CheckList, bytes: Uint8Array, policy: CircuitPolicy): Digest {
  const digest = digestOf(bytes);
  checks.verdict('ZK-G16-002', 'Policy accepts this circuit manifest', {
    passed: policy.manifests.includes(digest),
    reason: 'MANIFEST_NOT_PINNED',
    expected: policy.manifests.join(' ') || 'at least one manifest in the policy',
    actual: digest,
    evidence: [digest],
  });
  return digest;
}

export function checkContributions(
  checks: CheckList,
  manifest: CircuitManifest | null,
  policy: Pick<CircuitPolicy, 'contributionsMin'>,
): void {
  const contributionsMin = policy.contributionsMin ?? CONTRIBUTIONS_MIN;
  const contributors = new Set(manifest?.setup.contributions.map((contribution) => contribution.name)).size;
  checks.verdict('ZK-G16-004', 'Setup has enough contributions', {
    skipped: manifest === null,
    passed: contributors >= contributionsMin,
    reason: 'CONTRIBUTIONS_TOO_FEW',
    expected: `${contributionsMin} or more, by distinct names`,
    actual: `${contributors}`,
  });
}

/** A list of revoked manifests overrules what a manifest says of itself: it was written before. */
export function checkKeyState(
  checks: CheckList,
  manifest: CircuitManifest | null,
  digest: Digest,
  policy: Pick<CircuitPolicy, 'revoked' | 'allowDev'>,
): void {
  const revoked = policy.revoked?.includes(digest) === true;
  const state = revoked ? 'revoked' : manifest?.state;
  checks.verdict('ZK-G16-003', 'Key state allows use', {
    skipped: manifest === null && !revoked,
    passed: state === 'active',
    tolerated: state === 'dev' && policy.allowDev,
    reason: state === 'dev' ? 'KEY_STATE_DEV' : revoked ? 'MANIFEST_REVOKED' : 'KEY_STATE_INVALID',
    expected: 'active',
    actual: state === 'dev' ? 'dev: NOT FOR PRODUCTION, the trapdoor of this key may be known' : `${state}`,
  });
}

export function checkVerificationKey(
  checks: CheckList,
  bytes: Uint8Array,
  manifest: CircuitManifest | null,
  read: ReadKey,
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
  const vkey = checks.parse(
    'ZK-G16-006',
    'Verification key has canonical numbers and valid points',
    read(bytes),
  );
  const weakness = vkey === null ? null : keyWeakness(vkey);
  checks.verdict('ZK-G16-007', 'Verification key had a phase 2 (gamma and delta differ)', {
    skipped: vkey === null,
    passed: weakness === null,
    reason: weakness ?? '',
  });
  return vkey;
}
