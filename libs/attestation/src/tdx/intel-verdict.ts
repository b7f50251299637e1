import type { Check } from '#canonical';

/** EAR words for one quote, and `malformed` when there is nothing to appraise. */
export type IntelVerdict = 'affirming' | 'warning' | 'contraindicated' | 'malformed';

/**
 * Reasons that deny acceptance without proving anything false: a firmware that is genuine and not the best, or
 * something that could not be looked up. EAR's tiers tell them from evidence that is wrong.
 */
const NOT_FALSE: ReadonlySet<string> = new Set([
  'REVOCATION_UNKNOWN',
  'CRL_MISSING',
  'SEPT_VE_DISABLE_NOT_SET',
  'TDX_MODULE_OUT_OF_DATE',
  'QE_OUT_OF_DATE',
  'TCB_OUT_OF_DATE',
  'TCB_OUT_OF_DATE_CONFIGURATION_NEEDED',
  'TCB_CONFIGURATION_NEEDED',
  'TCB_SW_HARDENING_NEEDED',
  'TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED',
  'TD_RELAUNCH_ADVISED',
  'TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED',
  'ADVISORY_FORBIDDEN',
]);

export function intelVerdict({
  checks,
  quote,
}: {
  readonly checks: readonly Check[];
  readonly quote: unknown;
}): IntelVerdict {
  if (quote === null) return 'malformed';
  const failed = checks.filter(({ result }) => result === 'fail' || result === 'error');
  if (failed.some(({ reason }) => reason === null || !NOT_FALSE.has(reason))) return 'contraindicated';
  return failed.length > 0 || checks.some(({ result }) => result === 'warn') ? 'warning' : 'affirming';
}
