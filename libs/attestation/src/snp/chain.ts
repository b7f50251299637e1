/**
 * Judges the chain ARK, ASK or ASVK, VCEK or VLEK.
 *
 * Trusted is only the set of pinned root keys. AMD's chains differ from those of other vendors in that CAs sign
 * with RSASSA-PSS, and endorsement keys carry no basic constraints and no key usage.
 */
import { equalBytes } from '#canonical';
import { type CheckList, fail, type Outcome, pass, passIf } from '../check-list.js';
import type { Certificate } from '../x509/certificate.js';
import {
  type ChainRules,
  describe as describeCertificate,
  describeRoot,
  judgeValidity,
  type PinnedRoots,
  type RootKind,
  rootKind,
} from '../x509/chain.js';
import { keyUsageBit, oid } from '../x509/oids.js';
import { findPssFault } from './rsa-pss.js';

/** The three certificates that vouch for a report. */
export interface SnpChain {
  readonly vek: Certificate;
  /** ASK or ASVK. */
  readonly ca: Certificate;
  readonly ark: Certificate;
}

/** Extensions whose meaning is judged here; any other critical one is refused (RFC 5280 section 4.2). */
const UNDERSTOOD: ReadonlySet<string> = new Set([oid.keyUsage, oid.basicConstraints]);

/** Leaves four checks in `list`. The kind of root is `unknown` unless the whole chain holds. */
export function checkSnpChain(
  list: CheckList,
  rules: ChainRules,
  input: { readonly chain: SnpChain | null; readonly roots: PinnedRoots; readonly atMs: number },
): RootKind {
  const { chain, roots, atMs } = input;
  const certificates = chain === null ? null : [chain.vek, chain.ca, chain.ark];
  const kind = certificates === null ? 'unknown' : rootKind(certificates, roots);
  const outcomes = [
    list.judge(rules.signatures, chain, judgeSignatures),
    list.judge(rules.constraints, chain, judgeConstraints),
    list.judge(rules.validity, certificates, (present) => judgeValidity(present, atMs)),
    list.judge(rules.root, certificates, (present) =>
      passIf(
        kind !== 'unknown',
        'SNP_ROOT_UNPINNED',
        'a root key pinned by the trust policy',
        describeRoot(present),
      ),
    ),
  ];
  return outcomes.every((outcome) => outcome.result === 'pass') ? kind : 'unknown';
}

function judgeSignatures({ vek, ca, ark }: SnpChain): Outcome {
  for (const [certificate, issuer] of [
    [ark, ark],
    [ca, ark],
    [vek, ca],
  ] as const) {
    const expected = `${describeCertificate(certificate)} issued by ${describeCertificate(issuer)}`;
    if (!equalBytes(certificate.issuer, issuer.subject)) {
      return fail('SNP_CHAIN_INVALID', expected, 'the certificate names another issuer');
    }
    const fault = findPssFault(certificate, issuer.spki);
    if (fault !== null) return fail('SNP_CHAIN_INVALID', expected, fault);
  }
  return pass('3 certificates');
}

function judgeConstraints({ vek, ca, ark }: SnpChain): Outcome {
  for (const certificate of [vek, ca, ark]) {
    for (const [id, extension] of certificate.extensions) {
      if (extension.critical && !UNDERSTOOD.has(id)) {
        const actual = `${describeCertificate(certificate)} has ${id}`;
        return fail('CA_CONSTRAINT', 'no unknown critical extension', actual);
      }
    }
  }
  for (const certificate of [ca, ark]) {
    if (!certificate.isCa || certificate.keyUsage?.has(keyUsageBit.keyCertSign) !== true) {
      const actual = `${describeCertificate(certificate)} is not`;
      return fail('CA_CONSTRAINT', 'issuers that are CAs with key usage keyCertSign', actual);
    }
  }
  // One CA stands between ARK and endorsement key, none between ASK and endorsement key.
  if (ark.pathLength !== null && ark.pathLength < 1) {
    return fail('CA_CONSTRAINT', 'a root that allows a CA below it', `path length ${ark.pathLength}`);
  }
  if (vek.isCa) return fail('CA_CONSTRAINT', 'an endorsement key that is no CA', 'it is one');
  if (vek.keyUsage?.has(keyUsageBit.digitalSignature) === false) {
    return fail('CA_CONSTRAINT', 'an endorsement key that may sign', 'its key usage says otherwise');
  }
  return passIf(vek.curve === 'P-384', 'SNP_CHAIN_INVALID', 'an endorsement key on P-384', `${vek.curve}`);
}
