/**
 * Judges one reference manifest: whether NVIDIA signed these golden values.
 *
 * Trusted: the pinned root keys of the manifest signers. The certificates in the document are data; only the
 * first one may have signed, and only by a chain to a pinned root. A bare key in the document is never used.
 */
import { type Check, digestOf, equalBytes, sha384, toHex } from '#canonical';
import { CheckList, fail, type Outcome, passIf, type Rule } from '../check-list.js';
import { ecdsaVerify } from '../primitives.js';
import type { ReasonCode } from '../reasons.js';
import type { Certificate } from '../x509/certificate.js';
import { type ChainRules, checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { parseRim, type Rim } from './rim.js';

export interface RimVerification {
  readonly checks: readonly Check[];
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  /** Null when the document could not be parsed. */
  readonly rim: Rim | null;
  /** Every check passed: the values are those of the root. */
  readonly trusted: boolean;
}

export interface RimVerificationInput {
  readonly bytes: Uint8Array;
  readonly roots: PinnedRoots;
  readonly atMs: number;
  /** Put before each title, e.g. `GPU 0 driver manifest: `. */
  readonly prefix?: string;
}

const rules = {
  parse: { id: 'TEE-RIM-001', title: 'Reference manifest is well formed and has one signature' },
  digest: { id: 'TEE-RIM-002', title: 'Reference manifest is the one that was signed' },
  signature: { id: 'TEE-RIM-003', title: 'Reference manifest is signed by its first certificate' },
  chain: {
    signatures: { id: 'TEE-RIM-004', title: 'Manifest chain: each certificate is signed by the next' },
    constraints: { id: 'TEE-RIM-005', title: 'Manifest chain: only CAs issue' },
    validity: { id: 'TEE-RIM-006', title: 'Manifest chain: valid at the time of judgement' },
    root: { id: 'TEE-RIM-007', title: 'Manifest chain: ends in a pinned root' },
  } satisfies ChainRules,
  role: { id: 'TEE-RIM-008', title: 'Signer is one of reference manifests' },
} satisfies Record<string, Rule | ChainRules>;

/** Names by which a failure of this chain is told from one of a device's chain. */
const renamed: Partial<Record<ReasonCode, ReasonCode>> = {
  CERT_SIGNATURE_INVALID: 'RIM_CHAIN_UNTRUSTED',
  UNKNOWN_ISSUER: 'RIM_CHAIN_UNTRUSTED',
  CERT_EXPIRED: 'RIM_CERT_EXPIRED',
};

const SIGNER_NAME = /^(?:SIMULATED )?(?:HCC )?RIM (?:L\d )?Signer$/;

/** Never throws on a manifest: what is malformed is a failed check. */
export function verifyRim({ bytes, roots, atMs, prefix = '' }: RimVerificationInput): RimVerification {
  const list = new ManifestCheckList([digestOf(bytes)], prefix);
  const rim = list.parse(rules.parse, bytes, parseRim);
  list.judge(rules.digest, rim, judgeDigest);
  list.judge(rules.signature, rim, judgeSignature);
  const chain = rim?.signature.chain ?? null;
  const root = checkChain(list, rules.chain, { chain, curve: 'P-384', roots, atMs });
  list.judge(rules.role, chain?.[0] ?? null, judgeRole);
  const trusted = list.checks.every(({ result }) => result === 'pass');
  return { checks: list.checks, root, rim, trusted };
}

class ManifestCheckList extends CheckList {
  override judge<T>(rule: Rule, subject: T | null, judge: (subject: T) => Outcome): Outcome {
    return super.judge(rule, subject, (present) => {
      const outcome = judge(present);
      const reason = outcome.reason === null ? null : (renamed[outcome.reason] ?? outcome.reason);
      return { ...outcome, reason };
    });
  }
}

function judgeDigest({ signature }: Rim): Outcome {
  const actual = sha384(signature.document);
  return passIf(
    equalBytes(actual, signature.digest),
    'RIM_DIGEST_MISMATCH',
    toHex(signature.digest),
    toHex(actual),
  );
}

function judgeSignature({ signature }: Rim): Outcome {
  const [signer] = signature.chain;
  const valid =
    signer?.curve === 'P-384' &&
    ecdsaVerify({
      curve: 'P-384',
      spki: signer.spki,
      message: signature.signedInfo,
      signature: signature.value,
      encoding: 'raw',
    });
  const expected = 'a signature by the first certificate';
  if (!valid && signature.hasKeyValue) {
    return fail('RIM_SIGNATURE_AMBIGUOUS', expected, 'does not verify by it; the document offers a bare key');
  }
  return passIf(valid, 'RIM_SIGNATURE_INVALID', expected, valid ? 'verifies' : 'does not verify');
}

/** The root also stands above other signers; a genuine certificate of another role vouches for no values. */
function judgeRole(signer: Certificate): Outcome {
  const name = signer.commonName ?? '';
  return passIf(SIGNER_NAME.test(name), 'SIGNER_ROLE', 'a manifest signer (RIM … Signer)', name.slice(0, 64));
}
