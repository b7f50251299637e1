/**
 * One piece of evidence, judged twice: as of the time it was used, and in hindsight with what is known today.
 *
 * Hindsight can only lower: what did not hold then is not made good by newer data. It judges hardware, not the
 * age of the evidence: that a nonce was answered and that the binding had not run out is a matter of its time.
 */
import type { Check } from '#canonical';
import type { Appraisal } from './appraisal.js';
import { type AppraiseInput, appraise } from './appraise.js';
import type { Collateral } from './collateral.js';

export interface HindsightInput extends AppraiseInput {
  readonly hindsight: {
    readonly at: number;
    /** What vendors publish today. It stands in for what the evidence carries, kind by kind. */
    readonly collateral: readonly Collateral[];
  };
}

export interface AppraisalComparison {
  readonly asOf: Appraisal;
  readonly hindsight: Appraisal;
  readonly validThen: boolean;
  readonly validNow: boolean;
  /** Checks that held then and do not now. */
  readonly because: readonly Check[];
  /** Nothing was found out: certificates or vendor data ran out, as they do. */
  readonly onlyExpired: boolean;
  /** E.g. `valid then; would fail now, because TCB_OUT_OF_DATE (…)`. */
  readonly summary: string;
}

const ageReasons = [
  'CERT_EXPIRED',
  'RIM_CERT_EXPIRED',
  'COLLATERAL_EXPIRED',
  'CRL_EXPIRED',
  'OCSP_STALE',
  'REVOCATION_STALE',
];
const REASONS_SHOWN_MAX = 4;

export function appraiseTwice(input: HindsightInput): AppraisalComparison {
  const { hindsight, ...now } = input;
  return compareAppraisals(
    appraise(now),
    appraise({ ...now, hardwareAt: hindsight.at, collateral: newerOf(input) }),
  );
}

function newerOf({ collateral = [], hindsight }: HindsightInput): readonly Collateral[] {
  const kinds = new Set(hindsight.collateral.map(({ kind }) => kind));
  return [...collateral.filter(({ kind }) => !kinds.has(kind)), ...hindsight.collateral];
}

export function compareAppraisals(asOf: Appraisal, hindsight: Appraisal): AppraisalComparison {
  const held = new Set(asOf.checks.filter(holds).map(keyOf));
  const because = withoutEchoes(hindsight.checks.filter((check) => !holds(check) && held.has(keyOf(check))));
  const validThen = asOf.accepted;
  const validNow = validThen && hindsight.accepted;
  const onlyExpired = because.length > 0 && because.every(({ reason }) => ageReasons.includes(reason ?? ''));
  return {
    asOf,
    hindsight,
    validThen,
    validNow,
    because,
    onlyExpired,
    summary: summarize(validThen, validNow, because, onlyExpired),
  };
}

/** Drops what only repeats another finding: that a list or a manifest is not relied on, where its own check says why. */
function withoutEchoes(checks: readonly Check[]): readonly Check[] {
  const ranOut = checks.some(({ reason }) => ['CRL_EXPIRED', 'COLLATERAL_EXPIRED'].includes(reason ?? ''));
  const ofManifests = checks.some(({ id }) => id.startsWith('TEE-RIM-'));
  return checks.filter(({ id, reason }) => {
    if (id === 'TEE-GPU-017' && reason === 'RIM_CHAIN_UNTRUSTED') return !ofManifests;
    return reason !== 'REVOCATION_UNKNOWN' || !ranOut;
  });
}

function summarize(then: boolean, now: boolean, because: readonly Check[], onlyExpired: boolean): string {
  if (!then) return 'not valid then; hindsight cannot make it valid';
  if (now) return 'valid then; would be valid now';
  const reasons = because.slice(0, REASONS_SHOWN_MAX).map(({ reason, actual }) => {
    return actual === undefined ? `${reason}` : `${reason} (${actual})`;
  });
  const more = because.length > REASONS_SHOWN_MAX ? ` and ${because.length - REASONS_SHOWN_MAX} more` : '';
  const expired = onlyExpired ? '; nothing was found out, data of that time has run out' : '';
  return `valid then; would fail now, because ${reasons.join(', ')}${more}${expired}`;
}

/** The title names the device, where several of a kind are judged by one rule. */
function keyOf({ id, title }: Check): string {
  return `${id} ${title}`;
}

function holds({ result }: Check): boolean {
  return result !== 'fail' && result !== 'error';
}
