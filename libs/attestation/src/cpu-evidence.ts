/**
 * One view on the CPU evidence of every platform: what the binding and the policy need to know, whatever the
 * vendor. The verifiers judge what is genuine; nothing here does.
 */
import { type Check, type JsonObject, toHex } from '#canonical';
import { type Collateral, type CollateralKind, collateralOf } from './collateral.js';
import type { CpuFormat } from './evidence-package.js';
import type { AppraisalPolicy } from './policy/appraisal-policy.js';
import type { Platform } from './policy/policy-groups.js';
import { intelRequirements, snpRequirements } from './policy/requirements.js';
import type { TdxFacts } from './policy/tdx-rules.js';
import type { TrustRoots } from './policy/trust-roots.js';
import { type SnpVerification, verifySnpReport } from './snp/verify-snp-report.js';
import type { IntelVerification } from './tdx/intel-quote.js';
import { sgxClaims, verifySgxQuote } from './tdx/verify-sgx-quote.js';
import { type TdxVerification, tdxClaims, verifyTdxQuote } from './tdx/verify-tdx-quote.js';
import type { RootKind } from './x509/chain.js';

export interface CpuEvidence {
  readonly format: CpuFormat;
  readonly quote: Uint8Array;
}

export interface CpuVerification {
  readonly platform: Platform;
  readonly checks: readonly Check[];
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  /** Whether the evidence could be parsed. What follows is proved only if no check failed. */
  readonly readable: boolean;
  /** Quote or report version as it stands in the bytes. */
  readonly version: number | null;
  readonly reportData: Uint8Array | null;
  /** Launch measurement, lower-case hex. */
  readonly measurement: string | null;
  /** Names of the machine: CHIP_ID, PPID, platform instance id. */
  readonly platformIds: readonly string[];
  readonly tdx: TdxFacts | null;
  /** How old each of Intel's revocation lists was; null for another vendor, and when the quote could not be read. */
  readonly crlAgesMs: readonly number[] | null;
  /** Privilege level that the report came from; null for another platform. */
  readonly vmpl: number | null;
  /** Digests of the events of RTMR3, in order, if a log was supplied that replays. */
  readonly rtmr3Events: readonly Uint8Array[];
  readonly claims: CpuClaims;
}

/** Of the one platform that the evidence is of; null for the others. */
export interface CpuClaims {
  readonly tdx: JsonObject | null;
  readonly snp: JsonObject | null;
  readonly sgx: JsonObject | null;
}

export interface CpuInput {
  /** Null when the package around it could not be read: the rules of TDX are then listed as not checked. */
  readonly cpu: CpuEvidence | null;
  readonly roots: TrustRoots;
  readonly policy: AppraisalPolicy;
  readonly collateral: readonly Collateral[];
  readonly atMs: number;
}

const RTMRS = 4;

export function verifyCpu(input: CpuInput): CpuVerification {
  if (input.cpu?.format === 'snp-report') return verifySnp(input.cpu.quote, input);
  return input.cpu?.format === 'sgx-quote-v3' ? verifySgx(input.cpu.quote, input) : verifyTdx(input);
}

function verifyTdx({ cpu, roots, policy, collateral, atMs }: CpuInput): CpuVerification {
  const verification = verifyTdxQuote({
    quote: cpu?.quote ?? null,
    roots: { hardware: roots.intel, simulated: roots.simulatedCpu },
    atMs,
    collateral: single(collateral, 'intel-dcap'),
    eventLog: single(collateral, 'tdx-event-log'),
    requirements: intelRequirements(policy),
  });
  return viewTdx(verification);
}

