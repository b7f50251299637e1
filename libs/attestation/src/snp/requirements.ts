import type { SnpRules } from '../policy/policy-groups.js';

/** What a relying party asks of an SNP report beyond being genuine. */
export interface SnpRequirements {
  /** The SNP group of the appraisal policy. What it does not name is not asked for. */
  readonly rules: SnpRules;
  /**
   * The root seed of Milan VCEKs can be extracted by software (arXiv 2605.12990, "MilanLaunchy" and "BadFuse"), so
   * a report of any TCB can be forged and no minimum helps. True in the strict tier.
   */
  readonly refuseCompromisedProducts: boolean;
  /** `optional`: a missing list is noted and not refused. A list that is present is judged either way. */
  readonly revocation: 'required' | 'optional';
  /** How old a list may be, beside its own window; null for no limit. */
  readonly crlAgeMsMax: number | null;
}

export const strictSnpRequirements: SnpRequirements = {
  rules: {},
  refuseCompromisedProducts: true,
  revocation: 'required',
  crlAgeMsMax: null,
};

export const standardSnpRequirements: SnpRequirements = {
  ...strictSnpRequirements,
  refuseCompromisedProducts: false,
};

/** What the report must state; null where somebody else compares. */
export interface SnpExpectations {
  /** 64 bytes. */
  readonly reportData: Uint8Array | null;
  /** Accepted launch measurements, lower-case hex. */
  readonly measurements: readonly string[] | null;
}
