import type { Check } from '#canonical';
import type { ReasonCode } from '../reasons.js';
import type { AppraisalPolicy } from './appraisal-policy.js';
import type { AcceptableTcbStatus, SnpProduct } from './policy-groups.js';

/** What a policy asks for once its tier has filled in what it does not say. */
export interface TierDefaults {
  readonly allowSimulated: boolean;
  /** Whether what could not be checked is refused. */
  readonly failClosed: boolean;
  /** Products whose root secrets leak by software alone (Milan VCEK: arXiv 2605.12990). */
  readonly refuseCompromisedProducts: boolean;
  readonly fwidAbsent: 'refuse' | 'warn';
  readonly tcbStatuses: readonly AcceptableTcbStatus[];
  readonly graceDays: number;
  readonly relaunch: 'refuse' | 'warn';
}

/**
 * Findings that say "could not be checked" and not "is false". They are an outcome of their own: result `error`
 * where the policy fails closed, `warn` where the simulated tier asks for `report`.
 */
export const uncheckedReasons: readonly ReasonCode[] = [
  'REVOCATION_UNKNOWN',
  'CRL_MISSING',
  'COLLATERAL_MISSING',
  'RIM_MISSING',
];

export function tierDefaults({
  tier,
  allowSimulated,
  gpu,
  tdx,
  snp,
  revocation,
}: AppraisalPolicy): TierDefaults {
  const production = tier === 'strict' || tier === 'standard';
  return {
    // Said here and not only in the parser: a policy object that no parser saw is no way around a tier.
    allowSimulated: allowSimulated && !production,
    // Saying "simulated" is not enough: what was not checked may be what makes evidence evidence.
    failClosed: tier !== 'simulated' || revocation?.mode !== 'report',
    refuseCompromisedProducts: !acceptsCompromised(tier, snp?.products),
    fwidAbsent: gpu.fwidAbsent ?? (tier === 'strict' ? 'refuse' : 'warn'),
    tcbStatuses: tdx?.tcbStatuses ?? (tier === 'strict' ? ['UpToDate'] : ['UpToDate', 'SWHardeningNeeded']),
    graceDays: tdx?.graceDays ?? 0,
    relaunch: tdx?.relaunch ?? (tier === 'strict' ? 'refuse' : 'warn'),
  };
}

export function isUnchecked({ reason }: Pick<Check, 'reason'>): boolean {
  return uncheckedReasons.some((unchecked) => unchecked === reason);
}

/** Gives what could not be checked the result that the tier asks for. What was found false stays as it is. */
export function applyTier(checks: readonly Check[], { failClosed }: TierDefaults): readonly Check[] {
  return checks.map((check) => {
    const open = (check.result === 'fail' || check.result === 'warn') && isUnchecked(check);
    return open ? { ...check, result: failClosed ? 'error' : 'warn' } : check;
  });
}

/** Who names Milan in a policy has decided; nobody gets it by saying nothing, and the strict tier not at all. */
function acceptsCompromised(
  tier: AppraisalPolicy['tier'],
  products: readonly SnpProduct[] | undefined,
): boolean {
  if (tier === 'strict') return false;
  return tier === 'simulated' || products?.includes('Milan') === true;
}
