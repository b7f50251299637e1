/** Is the result right? Weakest first, so that a minimum is one comparison. */
export const INTEGRITY_LEVELS = [
  'SIMULATED',
  'ASSERTED',
  'SIGNED',
  'ATTESTED',
  'REPLAYED',
  'PROVED',
] as const;
export type Integrity = (typeof INTEGRITY_LEVELS)[number];

/** Who saw the data? Weakest first. */
export const CONFIDENTIALITY_LEVELS = ['OPERATOR_VISIBLE', 'ENCLAVE', 'ENCRYPTED', 'CLIENT_ONLY'] as const;
export type Confidentiality = (typeof CONFIDENTIALITY_LEVELS)[number];

/**
 * Two axes, never one score: a proof says nothing about who saw the witness, a ciphertext nothing about whether
 * the sum is right.
 */
export interface Assurance {
  readonly integrity: Integrity;
  readonly confidentiality: Confidentiality;
}

export function integrityReaches(level: Integrity, minimum: Integrity): boolean {
  return INTEGRITY_LEVELS.indexOf(level) >= INTEGRITY_LEVELS.indexOf(minimum);
}

export function confidentialityReaches(level: Confidentiality, minimum: Confidentiality): boolean {
  return CONFIDENTIALITY_LEVELS.indexOf(level) >= CONFIDENTIALITY_LEVELS.indexOf(minimum);
}

/** A chain of tasks is worth its weakest link, on each axis by itself. */
export function weakestAssurance(levels: readonly [Assurance, ...Assurance[]]): Assurance {
  return levels.reduce((weakest, level) => ({
    integrity: integrityReaches(level.integrity, weakest.integrity) ? weakest.integrity : level.integrity,
    confidentiality: confidentialityReaches(level.confidentiality, weakest.confidentiality)
      ? weakest.confidentiality
      : level.confidentiality,
  }));
}
