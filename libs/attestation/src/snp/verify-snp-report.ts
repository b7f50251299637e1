/**
 * Judges an AMD SEV-SNP attestation report.
 *
 * Trusted: the pinned keys of AMD's roots (ARK). The ARK vouches for ASK or ASVK, that for the chip's endorsement
 * key (VCEK, VLEK) at one set of firmware versions, and that key for the guest's measurement and REPORT_DATA.
 * Not trusted: the carrier of report, certificates and revocation list. A signature does not show who has physical
 * access to the machine, nor which process inside the guest asked for the report.
 */
import { type Check, digestOf, type JsonObject } from '#canonical';
import { CheckList, fail, type Outcome, pass, passIf, type Rule, skip } from '../check-list.js';
import type { SnpProduct, SnpSigner } from '../policy/policy-groups.js';
import { ecdsaVerify } from '../primitives.js';
import type { ChainRules, PinnedRoots, RootKind } from '../x509/chain.js';
import { parseSnpCertificates } from './certificates.js';
import { checkSnpChain, type SnpChain } from './chain.js';
import {
  judgeHwid,
  judgeProduct,
  judgeSigner,
  judgeTcbExtensions,
  judgeTcbMinimum,
  productOf,
} from './chip-checks.js';
import { buildSnpClaims } from './claims.js';
import { signerOf } from './flags.js';
import * as guest from './guest-checks.js';
import { readSnpReport, requireSnpForm, type SnpReport, snpSignature } from './report.js';
import type { SnpExpectations, SnpRequirements } from './requirements.js';
import { judgeSnpRevocation, revocationClaim } from './revocation.js';
import { parseVekExtensions } from './vek.js';

export interface SnpVerification {
  readonly checks: readonly Check[];
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  /** Null when the report has another length. Its fields are proved only if no check failed. */
  readonly report: SnpReport | null;
  readonly product: SnpProduct | null;
  readonly signer: SnpSigner | null;
  readonly claims: JsonObject | null;
}

export interface SnpVerificationInput {
  /** 1184 bytes. Null when the package around it could not be read: every rule is then skipped. */
  readonly report: Uint8Array | null;
  /** Endorsement key, ASK or ASVK, ARK, in this order: DER items or PEM. */
  readonly certificates: readonly Uint8Array[];
  /** DER revocation list of the ARK. */
  readonly crl?: Uint8Array | null;
  /** `hardware`: the `amd` list of the trust roots. */
  readonly roots: PinnedRoots;
  readonly requirements: SnpRequirements;
  /** Certificates and list are judged at this time, milliseconds since the epoch. */
  readonly atMs: number;
  readonly expected?: Partial<SnpExpectations>;
}

