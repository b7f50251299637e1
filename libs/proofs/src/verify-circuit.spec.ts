import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  digestOf,
  ed25519PublicKey,
  failedChecks,
  type JsonObject,
  parseJsonStrict,
  toJson,
  utf8,
} from '#canonical';
import { key, other, vkeyWith } from './groth16-case.fixture.js';
import { type CircuitManifest, encodeManifest } from './manifest.js';
import {
  devCircuitSeed,
  openRevocations,
  revokedDigests,
  signManifest,
  signRevocations,
} from './manifest-signature.js';
import { ProofsError } from './proofs-error.js';
import { sampleManifest } from './sample-manifest.js';
import { type CircuitFilesToVerify, type ReleasePolicy, verifyCircuit } from './verify-circuit.js';
import { u32, zkeyOf } from './zkey.fixture.js';
import { parseZkeyHead, type ReadAt } from './zkey.js';

const releaser = new Uint8Array(32).fill(1);
const stranger = new Uint8Array(32).fill(2);
const zkey = zkeyOf(key, ['alice', 'bob']);
const released = manifestWith({ state: 'active' });
const policy: ReleasePolicy = { manifests: [], signers: [ed25519PublicKey(releaser)], allowDev: false };

describe('verifyCircuit', () => {
  it('accepts what a known key released, with the proving key and without it', () => {
    expect(refusals({})).toEqual([]);
    expect(refusals({ zkey: null })).toEqual([]);
  });

  it('accepts an unsigned manifest that the policy pins', () => {
    expect(refusals({ signature: null }, { manifests: [digestOf(released)], signers: [] })).toEqual([]);
  });

  it.each([
    ['no signature', null, 'MANIFEST_UNSIGNED'],
    ['the signature of a stranger', signManifest(released, [stranger]), 'MANIFEST_SIGNER_UNKNOWN'],
    [
      'a signature of another manifest',
      signManifest(manifestWith({ version: 2 }), [releaser]),
      'MANIFEST_SIGNER_UNKNOWN',
    ],
    [
      'the development key on an active manifest',
      signManifest(released, [devCircuitSeed]),
      'MANIFEST_SIGNER_DEV',
    ],
    ['an envelope that is none', utf8('{}'), 'MANIFEST_SIGNATURE_MALFORMED'],
    ['an envelope of another type', retyped(), 'MANIFEST_SIGNATURE_MALFORMED'],
  ])('refuses %s', (_name, signature, reason) => {
    expect(refusals({ signature }, { allowDev: true })).toEqual([reason]);
  });

  it('accepts a development circuit where the policy lets it, and warns twice', () => {
    const manifest = manifestWith({ state: 'dev' });
    const files = { manifest, signature: signManifest(manifest, [devCircuitSeed]) };
    expect(refusals(files)).toEqual(['MANIFEST_SIGNER_DEV', 'KEY_STATE_DEV']);
    expect(refusals(files, { allowDev: true })).toEqual([]);
    expect(warnings(files, { allowDev: true })).toEqual(['MANIFEST_SIGNER_DEV', 'KEY_STATE_DEV']);
  });

  it.each(['draft', 'ceremony', 'revoked'] as const)('refuses the state %s', (state) => {
    expect(refusals(signed(manifestWith({ state })), { allowDev: true })).toEqual(['KEY_STATE_INVALID']);
  });

  it('refuses a manifest that was revoked after it was released', () => {
    expect(refusals({}, { revoked: [digestOf(released)] })).toEqual(['MANIFEST_REVOKED']);
  });

  it('refuses a key without contribution', () => {
    const none = zkeyOf(key, []);
    const manifest = manifestWith({ state: 'active', setup: { ...sample().setup, ...none.setup } });
    expect(refusals({ ...signed(manifest), zkey: reader(none.bytes) })).toEqual(['CONTRIBUTIONS_TOO_FEW']);
  });

  it('refuses a key with gamma = delta, whatever contributions its manifest lists', () => {
    const points = parseJsonStrict(key.vkey) as JsonObject;
    const { vkey } = vkeyWith({ vk_delta_2: points['vk_gamma_2'] ?? null });
    const manifest = encodeManifest(sampleManifest(vkey, { state: 'active' }));
    expect(refusals({ ...signed(manifest), vkey, zkey: null })).toEqual(['VKEY_WITHOUT_PHASE2']);
  });

  it('refuses contributions that the proving key does not record', () => {
    const claimed = zkey.setup.contributions.map((one) => ({ ...one, hash: '55'.repeat(64) }));
    const manifest = manifestWith({ state: 'active', setup: { ...sample().setup, contributions: claimed } });
    expect(refusals(signed(manifest))).toEqual(['ZKEY_CEREMONY_MISMATCH']);
  });

  it('refuses the proving key of another setup', () => {
    expect(refusals({ zkey: reader(zkeyOf(other, ['alice', 'bob']).bytes) })).toEqual([
      'ZKEY_VKEY_MISMATCH',
      'ZKEY_CEREMONY_MISMATCH',
    ]);
  });

  it('refuses files with another digest', () => {
    expect(refusals({ digests: { wasm: digestOf(utf8('x')) } })).toEqual(['CIRCUIT_ARTIFACT_MISMATCH']);
    expect(refusals({ vkey: other.vkey, zkey: null })).toEqual(['VKEY_DIGEST_MISMATCH']);
  });

  it('says so of bytes that are nothing at all, and does not throw', () => {
    const empty = new Uint8Array();
    const found = refusals({ manifest: empty, signature: empty, vkey: empty, zkey: reader(empty) });
    expect(found).toEqual([
      'MANIFEST_MALFORMED',
      'MANIFEST_SIGNATURE_MALFORMED',
      'VKEY_MALFORMED',
      'ZKEY_MALFORMED',
    ]);
  });
});

