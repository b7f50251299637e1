import type { Check, Digest } from '#canonical';
import { type TrustFile, trustFileDigest } from '../trust/trust-file.js';
import { exitCodes, type Outcome, worstOutcome } from './reasons.js';
import { type BundleVerdict, isFailure } from './verdict.js';

/**
 * The same bundle under what is believed today: keys that were lost since, measurements and circuits that were
 * withdrawn, authorities that are no longer trusted. It is judged at the same T, because evidence that has run out since
 * was good when it was used.
 */
export interface HindsightVerdict {
  /** Names the updated trust file. */
  readonly trustDigest: Digest;
  /** Never better than that of the verdict as of T. */
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** Reason of the first check that decided the outcome; null when nothing speaks against the bundle. */
  readonly reason: string | null;
  /** What fails now and did not fail as of T. */
  readonly checks: readonly Check[];
}

/** Hindsight can only lower: an updated trust file that would accept more does not heal what failed as of T. */
export function inHindsight(
  asOfT: BundleVerdict,
  again: BundleVerdict,
  updated: TrustFile,
): HindsightVerdict {
  const outcome = worstOutcome([asOfT.outcome, again.outcome]);
  const failedThen = new Set(failures(asOfT).map(nameOf));
  return {
    trustDigest: trustFileDigest(updated),
    outcome,
    exitCode: exitCodes[outcome],
    reason: (outcome === again.outcome ? again : asOfT).reason,
    checks: failures(again).filter((check) => !failedThen.has(nameOf(check))),
  };
}

function failures({ stages }: Pick<BundleVerdict, 'stages'>): Check[] {
  return stages.flatMap(({ checks }) => checks.filter(isFailure));
}

function nameOf({ id, title, reason }: Check): string {
  return JSON.stringify([id, title, reason]);
}
