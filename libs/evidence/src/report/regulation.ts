import type { BundleVerdict } from '../verify/verdict.js';

/** What one run supports of a rule. Never that anybody complies: that is for counsel and for all runs together. */
export interface RegulationRow {
  readonly rule: string;
  readonly supports: string;
  readonly gap: string;
}

const nothing = 'nothing: the bundle is not verified';

/** Only a verified run supports anything. */
export function regulationRows(verdict: BundleVerdict): RegulationRow[] {
  const { steps, run } = verdict;
  const humans = steps.filter(({ kind }) => kind === 'human').length;
  const covered = steps.filter(({ confidentiality }) => confidentiality !== 'OPERATOR_VISIBLE').length;
  const rows: RegulationRow[] = [
    {
      rule: 'EU AI Act, Article 12(1)-(2)',
      supports: `record of one run: period, status ${run?.status ?? 'unknown'}, ${steps.length} steps, plan and policy`,
      gap: 'says nothing about runs that are in no log',
    },
    {
      rule: 'EU AI Act, Article 14',
      supports: humans === 0 ? 'nothing: no human step in this run' : `${humans} signed human decisions`,
      gap: 'does not show that the reviewer understood the case',
    },
    {
      rule: 'HIPAA, 45 CFR 164.312(b) and (c)',
      supports: 'record of activity, and integrity of it by signatures and commitments',
      gap: 'who read the evidence later is in the access log, not here',
    },
    {
      rule: 'DORA, RTS 2024/1774, Article 12',
      supports: 'tamper-evident record of the run',
      gap: 'the clock is that of the operator unless a witness anchors it',
    },
    {
      rule: 'DORA, RTS 2024/1774, Article 6',
      supports: `${covered} of ${run?.stepCount ?? 0} steps shown not to be visible to the operator in use`,
      gap: verdict.simulated ? 'hardware is SIMULATED: no encryption in use' : 'steps that are withheld',
    },
  ];
  return verdict.outcome === 'verified' ? rows : rows.map((row) => ({ ...row, supports: nothing }));
}