function viewTdx(verification: TdxVerification): CpuVerification {
  const { checks, root, quote, platform, eventLog } = verification;
  const claims = tdxClaims(verification);
  const ids = [platform?.ppid ?? null, platform?.platformInstanceId ?? null];
  const replayed = claims?.['rtmrsReplay'];
  const replays = Array.isArray(replayed) && replayed.length === RTMRS;
  return {
    platform: 'intel-tdx',
    checks,
    root,
    readable: quote !== null,
    version: quote?.version ?? null,
    reportData: quote?.body.reportData ?? null,
    measurement: quote === null ? null : toHex(quote.body.mrTd),
    platformIds: ids.filter((id) => id !== null),
    tdx:
      quote === null
        ? null
        : {
            fmspc: platform?.fmspc ?? null,
            ppid: platform?.ppid ?? null,
            rtmrs: quote.body.rtmrs.map(toHex),
            mrConfigId: toHex(quote.body.mrConfigId),
            eventLogReplays: eventLog === null ? null : replays,
          },
    crlAgesMs: quote === null ? null : crlAgesOf(verification),
    vmpl: null,
    rtmr3Events: replays
      ? (eventLog?.events ?? []).filter(({ rtmr }) => rtmr === 3).map(({ digest }) => digest)
      : [],
    claims: { tdx: claims, snp: null, sgx: null },
  };
}

function crlAgesOf({ revocation }: IntelVerification): readonly number[] {
  return revocation.flatMap(({ ageMs }) => (typeof ageMs === 'number' ? [ageMs] : []));
}

function verifySgx(quote: Uint8Array, { roots, policy, collateral, atMs }: CpuInput): CpuVerification {
  const verification = verifySgxQuote({
    quote,
    roots: { hardware: roots.intel, simulated: roots.simulatedCpu },
    atMs,
    collateral: single(collateral, 'intel-dcap'),
    requirements: intelRequirements(policy),
  });
  const { checks, root, quote: parsed, platform } = verification;
  const ids = [platform?.ppid ?? null, platform?.platformInstanceId ?? null];
  return {
    platform: 'intel-sgx',
    checks,
    root,
    readable: parsed !== null,
    version: parsed?.version ?? null,
    reportData: parsed?.report.reportData ?? null,
    measurement: parsed === null ? null : toHex(parsed.report.mrEnclave),
    platformIds: ids.filter((id) => id !== null),
    tdx: null,
    crlAgesMs: parsed === null ? null : crlAgesOf(verification),
    vmpl: null,
    rtmr3Events: [],
    claims: { tdx: null, snp: null, sgx: sgxClaims(verification) },
  };
}

function verifySnp(report: Uint8Array, { roots, policy, collateral, atMs }: CpuInput): CpuVerification {
  const vek = collateralOf(collateral, 'amd-vek');
  const chain = collateralOf(collateral, 'amd-chain');
  const verification = verifySnpReport({
    report,
    certificates: [...vek, ...chain],
    crl: single(collateral, 'amd-crl'),
    roots: { hardware: roots.amd ?? [], simulated: roots.simulatedCpu },
    requirements: snpRequirements(policy),
    atMs,
  });
  return viewSnp(vek.length > 0 && chain.length > 0 ? verification : withoutCertificates(verification));
}

/** Nothing was shown that could be malformed. No tier lets this pass: without certificates no signature is checked. */
function withoutCertificates(verification: SnpVerification): SnpVerification {
  const checks = verification.checks.map((check) =>
    check.reason === 'CERT_MALFORMED' ? { ...check, reason: 'CERT_MISSING' } : check,
  );
  return { ...verification, checks };
}

function viewSnp({ checks, root, report, claims }: SnpVerification): CpuVerification {
  const chipId = report === null ? null : toHex(report.chipId);
  return {
    platform: 'amd-sev-snp',
    checks,
    root,
    readable: report !== null,
    version: report?.version ?? null,
    reportData: report?.reportData ?? null,
    measurement: report === null ? null : toHex(report.measurement),
    // A masked chip has a name of zeros, which every masked chip shares.
    platformIds: chipId === null || /^0*$/.test(chipId) ? [] : [chipId],
    tdx: null,
    crlAgesMs: null,
    vmpl: report?.vmpl ?? null,
    rtmr3Events: [],
    claims: { tdx: null, snp: claims, sgx: null },
  };
}

/** The last piece of a kind of which there is one: what was added later stands. */
function single(collateral: readonly Collateral[], kind: CollateralKind): Uint8Array | null {
  return collateralOf(collateral, kind).at(-1) ?? null;
}
