/**
 * Whether the files of a circuit are what somebody released, and fit to be used.
 *
 * The files are not trusted, nor is whoever handed them over. Trusted are the keys and digests of the reader's policy.
 * Nothing here recompiles: that the key belongs to the sources is what the signer says, and what `build` and the full
 * check of the ceremony show.
 */
import { bn254 } from '@noble/curves/bn254.js';
import { type Check, type Digest, digestOf } from '#canonical';
import { CheckList, type Verdict } from './check-list.js';
import { type CircuitPolicy, checkContributions, checkKeyState, checkVerificationKey } from './key-checks.js';
import { type CircuitManifest, parseManifest } from './manifest.js';
import { devCircuitSigner, manifestSigners } from './manifest-signature.js';
import { includesKey } from './signed-bytes.js';
import { parseVerificationKey, type VerificationKey } from './verification-key.js';
import { parseZkeyHead, type ReadAt, type ZkeyHead } from './zkey.js';

export interface CircuitFilesToVerify {
  /** `manifest.json` */
  readonly manifest: Uint8Array;
  /** `manifest.dsse.json`; null where there is none. */
  readonly signature: Uint8Array | null;
  /** `vkey.json` */
  readonly vkey: Uint8Array;
  /** Of the proving key; null to leave it out, as a verifier does that never proves. */
  readonly zkey: ReadAt | null;
  /** Digests of files that the caller hashed, by their name in the manifest. */
  readonly digests: Readonly<Partial<Record<'r1cs' | 'sym' | 'wasm' | 'zkey', Digest>>>;
}

export interface ReleasePolicy extends CircuitPolicy {
  /** Ed25519 keys whose signature on a manifest counts like a pin. */
  readonly signers: readonly Uint8Array[];
}

/**
 * @returns every check that was made; the circuit may be used when none of them failed.
 * @throws nothing, whatever the bytes are.
 */
export function verifyCircuit(files: CircuitFilesToVerify, policy: ReleasePolicy): readonly Check[] {
  const checks = new CheckList();
  const manifest = checks.parse('ZK-CIR-001', 'Circuit manifest is well formed', () =>
    parseManifest(files.manifest),
  );
  const digest = digestOf(files.manifest);
  checkRelease(checks, files, manifest, digest, policy);
  checkKeyState(checks, manifest, digest, policy);
  checkContributions(checks, manifest, policy);
  const vkey = checkVerificationKey(
    checks,
    files.vkey,
    manifest,
    (bytes) => () => parseVerificationKey(bytes),
  );
  checks.verdict('ZK-CIR-003', 'Key has a point for each declared signal', {
    skipped: vkey === null || manifest === null,
    passed: vkey?.ic.length === (manifest?.signals.length ?? 0) + 1,
    reason: 'SIGNAL_SCHEMA_MISMATCH',
    expected: `${manifest?.signals.length} signals`,
    actual: `${(vkey?.ic.length ?? 1) - 1} in the key`,
  });
  checkDigests(checks, files, manifest);
  if (files.zkey !== null) checkProvingKey(checks, files.zkey, manifest, vkey);
  return checks.all;
}

function checkRelease(
  checks: CheckList,
  { manifest: bytes, signature }: CircuitFilesToVerify,
  manifest: CircuitManifest | null,
  digest: Digest,
  policy: ReleasePolicy,
): void {
  const signers =
    signature === null
      ? []
      : checks.parse('ZK-CIR-008', 'Signature on the manifest is well formed', () =>
          manifestSigners(signature, bytes, [...policy.signers, devCircuitSigner]),
        );
  checks.verdict('ZK-CIR-002', 'Manifest is released by somebody that the policy knows', {
    expected: 'a signature by a key of the policy, or the digest among its manifests',
    evidence: [digest],
    ...releaseVerdict(signers, signature !== null, policy, { digest, dev: manifest?.state === 'dev' }),
  });
}