describe('parseZkeyHead', () => {
  it('names the contributions in their order, the beacon last', () => {
    const head = parseZkeyHead(reader(zkey.bytes));
    expect(head.contributions.map(({ name, beacon }) => [name, beacon === null])).toEqual([
      ['alice', true],
      ['bob', true],
      ['beacon', false],
    ]);
    expect(head.chained).toBe(true);
  });

  it('tells that a contribution was taken out of the middle', () => {
    const changed = Uint8Array.from(zkey.bytes);
    const at = transcriptOfLast(changed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(parseZkeyHead(reader(changed)).chained).toBe(false);
    expect(refusals({ zkey: reader(changed) })).toEqual(['ZKEY_CEREMONY_MISMATCH', 'ZKEY_CEREMONY_BROKEN']);
  });

  it('refuses the file cut off anywhere, and every header that is not one', () => {
    for (let length = 0; length < zkey.bytes.length; length += 37)
      expect(refusal(zkey.bytes.subarray(0, length))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(0, utf8('wtns')))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(4, u32(2)))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(8, u32(65)))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(12, u32(2)))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(16, u32(2 ** 20)))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(24, u32(2)))).toBe('ZKEY_MALFORMED');
    expect(refusal(spliced(44, u32(1)))).toBe('ZKEY_MALFORMED');
  });

  it('refuses points off the curve and coordinates above the modulus', () => {
    const alpha = 12 + 12 + 4 + 12 + 36 + 36 + 12;
    expect(refusal(spliced(alpha, Uint8Array.of(1)))).toBe('POINT_INVALID');
    expect(refusal(spliced(alpha, new Uint8Array(32).fill(255)))).toBe('ZKEY_MALFORMED');
  });
});

describe('a list of revoked manifests', () => {
  const list = {
    v: 'sealflow/circuit-revocations/v1',
    number: 1,
    manifests: [{ digest: digestOf(released), reason: 'a weight was left out' }],
  } as const;

  it('names manifests and who signed it', () => {
    const opened = openRevocations(signRevocations(list, [releaser]), policy.signers);
    expect(revokedDigests(opened.list)).toEqual([digestOf(released)]);
    expect(opened.signers).toEqual(policy.signers);
  });

  it('by a stranger has no signer', () => {
    expect(openRevocations(signRevocations(list, [stranger]), policy.signers).signers).toEqual([]);
  });

  it.each([
    ['bytes that are nothing', utf8('')],
    ['a signed manifest', signManifest(released, [releaser])],
    ['a number below one', signRevocations({ ...list, number: 0 }, [releaser])],
    [
      'no reason',
      signRevocations({ ...list, manifests: [{ digest: digestOf(released), reason: '' }] }, [releaser]),
    ],
  ])('is not %s', (_name, bytes) => {
    expect(code(() => openRevocations(bytes, policy.signers))).toBe('REVOCATIONS_MALFORMED');
  });
});

function sample(): CircuitManifest {
  return sampleManifest(key.vkey, {});
}

function manifestWith(members: Partial<CircuitManifest>): Uint8Array {
  return encodeManifest(
    sampleManifest(key.vkey, { setup: { ...sample().setup, ...zkey.setup }, ...members }),
  );
}

function signed(manifest: Uint8Array): Pick<CircuitFilesToVerify, 'manifest' | 'signature'> {
  return { manifest, signature: signManifest(manifest, [releaser]) };
}

function retyped(): Uint8Array {
  const envelope = parseJsonStrict(signManifest(released, [releaser])) as JsonObject;
  return canonicalBytes(toJson({ ...envelope, payloadType: 'text/plain' }));
}

function judge(files: Partial<CircuitFilesToVerify>, changed: Partial<ReleasePolicy>) {
  return verifyCircuit(
    { ...signed(released), vkey: key.vkey, zkey: reader(zkey.bytes), digests: {}, ...files },
    { ...policy, ...changed },
  );
}

function refusals(files: Partial<CircuitFilesToVerify>, changed: Partial<ReleasePolicy> = {}) {
  return failedChecks(judge(files, changed)).map(({ reason }) => reason);
}

function warnings(files: Partial<CircuitFilesToVerify>, changed: Partial<ReleasePolicy>) {
  return judge(files, changed)
    .filter(({ result }) => result === 'warn')
    .map(({ reason }) => reason);
}

function reader(bytes: Uint8Array): ReadAt {
  return (offset, length) => bytes.subarray(offset, offset + length);
}

function spliced(at: number, part: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(zkey.bytes);
  bytes.set(part, at);
  return bytes;
}

/** The record of the beacon ends the file: transcript, type, length and parameters (name, iterations, beacon). */
function transcriptOfLast(bytes: Uint8Array): number {
  return bytes.length - (2 + 'beacon'.length + 2 + 2 + 32) - 8 - 64;
}

function refusal(bytes: Uint8Array): string {
  return code(() => parseZkeyHead(reader(bytes)));
}

function code(read: () => unknown): string {
  try {
    read();
    return 'accepted';
  } catch (error) {
    return error instanceof ProofsError ? error.code : 'UNTYPED';
  }
}
