/**
 * Judges an Intel TDX quote.
 *
 * Trusted: the pinned root keys. The root vouches for the PCK, the PCK for the quoting enclave's report, that
 * report for the attestation key, and that key for the guest's measurements and REPORTDATA. Intel's TCB info,
 * QE identity and revocation lists are not read yet; until they are, only simulated roots can pass, because a
 * hardware root without revocation data fails (`REVOCATION_UNKNOWN`).
 */
import { type Check, digestOf, equalBytes, type JsonObject, sha256, toHex } from '#canonical';
import { isZero } from '../byte-reader.js';
import { CheckList, fail, type Outcome, pass, passIf, type Rule, skip } from '../check-list.js';
import { ecdsaVerify, spkiOfPoint } from '../primitives.js';
import type { Certificate } from '../x509/certificate.js';
import { type ChainRules, checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { parseCertificateChain } from '../x509/pem.js';
import { type PckPlatform, parsePckPlatform } from './pck.js';
import { parseTdxQuote, type TdBody, type TdxQuote } from './quote.js';

export interface TdxVerification {
  readonly checks: readonly Check[];
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  /** Null when the quote could not be parsed. Its fields are proved only if no check failed. */
  readonly quote: TdxQuote | null;
  readonly platform: PckPlatform | null;
}

export interface TdxVerificationInput {
  /** Null when the package around it could not be read: every rule is then skipped. */
  readonly quote: Uint8Array | null;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}

const rules = {
  parse: { id: 'TEE-TDX-001', title: 'Quote is well formed' },
  chainParse: { id: 'TEE-TDX-002', title: 'PCK certificate chain is well formed' },
  chain: {
    signatures: { id: 'TEE-TDX-003', title: 'PCK chain: each certificate is signed by the next' },
    constraints: { id: 'TEE-TDX-004', title: 'PCK chain: only CAs issue' },
    validity: { id: 'TEE-TDX-005', title: 'PCK chain: valid at the time of judgement' },
    root: { id: 'TEE-TDX-006', title: 'PCK chain: ends in a pinned root' },
  } satisfies ChainRules,
  role: { id: 'TEE-TDX-007', title: 'Signer is a PCK' },
  platform: { id: 'TEE-TDX-008', title: 'PCK names its platform' },
  qeSignature: { id: 'TEE-TDX-009', title: 'Quoting enclave is vouched for by the PCK' },
  qeBinding: { id: 'TEE-TDX-010', title: 'Attestation key belongs to the quoting enclave' },
  qeDebug: { id: 'TEE-TDX-011', title: 'Quoting enclave is not in debug mode' },
  signature: { id: 'TEE-TDX-012', title: 'Quote is signed by the attestation key' },
  debug: { id: 'TEE-TDX-013', title: 'Guest is not in debug mode' },
  septVe: {
    id: 'TEE-TDX-014',
    title: 'Guest is safe from injected page faults (SEPT_VE_DISABLE)',
    severity: 'major',
  },
  serviceTd: { id: 'TEE-TDX-015', title: 'No service TD can reach into the guest' },
  module: { id: 'TEE-TDX-016', title: "TDX module is Intel's" },
  revocation: { id: 'TEE-TDX-017', title: 'Platform is not revoked and its firmware is current' },
} satisfies Record<string, Rule | ChainRules>;

/** Offsets in the SGX report body of the quoting enclave. */
const QE_ATTRIBUTES = 48;
const QE_REPORT_DATA = 320;
const SGX_DEBUG = 0x02;
/** TDATTRIBUTES bit 28. */
const SEPT_VE_DISABLE = { byte: 3, mask: 0x10 };

export function verifyTdxQuote(input: TdxVerificationInput): TdxVerification {
  const list = new CheckList(input.quote === null ? [] : [digestOf(input.quote)]);
  const quote = list.parse(rules.parse, input.quote, parseTdxQuote);
  const chain = list.parse(rules.chainParse, quote, (present) => parseCertificateChain(present.pckChain));
  const root = checkChain(list, rules.chain, { chain, curve: 'P-256', roots: input.roots, atMs: input.atMs });

  const pck = chain?.[0] ?? null;
  list.judge(rules.role, pck, judgeRole);
  const platform = list.parse(rules.platform, pck, parsePckPlatform);
  list.judge(rules.qeSignature, quote !== null && pck !== null ? { quote, pck } : null, judgeQeSignature);
  list.judge(rules.qeBinding, quote, judgeQeBinding);
  list.judge(rules.qeDebug, quote, judgeQeDebug);
  list.judge(rules.signature, quote, judgeSignature);

  const body = quote?.body ?? null;
  list.judge(rules.debug, body, judgeDebug);
  list.judge(rules.septVe, body, judgeSeptVe);
  list.judge(rules.serviceTd, body, judgeServiceTd);
  list.judge(rules.module, body, judgeModule);
  list.judge(rules.revocation, quote, () => judgeRevocation(root));
  return { checks: list.checks, root, quote, platform };
}

/** The values a reader of the verdict may want to see, unknown flag bits included. */
export function tdxClaims(verification: TdxVerification): JsonObject | null {
  const { quote, platform, root } = verification;
  if (quote === null) return null;
  const { body } = quote;
  return {
    quoteVersion: quote.version,
    root,
    mrtd: toHex(body.mrTd),
    rtmrs: body.rtmrs.map(toHex),
    mrConfigId: toHex(body.mrConfigId),
    mrOwner: toHex(body.mrOwner),
    mrOwnerConfig: toHex(body.mrOwnerConfig),
    mrSeam: toHex(body.mrSeam),
    teeTcbSvn: toHex(body.teeTcbSvn),
    tdAttributes: toHex(body.tdAttributes),
    xfam: toHex(body.xfam),
    fmspc: platform?.fmspc ?? null,
    pceId: platform?.pceId ?? null,
  };
}

function judgeRole(pck: Certificate): Outcome {
  const name = pck.commonName ?? '';
  return passIf(
    name.includes('SGX PCK Certificate'),
    'SIGNER_ROLE',
    'SGX PCK Certificate',
    name.slice(0, 64),
  );
}

function judgeQeSignature({ quote, pck }: { quote: TdxQuote; pck: Certificate }): Outcome {
  const valid = ecdsaVerify({
    curve: 'P-256',
    spki: pck.spki,
    message: quote.qeReport,
    signature: quote.qeReportSignature,
    encoding: 'raw',
  });
  return passIf(valid, 'QE_REPORT_SIGNATURE_INVALID', 'a signature by the PCK', signatureWord(valid));
}

/** The quoting enclave reports SHA-256(attestation key || authentication data), then 32 zero bytes. */
function judgeQeBinding(quote: TdxQuote): Outcome {
  const reportData = quote.qeReport.subarray(QE_REPORT_DATA);
  const expected = sha256(quote.attestationKey, quote.qeAuthData);
  const bound = equalBytes(reportData.subarray(0, 32), expected) && isZero(reportData.subarray(32));
  return passIf(bound, 'QE_BINDING_MISMATCH', toHex(expected), toHex(reportData.subarray(0, 32)));
}

/** The rest of the quoting enclave's identity needs Intel's signed QE identity. */
function judgeQeDebug(quote: TdxQuote): Outcome {
  const flags = quote.qeReport[QE_ATTRIBUTES] ?? SGX_DEBUG;
  return passIf(
    (flags & SGX_DEBUG) === 0,
    'QE_IDENTITY_MISMATCH',
    'attribute DEBUG off',
    `flags 0x${flags.toString(16)}`,
  );
}

function judgeSignature(quote: TdxQuote): Outcome {
  const valid = ecdsaVerify({
    curve: 'P-256',
    spki: spkiOfPoint('P-256', quote.attestationKey),
    message: quote.signedBytes,
    signature: quote.signature,
    encoding: 'raw',
  });
  return passIf(valid, 'QUOTE_SIGNATURE_INVALID', 'a signature by the attestation key', signatureWord(valid));
}

function judgeDebug(body: TdBody): Outcome {
  // All bits of the first byte stand for a TD whose owner gave up its secrets; DEBUG is bit 0.
  return passIf(
    body.tdAttributes[0] === 0,
    'DEBUG_ENABLED',
    'first attribute byte 00',
    toHex(body.tdAttributes),
  );
}

function judgeSeptVe(body: TdBody): Outcome {
  const set = ((body.tdAttributes[SEPT_VE_DISABLE.byte] ?? 0) & SEPT_VE_DISABLE.mask) !== 0;
  return passIf(set, 'SEPT_VE_DISABLE_NOT_SET', 'attribute bit 28 set', toHex(body.tdAttributes));
}

function judgeServiceTd({ mrServiceTd }: TdBody): Outcome {
  if (mrServiceTd === null) return pass('a TD 1.0 guest has none');
  return passIf(isZero(mrServiceTd), 'SERVICE_TD_PRESENT', '48 zero bytes', toHex(mrServiceTd));
}

/** Intel signs its own modules with a zero MRSIGNERSEAM. Which module and version: needs TCB info. */
function judgeModule(body: TdBody): Outcome {
  const genuine = isZero(body.mrSignerSeam) && isZero(body.seamAttributes);
  return passIf(
    genuine,
    'TDX_MODULE_MISMATCH',
    'zero MRSIGNERSEAM and SEAMATTRIBUTES',
    toHex(body.mrSignerSeam),
  );
}

function judgeRevocation(root: RootKind): Outcome {
  if (root === 'simulated') return skip('simulated hardware has no revocation list');
  return fail('REVOCATION_UNKNOWN', 'TCB info, QE identity and revocation lists', 'none were supplied');
}

function signatureWord(valid: boolean): string {
  return valid ? 'verifies' : 'does not verify';
}
