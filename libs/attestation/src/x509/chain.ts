/**
 * Judges a certificate chain that came with evidence.
 *
 * The chain is data of an untrusted sender. Trusted is only the set of root keys that the relying party
 * pinned; the root certificate in the chain is compared with it and otherwise means nothing. Being on a list
 * of simulated roots is the one thing that makes hardware simulated: no name inside a certificate does.
 */
import { equalBytes, formatTime } from '#canonical';
import { type CheckList, fail, type Outcome, pass, passIf, type Rule } from '../check-list.js';
import { type Curve, ecdsaVerify } from '../primitives.js';
import type { Certificate } from './certificate.js';
import { keyUsageBit, oid } from './oids.js';

export type RootKind = 'hardware' | 'simulated' | 'unknown';

/** SHA-256 of the roots' SubjectPublicKeyInfo, lower-case hex. */
export interface PinnedRoots {
  readonly hardware: readonly string[];
  readonly simulated: readonly string[];
}

export interface ChainRules {
  readonly signatures: Rule;
  readonly constraints: Rule;
  readonly validity: Rule;
  readonly root: Rule;
}

export interface ChainInput {
  /** Leaf first, root last and included. Null when it could not be parsed. */
  readonly chain: readonly Certificate[] | null;
  readonly curve: Curve;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}

/** Extensions whose meaning is judged here or by the caller; any other critical one is refused (RFC 5280 4.2). */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  oid.keyUsage,
  oid.basicConstraints,
  oid.subjectAltName,
  oid.sgxExtensions,
  oid.diceCompositeDeviceId,
  oid.diceTcbInfo,
]);

/** Leaves four checks in `list`. The kind of root is `unknown` unless the whole chain holds. */
export function checkChain(list: CheckList, rules: ChainRules, input: ChainInput): RootKind {
  const { chain, curve, roots, atMs } = input;
  const kind = chain === null ? 'unknown' : rootKind(chain, roots);
  const outcomes = [
    list.judge(rules.signatures, chain, (certificates) => judgeSignatures(certificates, curve)),
    list.judge(rules.constraints, chain, judgeConstraints),
    list.judge(rules.validity, chain, (certificates) => judgeValidity(certificates, atMs)),
    list.judge(rules.root, chain, (certificates) =>
      passIf(
        kind !== 'unknown',
        'UNKNOWN_ISSUER',
        'a root key pinned by the trust policy',
        describeRoot(certificates),
      ),
    ),
  ];
  return outcomes.every((outcome) => outcome.result === 'pass') ? kind : 'unknown';
}

/** What the last certificate's key is pinned as. It means nothing before the chain's signatures hold. */
export function rootKind(chain: readonly Certificate[], roots: PinnedRoots): RootKind {
  const key = chain.at(-1)?.spkiSha256 ?? '';
  // Simulated wins: a key on both lists must not pass for hardware.
  if (roots.simulated.includes(key)) return 'simulated';
  return roots.hardware.includes(key) ? 'hardware' : 'unknown';
}

/** Each certificate names the next as its issuer and is signed by it; the root signs itself. */
function judgeSignatures(chain: readonly Certificate[], curve: Curve): Outcome {
  const signatureOid = curve === 'P-256' ? oid.ecdsaSha256 : oid.ecdsaSha384;
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1] ?? certificate;
    const expected = `certificate ${index} issued by ${describe(issuer)} with ${curve}`;
    if (issuer.curve !== curve || certificate.curve !== curve || certificate.signatureOid !== signatureOid) {
      return fail('CERT_SIGNATURE_INVALID', expected, 'another key type or signature algorithm');
    }
    if (!equalBytes(certificate.issuer, issuer.subject)) {
      return fail('CERT_SIGNATURE_INVALID', expected, 'the certificate names another issuer');
    }
    const { spki } = issuer;
    const { tbs: message, signature } = certificate;
    if (!ecdsaVerify({ curve, spki, message, signature, encoding: 'der' })) {
      return fail('CERT_SIGNATURE_INVALID', expected, 'signature does not verify');
    }
  }
  return pass(`${chain.length} certificates`);
}

/**
 * `X509Certificate.verify` and its like check a signature only. Without this rule any owner of a genuine leaf
 * could issue certificates under the vendor's root.
 */
function judgeConstraints(chain: readonly Certificate[]): Outcome {
  if (chain.length < 2) return fail('CA_CONSTRAINT', 'a leaf below a root', `${chain.length} certificate`);
  for (const [index, certificate] of chain.entries()) {
    const name = describe(certificate);
    for (const [id, extension] of certificate.extensions) {
      if (extension.critical && !UNDERSTOOD.has(id)) {
        return fail('CA_CONSTRAINT', 'no unknown critical extension', `${name} has ${id}`);
      }
    }
    if (index === 0) {
      if (certificate.isCa) return fail('CA_CONSTRAINT', 'a leaf that is no CA', `${name} is one`);
      if (certificate.keyUsage?.has(keyUsageBit.digitalSignature) !== true) {
        return fail('CA_CONSTRAINT', 'a leaf with key usage digitalSignature', `${name} lacks it`);
      }
      continue;
    }
    if (!certificate.isCa || certificate.keyUsage?.has(keyUsageBit.keyCertSign) !== true) {
      return fail('CA_CONSTRAINT', 'issuers that are CAs with key usage keyCertSign', `${name} is not`);
    }
    // Intermediates between this issuer and the leaf; the leaf itself does not count (RFC 5280 4.2.1.9).
    if (certificate.pathLength !== null && certificate.pathLength < index - 1) {
      return fail('CA_CONSTRAINT', `at most ${certificate.pathLength} CAs below ${name}`, `${index - 1}`);
    }
  }
  return pass();
}

export function judgeValidity(chain: readonly Certificate[], atMs: number): Outcome {
  for (const certificate of chain) {
    const window = `${formatTime(certificate.notBeforeMs)} to ${formatTime(certificate.notAfterMs)}`;
    const expected = `${describe(certificate)} valid at ${formatTime(atMs)}`;
    if (atMs < certificate.notBeforeMs) return fail('CERT_NOT_YET_VALID', expected, window);
    if (atMs > certificate.notAfterMs) return fail('CERT_EXPIRED', expected, window);
  }
  return pass();
}

export function describeRoot(chain: readonly Certificate[]): string {
  const root = chain.at(-1);
  return root === undefined ? 'no certificate' : `${describe(root)}, key sha256 ${root.spkiSha256}`;
}

/** The name is text of an untrusted sender: bounded and quoted. */
export function describe(certificate: Certificate): string {
  return JSON.stringify((certificate.commonName ?? 'a certificate without a name').slice(0, 64));
}
