/** What a policy and its tier ask of each verifier, in the verifier's own words. */
import type { SnpRequirements } from '../snp/requirements.js';
import type { IntelRequirements } from '../tdx/intel-rules.js';
import type { AppraisalPolicy } from './appraisal-policy.js';
import { tierDefaults } from './tier.js';

export function intelRequirements(policy: AppraisalPolicy): IntelRequirements {
  const { tcbStatuses, graceDays, relaunch } = tierDefaults(policy);
  const relaunchWords = relaunch === 'warn' ? (['TDRelaunchAdvised'] as const) : [];
  return {
    tcbStatuses: [...tcbStatuses, ...relaunchWords],
    graceDays,
    forbiddenAdvisories: policy.tdx?.forbiddenAdvisories ?? [],
    evaluationDataNumberMin: policy.tdx?.minTcbEvaluationDataNumber ?? 0,
    septVeDisable: policy.tdx?.septVeDisable ?? true,
  };
}

export function snpRequirements(policy: AppraisalPolicy): SnpRequirements {
  return {
    rules: policy.snp ?? {},
    refuseCompromisedProducts: tierDefaults(policy).refuseCompromisedProducts,
    // Always asked for: what becomes of a list that is missing is the tier's to say.
    revocation: 'required',
    crlAgeMsMax: policy.revocation?.crlAgeMsMax ?? null,
  };
}
