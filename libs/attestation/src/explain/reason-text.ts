/** What a reason means and what to do about it. */
export interface ReasonText {
  readonly meaning: string;
  readonly advice: string;
}

export const text = (meaning: string, advice: string): ReasonText => ({ meaning, advice });

/** Advice that many reasons share. */
export const forged = 'Treat the evidence as forged. Ask for new evidence and do not seal to this worker.';
export const ask = 'Ask the worker for new evidence. If it repeats, the worker or the way to it is broken.';
export const fetchData = 'Supply it: from the collateral service, or from a directory of collateral.';
export const update =
  'Have the operator update the machine, or accept the state in the policy, knowingly and for a time.';
export const decide = 'Decide whether the policy is right; the evidence will not change.';
