import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { type ProvenanceRequest, type ProvenanceVerdict, verifyProvenance } from './index.js';
import { sigstoreScene } from './sigstore.fixture.js';

const scene = sigstoreScene();
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
const otherPem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

function verified(change: Partial<ProvenanceRequest> = {}): ProvenanceVerdict {
  return verifyProvenance({
    bundle: json(scene.bundle),
    trustedRoot: json(scene.trustedRoot),
    signer: { publicKeyPem: scene.publicKeyPem },
    digest: scene.image,
    ...change,
  });
}

/** The document with one text in it replaced. */
function edited(document: unknown, from: RegExp, to: string | ((found: string) => string)): Uint8Array {
  const text = JSON.stringify(document);
  const changed = text.replace(from, to as string);
  if (changed === text) throw new Error(`nothing matches ${String(from)}`);
  return utf8(changed);
}

/** Another letter in the middle of the base64 text that a pattern finds. */
const other = (found: string): string => {
  const at = Math.floor(found.length / 2);
  return `${found.slice(0, at)}${found[at] === 'A' ? 'B' : 'A'}${found.slice(at + 1)}`;
};

describe('provenance is refused', () => {
  it.each<[string, string, () => Partial<ProvenanceRequest>]>([
    ['under a trusted root that is no JSON', 'TRUSTED_ROOT_MALFORMED', () => ({ trustedRoot: utf8('{') })],
    [
      'under a trusted root whose log has no beginning',
      'TRUSTED_ROOT_MALFORMED',
      () => ({ trustedRoot: edited(scene.trustedRoot, /"start":"[^"]*"/, '"end":"2030-01-01T00:00:00Z"') }),
    ],
    ['that is cut off', 'PROVENANCE_MALFORMED', () => ({ bundle: json(scene.bundle).subarray(0, -2) })],
    [
      'with a member twice',
      'PROVENANCE_MALFORMED',
      () => ({ bundle: edited(scene.bundle, /^\{/, '{"mediaType":"x",') }),
    ],
    ['of another version', 'PROVENANCE_MALFORMED', () => ({ bundle: edited(scene.bundle, /v0\.3/, 'v9.3') })],
    [
      'by a log that is not in the trusted root',
      'PROVENANCE_LOG_INVALID',
      () => ({ trustedRoot: json({ ...scene.trustedRoot, tlogs: [] }) }),
    ],
    [
      'by a log that did not count yet at that time',
      'PROVENANCE_LOG_INVALID',
      () => ({ trustedRoot: edited(scene.trustedRoot, /"start":"2026/, '"start":"2036') }),
    ],
    [
      'with a promise of the log that it never gave',
      'PROVENANCE_LOG_INVALID',
      () => ({ bundle: edited(scene.bundle, /(?<="signedEntryTimestamp":")[^"]+/, other) }),
    ],
    [
      'with a proof to another root',
      'PROVENANCE_LOG_INVALID',
      () => ({ bundle: edited(scene.bundle, /(?<="hashes":\[")[^"]+/, other) }),
    ],
    [
      'over another statement than the log holds',
      'PROVENANCE_LOG_INVALID',
      () => ({ bundle: edited(scene.bundle, /(?<="payload":")[^"]+/, other) }),
    ],
    ['under another key', 'PROVENANCE_SIGNATURE_INVALID', () => ({ signer: { publicKeyPem: otherPem } })],
    ['with a key that is none', 'PROVENANCE_KEY_UNKNOWN', () => ({ signer: { publicKeyPem: 'key' } })],
    [
      'of a bare key, when a person or workflow was to sign',
      'PROVENANCE_KEY_UNKNOWN',
      () => ({ signer: { identity: 'builder@test.invalid', issuer: 'https://issuer.test.invalid' } }),
    ],
    [
      'of another artifact, by its digest',
      'PROVENANCE_SUBJECT_MISMATCH',
      () => ({ digest: digestOf(utf8('another image')) }),
    ],
    [
      'of another artifact, by its bytes',
      'PROVENANCE_SUBJECT_MISMATCH',
      () => ({ artifact: utf8('another image') }),
    ],
  ])('%s: %s', (_what, reason, change) => {
    const verdict = verified(change());
    expect({ verified: verdict.verified, reason: verdict.reason }).toEqual({ verified: false, reason });
    expect(verdict.checks.at(-1)).toMatchObject({ result: 'fail', reason });
  });
});

it('verifies who signed the statement about an image', () => {
  const verdict = verified();
  expect(verdict).toMatchObject({
    verified: true,
    reason: null,
    predicateType: 'https://slsa.dev/provenance/v1',
    subjects: [{ name: 'registry.test/worker', sha256: scene.image }],
  });
  expect(verdict.checks.map(({ result }) => result)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
});