function releaseVerdict(
  signers: readonly Uint8Array[] | null,
  signed: boolean,
  policy: ReleasePolicy,
  { digest, dev }: { readonly digest: Digest; readonly dev: boolean },
): Verdict {
  if (signers === null) return { skipped: true, passed: false, reason: '' };
  if (policy.manifests.includes(digest) || signers.some((key) => includesKey(policy.signers, key)))
    return { passed: true, reason: '' };
  if (!signed) return { passed: false, reason: 'MANIFEST_UNSIGNED', actual: 'no signature' };
  if (signers.length === 0)
    return { passed: false, reason: 'MANIFEST_SIGNER_UNKNOWN', actual: 'no signature by a known key' };
  return {
    passed: false,
    tolerated: policy.allowDev && dev,
    reason: 'MANIFEST_SIGNER_DEV',
    actual: 'the development key, which everybody has',
  };
}

function checkDigests(
  checks: CheckList,
  files: CircuitFilesToVerify,
  manifest: CircuitManifest | null,
): void {
  for (const name of ['r1cs', 'sym', 'wasm', 'zkey'] as const) {
    const actual = files.digests[name];
    if (actual === undefined) continue;
    checks.verdict('ZK-CIR-004', `File ${name} is the one of the manifest`, {
      skipped: manifest === null,
      passed: manifest?.artifacts[name] === actual,
      reason: 'CIRCUIT_ARTIFACT_MISMATCH',
      expected: `${manifest?.artifacts[name]}`,
      actual,
    });
  }
}

function checkProvingKey(
  checks: CheckList,
  read: ReadAt,
  manifest: CircuitManifest | null,
  vkey: VerificationKey | null,
): void {
  const head = checks.parse('ZK-CIR-005', 'Proving key has a readable head with valid points', () =>
    parseZkeyHead(read),
  );
  checks.verdict('ZK-CIR-006', 'Proving key and verification key are of one setup', {
    skipped: head === null || vkey === null,
    passed: head !== null && vkey !== null && sameKey(head.vkey, vkey),
    reason: 'ZKEY_VKEY_MISMATCH',
  });
  checks.verdict('ZK-CIR-007', 'Proving key records the contributions of the manifest', {
    skipped: head === null || manifest === null,
    passed: head !== null && manifest !== null && sameCeremony(head, manifest),
    reason: 'ZKEY_CEREMONY_MISMATCH',
    expected: `${manifest?.setup.contributions.map(({ name }) => name).join(', ')}, then the beacon`,
    actual: head?.contributions.map(({ name }) => name).join(', ') || 'no contribution',
  });
  checks.verdict('ZK-CIR-009', 'Contributions follow one another and end in the key', {
    skipped: head === null,
    passed: head?.chained === true && endsInKey(head),
    reason: 'ZKEY_CEREMONY_BROKEN',
  });
}

function sameKey(left: VerificationKey, right: VerificationKey): boolean {
  return (
    left.alpha.equals(right.alpha) &&
    left.beta.equals(right.beta) &&
    left.gamma.equals(right.gamma) &&
    left.delta.equals(right.delta) &&
    left.ic.length === right.ic.length &&
    left.ic.every((point, index) => right.ic[index]?.equals(point) === true)
  );
}

function sameCeremony({ contributions }: ZkeyHead, { setup }: CircuitManifest): boolean {
  const last = contributions.at(-1);
  const given = contributions.slice(0, -1);
  return (
    last?.beacon?.value === setup.beacon.value &&
    last.beacon.iterationsExp === setup.beacon.iterationsExp &&
    last.hash === setup.beacon.hash &&
    given.length === setup.contributions.length &&
    setup.contributions.every(({ name, hash }, index) => {
      const one = given[index];
      return one?.name === name && one.hash === hash && one.beacon === null;
    })
  );
}

/** delta in both groups is what the last contribution left: e(delta1, g2) = e(g1, delta2). */
function endsInKey({ delta1, deltaAfter, vkey }: ZkeyHead): boolean {
  if (deltaAfter === null || !deltaAfter.equals(delta1)) return false;
  const { Fp12 } = bn254.fields;
  const product = bn254.pairingBatch([
    { g1: delta1.negate(), g2: bn254.G2.Point.BASE },
    { g1: bn254.G1.Point.BASE, g2: vkey.delta },
  ]);
  return Fp12.eql(product, Fp12.ONE);
}