/** Every check of an SNP report, in order. */
export const snpCheckRules = {
  length: { id: 'TEE-SNP-001', title: 'Report has the length of a report' },
  form: { id: 'TEE-SNP-002', title: 'Report is of a known version and form' },
  certificates: { id: 'TEE-SNP-003', title: 'Certificates of endorsement key, CA and root are well formed' },
  extensions: { id: 'TEE-SNP-004', title: 'Endorsement key names product, chip and firmware' },
  product: { id: 'TEE-SNP-005', title: 'Report and certificates are of one product' },
  signer: {
    id: 'TEE-SNP-006',
    title: 'Endorsement key is of the kind that the report names',
    where: 'report[0x48..0x4c]',
  },
  chain: {
    signatures: { id: 'TEE-SNP-007', title: 'Chain: each certificate is signed by the next' },
    constraints: { id: 'TEE-SNP-008', title: 'Chain: only CAs issue' },
    validity: { id: 'TEE-SNP-009', title: 'Chain: valid at the time of judgement' },
    root: { id: 'TEE-SNP-010', title: 'Chain: ends in a pinned ARK' },
  } satisfies ChainRules,
  revocation: { id: 'TEE-SNP-011', title: 'ASK or ASVK is not revoked', where: 'collateral.amd-crl' },
  encoding: {
    id: 'TEE-SNP-012',
    title: 'Signature has the encoding of P-384',
    where: 'report[0x2a0..0x330]',
  },
  signature: {
    id: 'TEE-SNP-013',
    title: 'Report is signed by the endorsement key',
    where: 'report[0x0..0x2a0]',
  },
  hwid: { id: 'TEE-SNP-014', title: 'Endorsement key belongs to the chip', where: 'report[0x1a0..0x1e0]' },
  tcbExtensions: {
    id: 'TEE-SNP-015',
    title: 'Endorsement key belongs to the reported firmware',
    where: 'report[0x180..0x188]',
  },
  tcbReported: {
    id: 'TEE-SNP-016',
    title: 'Reported firmware is recent enough',
    where: 'report[0x180..0x188]',
  },
  tcbCommitted: {
    id: 'TEE-SNP-017',
    title: 'Committed firmware is recent enough',
    where: 'report[0x1e0..0x1e8]',
  },
  tcbLaunch: {
    id: 'TEE-SNP-018',
    title: 'Firmware at launch was recent enough',
    where: 'report[0x1f0..0x1f8]',
  },
  debug: { id: 'TEE-SNP-019', title: 'Guest is not in debug mode', where: 'report[0x8..0x10]' },
  policyBits: {
    id: 'TEE-SNP-020',
    title: 'Guest was launched under an accepted policy',
    where: 'report[0x8..0x10]',
  },
  platformBits: { id: 'TEE-SNP-021', title: 'Machine is set up as asked for', where: 'report[0x40..0x48]' },
  aliasCheck: {
    id: 'TEE-SNP-022',
    title: 'Memory was checked for aliases (BadRAM)',
    where: 'report[0x40..0x48]',
  },
  vmpl: {
    id: 'TEE-SNP-023',
    title: 'Report comes from the expected privilege level',
    where: 'report[0x30..0x34]',
  },
  productTrust: { id: 'TEE-SNP-024', title: 'Product is accepted' },
  chip: { id: 'TEE-SNP-025', title: 'Chip is accepted', where: 'report[0x1a0..0x1e0]' },
  reportData: { id: 'TEE-SNP-026', title: 'REPORT_DATA is the expected one', where: 'report[0x50..0x90]' },
  measurement: { id: 'TEE-SNP-027', title: 'Launch measurement is known', where: 'report[0x90..0xc0]' },
  hostData: { id: 'TEE-SNP-028', title: 'HOST_DATA is the expected one', where: 'report[0xc0..0xe0]' },
  idKey: { id: 'TEE-SNP-029', title: 'ID key is known', where: 'report[0xe0..0x110]' },
  authorKey: { id: 'TEE-SNP-030', title: 'Author key is known', where: 'report[0x110..0x140]' },
  guestSvn: { id: 'TEE-SNP-031', title: 'Guest version is recent enough', where: 'report[0x4..0x8]' },
} satisfies Record<string, Rule | ChainRules>;

