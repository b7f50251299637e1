import { isWithheldReason, type Outcome } from '../verify/reasons.js';
import { type BundleVerdict, isFailure, type WithheldPart } from '../verify/verdict.js';

/*
 * The first line of every rendering of a verdict, in the terminal, on a page and on paper. Forged, incomplete, outdated,
 * not allowed and cannot check are five different things: a reader who mixes them up accuses the wrong party.
 */

/** One or two words, for a line of a batch. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  verified: 'VERIFIED',
  failed: 'FAILED',
  incomplete: 'INCOMPLETE',
  policy: 'NOT ALLOWED',
  'trust-root': 'CANNOT CHECK',
  version: 'OUTDATED',
  malformed: 'MALFORMED',
};

export const headlines: Readonly<Record<Outcome, string>> = {
  verified: 'VERIFIED',
  failed: 'FAILED: tampered, forged or inconsistent',
  incomplete: 'INCOMPLETE: a needed part is missing',
  policy: 'AUTHENTIC, BUT NOT ALLOWED by the policy',
  'trust-root': 'CANNOT CHECK: the trust file does not know a party',
  version: 'OUTDATED: this verifier does not know the version of the bundle; one of the two is too old',
  malformed: 'MALFORMED: not a bundle',
};

/** What a reader must not miss where simulated hardware or dev keys stand behind a run. */
export const simulatedWarning =
  'hardware or keys behind this run are simulated: it protects nothing and proves nothing';

/** A gap that the sender makes and proves is another thing than a part that is lost. */
export function headlineOf({ outcome, stages, withheldParts }: BundleVerdict): string {
  const failures = stages.flatMap(({ checks }) => checks.filter(isFailure));
  if (outcome !== 'incomplete' || !failures.every(({ reason }) => isWithheldReason(reason)))
    return headlines[outcome];
  return `INCOMPLETE: what is here verifies; ${counted(withheldParts)} withheld, existence proved`;
}

function counted(parts: readonly WithheldPart[]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of parts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds].map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ');
}
