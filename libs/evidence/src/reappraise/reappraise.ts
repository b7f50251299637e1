import { parseTime } from '#canonical';
import type { TrustFile } from '../trust/trust-file.js';
import type { Outcome } from '../verify/reasons.js';
import type { Session, Today } from '../verify/session.js';
import { isFailure } from '../verify/verdict.js';
import { judgeOpened, openStages } from '../verify/verify-bundle.js';
import type { ReappraisalQuestion, RunSubject } from './question.js';
import { subjectKey, subjectsOf } from './run-subjects.js';

/*
 * Old runs under what is believed today. Trusted: the trust file of whoever asks. The end of a run, by which the period
 * picks it, is the word of whoever signed the root; what cannot be read belongs to every period and to every filter,
 * because nobody knows that it does not.
 */

/** `undecided`: a part is missing or unreadable, so nobody can say; never read as good news. */
export type Fate = 'holds' | 'would-fail' | 'undecided';

/** Why a run is in the answer. */
export interface Match extends RunSubject {
  /** False: the bundle does not show everything of this kind, so the run may rest on it. */
  readonly certain: boolean;
}

export interface Reappraisal {
  /** Null when the bundle could not be read that far. */
  readonly runId: string | null;
  readonly name: string | null;
  readonly endedAt: string | null;
  readonly fate: Fate;
  /** 0 holds, 1 would fail, otherwise that of the verdict. */
  readonly exitCode: number;
  /** Under the trust file that was given. */
  readonly outcome: Outcome;
  /** Reason of the first check that decided the outcome. */
  readonly reason: string | null;
  /** Reasons of all checks that failed, each once. */
  readonly reasons: readonly string[];
  /** Empty when nothing was asked for but a period. */
  readonly matchedBy: readonly Match[];
  readonly simulated: boolean;
}

const reasonsMax = 16;

/**
 * Judges one run again. Null: not a run that the question is about. Never throws on bytes.
 *
 * @param today vendor data that was published since, if the caller has some
 */
export async function reappraise(
  bytes: Uint8Array,
  trust: TrustFile,
  question: ReappraisalQuestion,
  today: Today | null = null,
): Promise<Reappraisal | null> {
  const opening = await openStages(bytes);
  const end = opening.opened?.root.period.end;
  if (end !== undefined && !isWithin(parseTime(end), question)) return null;
  const options = { at: null, ...(today === null ? {} : { today }) };
  const { verdict, session } = await judgeOpened(opening, trust, options);
  const matchedBy = session === null ? question.subjects.map(uncertain) : matches(session, question);
  if (question.subjects.length > 0 && matchedBy.length === 0) return null;
  const failed = verdict.stages.flatMap(({ checks }) => checks).filter(isFailure);
  const fate = fateOf(verdict.outcome);
  return {
    runId: verdict.run?.id ?? null,
    name: verdict.run?.name ?? null,
    endedAt: end ?? null,
    fate,
    exitCode: fate === 'would-fail' ? 1 : verdict.exitCode,
    outcome: verdict.outcome,
    reason: verdict.reason,
    reasons: [...new Set(failed.map(({ reason }) => reason ?? 'NONE'))].slice(0, reasonsMax),
    matchedBy,
    simulated: verdict.simulated,
  };
}

function isWithin(endMs: number, { fromMs, toMs }: ReappraisalQuestion): boolean {
  return (fromMs === null || endMs >= fromMs) && (toMs === null || endMs < toMs);
}

function matches(session: Session, { subjects }: ReappraisalQuestion): Match[] {
  if (subjects.length === 0) return [];
  const { known, open } = subjectsOf(session);
  return subjects.flatMap((subject): Match[] => {
    if (known.has(subjectKey(subject))) return [{ ...subject, certain: true }];
    return open.has(subject.by) ? [uncertain(subject)] : [];
  });
}

function uncertain(subject: RunSubject): Match {
  return { ...subject, certain: false };
}

function fateOf(outcome: Outcome): Fate {
  switch (outcome) {
    case 'verified':
      return 'holds';
    case 'failed':
    case 'policy':
    case 'trust-root':
      return 'would-fail';
    default:
      return 'undecided';
  }
}