/** Never throws on evidence: what is malformed is a failed check. */
export function verifySnpReport(input: SnpVerificationInput): SnpVerification {
  const { requirements, roots, atMs } = input;
  const crl = input.crl ?? null;
  const list = new CheckList(evidenceOf(input, crl));
  const report = list.parse(snpCheckRules.length, input.report, readSnpReport);
  list.judge(snpCheckRules.form, report, judgeForm);
  const chain = list.parse(
    snpCheckRules.certificates,
    input.report && input.certificates,
    parseSnpCertificates,
  );
  const extensions = list.parse(snpCheckRules.extensions, chain, ({ vek }) => parseVekExtensions(vek));
  const signed = report !== null && chain !== null ? { report, chain } : null;
  const chip = signed !== null && extensions !== null ? { ...signed, extensions } : null;

  list.judge(snpCheckRules.product, chip, judgeProduct);
  list.judge(snpCheckRules.signer, signed, judgeSigner);
  const root = checkSnpChain(list, snpCheckRules.chain, { chain, roots, atMs });
  const revocation = list.judge(snpCheckRules.revocation, chain, (present) =>
    judgeSnpRevocation({ chain: present, crl, root, requirements, atMs }),
  );
  list.judge(snpCheckRules.encoding, report, judgeEncoding);
  list.judge(snpCheckRules.signature, signed, judgeSignature);
  list.judge(snpCheckRules.hwid, chip, judgeHwid);
  list.judge(snpCheckRules.tcbExtensions, chip, judgeTcbExtensions);

  const product = report === null ? null : productOf(report, extensions);
  const known = report !== null && product !== null ? { report, product } : null;
  list.judge(snpCheckRules.tcbReported, known, (subject) =>
    judgeTcbMinimum(subject, 'reported', requirements),
  );
  list.judge(snpCheckRules.tcbCommitted, known, (subject) =>
    judgeTcbMinimum(subject, 'committed', requirements),
  );
  list.judge(snpCheckRules.tcbLaunch, known, (subject) => judgeTcbMinimum(subject, 'launch', requirements));
  list.judge(snpCheckRules.debug, report, guest.judgeDebug);
  list.judge(snpCheckRules.policyBits, report, (present) => guest.judgePolicyBits(present, requirements));
  list.judge(snpCheckRules.platformBits, report, (present) => guest.judgePlatformBits(present, requirements));
  list.judge(snpCheckRules.aliasCheck, report, (present) => guest.judgeAliasCheck(present, requirements));
  list.judge(snpCheckRules.vmpl, report, (present) => guest.judgeVmpl(present, requirements));
  list.judge(snpCheckRules.productTrust, known, (subject) => guest.judgeProductTrust(subject, requirements));
  list.judge(snpCheckRules.chip, chip, (subject) => guest.judgeChip(subject, requirements));

  const expected: SnpExpectations = { reportData: null, measurements: null, ...input.expected };
  list.judge(snpCheckRules.reportData, report, (present) => guest.judgeReportData(present, expected));
  list.judge(snpCheckRules.measurement, report, (present) => guest.judgeMeasurement(present, expected));
  list.judge(snpCheckRules.hostData, report, (present) => guest.judgeHostData(present, requirements));
  list.judge(snpCheckRules.idKey, report, (present) => guest.judgeIdKey(present, requirements));
  list.judge(snpCheckRules.authorKey, report, (present) => guest.judgeAuthorKey(present, requirements));
  list.judge(snpCheckRules.guestSvn, report, (present) => guest.judgeGuestSvn(present, requirements));

  return {
    checks: list.checks,
    root,
    report,
    product,
    signer: report === null ? null : signerOf(report.keyInfo),
    claims:
      report === null
        ? null
        : buildSnpClaims({
            report,
            extensions,
            product,
            root,
            revocation: revocationClaim(crl, revocation, atMs),
          }),
  };
}

function evidenceOf(input: SnpVerificationInput, crl: Uint8Array | null): readonly string[] {
  const blobs = [input.report, ...input.certificates, crl];
  return blobs.flatMap((blob) => (blob === null ? [] : [digestOf(blob)]));
}

function judgeForm(report: SnpReport): Outcome {
  requireSnpForm(report);
  return pass(`version ${report.version}`);
}

/** 24 bytes above each scalar: what stands there would be one more way to write the same signature. */
function judgeEncoding(report: SnpReport): Outcome {
  const fits = snpSignature(report) !== null;
  return passIf(fits, 'SNP_SIGNATURE_ENCODING', 'R and S of 48 bytes', fits ? 'so' : 'higher bytes are set');
}

function judgeSignature({ report, chain }: { report: SnpReport; chain: SnpChain }): Outcome {
  const signature = snpSignature(report);
  if (signature === null) return skip('the signature has another encoding');
  const { curve, spki } = chain.vek;
  if (curve !== 'P-384') {
    return fail('SNP_SIGNATURE_INVALID', 'an endorsement key on P-384', curve ?? 'another kind of key');
  }
  const valid = ecdsaVerify({ curve, spki, message: report.signedBytes, signature, encoding: 'raw' });
  return passIf(
    valid,
    'SNP_SIGNATURE_INVALID',
    'a signature by the endorsement key',
    valid ? 'verifies' : 'does not verify',
  );
}
