/**
 * Judges an Intel SGX quote. Trust is as for a TDX quote; what the attestation key vouches for is an enclave.
 */
import { type Check, digestOf, type JsonObject, toHex } from '#canonical';
import { CheckList, type Outcome, passIf } from '../check-list.js';
import type { PinnedRoots } from '../x509/chain.js';
import type { IntelCollateral } from './collateral.js';
import { type EnclaveReport, SGX_DEBUG } from './enclave-report.js';
import { checkIntelQuote, type IntelVerification } from './intel-quote.js';
import { defaultIntelRequirements, type IntelRequirements, intelRules } from './intel-rules.js';
import { judgeRevocation } from './quote-checks.js';
import { parseSgxQuote, type SgxQuote } from './sgx-quote.js';
import { tcbClaims } from './tcb-evaluation.js';

export interface SgxVerification extends IntelVerification {
  readonly checks: readonly Check[];
  /** Null when the quote could not be parsed. Its fields are proved only if no check failed. */
  readonly quote: SgxQuote | null;
}

export interface SgxVerificationInput {
  readonly quote: Uint8Array | null;
  readonly roots: PinnedRoots;
  readonly atMs: number;
  readonly collateral?: Uint8Array | IntelCollateral | null;
  readonly requirements?: IntelRequirements;
}

const rules = intelRules('SGX');

export function verifySgxQuote(input: SgxVerificationInput): SgxVerification {
  const list = new CheckList(input.quote === null ? [] : [digestOf(input.quote)]);
  const quote = list.parse(rules.parse, input.quote, parseSgxQuote);
  const { known, ...verification } = checkIntelQuote(list, rules, {
    ...input,
    tee: 'SGX',
    quote,
    body: null,
    collateral: input.collateral ?? null,
    requirements: input.requirements ?? defaultIntelRequirements,
  });
  list.judge(rules.debug, quote?.report ?? null, judgeDebug);
  list.judge(rules.revocation, quote, () => judgeRevocation(verification.root, known));
  return { checks: list.checks, quote, ...verification };
}

export function sgxClaims(verification: SgxVerification): JsonObject | null {
  const { quote, platform, root, tcb } = verification;
  if (quote === null) return null;
  const { report } = quote;
  return {
    quoteVersion: quote.version,
    root,
    mrEnclave: toHex(report.mrEnclave),
    mrSigner: toHex(report.mrSigner),
    isvProdId: report.isvProdId,
    isvSvn: report.isvSvn,
    attributes: toHex(report.attributes),
    miscSelect: toHex(report.miscSelect),
    debug: isDebug(report),
    fmspc: platform?.fmspc ?? null,
    pceId: platform?.pceId ?? null,
    ppid: platform?.ppid ?? null,
    platformInstanceId: platform?.platformInstanceId ?? null,
    tcb: tcb === null ? null : tcbClaims(tcb),
    evaluationDataNumbers: verification.evaluationDataNumbers,
    revocation: verification.revocation,
  };
}

function judgeDebug(report: EnclaveReport): Outcome {
  return passIf(!isDebug(report), 'DEBUG_ENABLED', 'attribute DEBUG off', toHex(report.attributes));
}

function isDebug({ attributes }: EnclaveReport): boolean {
  return ((attributes[0] ?? SGX_DEBUG) & SGX_DEBUG) !== 0;
}
