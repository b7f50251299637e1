import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExpectedSigner, verifyProvenance } from './index.js';

/** Conformance cases of Sigstore; they lie beside the checkout, and synthetic twins are in the other specification. */
const folder = resolve(import.meta.dirname, '../../../../shared/vectors/evidence/sigstore');
const identity =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';

/** The reason, where the case names its flaw; the others are malformed in more than one way. */
const reasons: Readonly<Record<string, string>> = {
  'bundle-with-root-cert_fail': 'PROVENANCE_CHAIN_HAS_ROOT',
  'trust-root-tlog-missing-validity-start_fail': 'TRUSTED_ROOT_MALFORMED',
  'bundle-malformed-json_fail': 'PROVENANCE_MALFORMED',
  'bundle-unknown-version_fail': 'PROVENANCE_MALFORMED',
  'managed-key-wrong-key_fail': 'PROVENANCE_KEY_UNKNOWN',
  'invalid-checkpoint-signature_fail': 'PROVENANCE_LOG_INVALID',
  'inclusion-proof-corrupted-hash_fail': 'PROVENANCE_LOG_INVALID',
  'intoto-expired-certificate_fail': 'PROVENANCE_CERTIFICATE_INVALID',
  'integrated-time-in-future_fail': 'PROVENANCE_CERTIFICATE_INVALID',
  'rekor2-no-timestamp_fail': 'PROVENANCE_TIME_INVALID',
  'rekor2-timestamp-payload-mismatch_fail': 'PROVENANCE_TIME_INVALID',
  'wrong-material_fail': 'PROVENANCE_SIGNATURE_INVALID',
};

if (!existsSync(folder)) {
  console.log('sigstore vectors are absent: their cases are skipped');
  describe.skip('sigstore conformance', () => it('is absent', () => undefined));
} else {
  describe('sigstore conformance', () => {
    const names = readdirSync(join(folder, 'cases')).sort();

    it.each(names)('%s', (name) => {
      const file = (member: string): Buffer | null => {
        const path = join(folder, 'cases', name, member);
        return existsSync(path) ? readFileSync(path) : null;
      };
      const text = (member: string): string | undefined => file(member)?.toString('utf8').trim();
      const publicKeyPem = text('key.pub');
      const signer: ExpectedSigner =
        publicKeyPem === undefined
          ? { identity: text('identity') ?? identity, issuer: text('issuer') ?? issuer }
          : { publicKeyPem };
      const verdict = verifyProvenance({
        bundle: file('bundle.sigstore.json') ?? new Uint8Array(),
        trustedRoot: file('trusted_root.json') ?? readFileSync(join(folder, 'production-trusted_root.json')),
        signer,
        artifact: file('artifact') ?? readFileSync(join(folder, 'a.txt')),
      });
      expect({ name, verified: verdict.verified }).toEqual({ name, verified: !name.endsWith('_fail') });
      if (reasons[name] !== undefined) expect(verdict.reason).toBe(reasons[name]);
      expect(verdict.checks.at(-1)?.result).toBe(verdict.verified ? 'pass' : 'fail');
    });

    it('has as many cases to accept and to refuse as were counted', () => {
      const refused = names.filter((name) => name.endsWith('_fail')).length;
      expect([names.length - refused, refused]).toEqual([12, 35]);
    });
  });
}
