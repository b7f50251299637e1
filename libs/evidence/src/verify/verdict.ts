import type { Check } from '#canonical';
import type { RunStatus, RunValue } from '../statements/root.js';
import type { AssurancePair, StepKind } from '../statements/step.js';
import type { HindsightVerdict } from './hindsight.js';
import { exitCodes, type Outcome, outcomeFor, worstOutcome } from './reasons.js';

/** The order of the stages is part of the format: two verifiers can be compared line by line. */
export const stageNames = [
  'parse',
  'schema',
  'blobs',
  'log',
  'time',
  'root',
  'tree',
  'signatures',
  'evidence',
  'edges',
  'freshness',
  'policy',
  'assurance',
] as const;
export type StageName = (typeof stageNames)[number];

export interface StageVerdict {
  readonly name: StageName;
  readonly checks: readonly Check[];
}

export interface StepVerdict extends AssurancePair {
  readonly stepId: string;
  readonly kind: StepKind;
  readonly operation: string;
  /** What the executor claimed; the established pair above is never better. */
  readonly claimed: AssurancePair;
  /** What the integrity level rests on. */
  readonly anchor: string;
  /** Who could open what the step read or keeps. */
  readonly keyHolder: string;
  readonly summary: string;
  /** Simulated hardware or dev keys stand behind the step. */
  readonly simulated: boolean;
  /** The step could be run again from its ciphertexts, and was not. */
  readonly replayable: boolean;
  /** The statement is not in the bundle: kind and operation are those of the plan. */
  readonly withheld?: true;
}

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly reason: string;
  readonly start: string;
  readonly end: string;
  readonly stepCount: number;
  readonly skipped: readonly string[];
  /** What went in and came out, by commitment. Open a result against these, never against what a server says. */
  readonly inputs: readonly RunValue[];
  readonly outputs: readonly RunValue[];
}

export interface LogSummary {
  readonly origin: string;
  readonly index: number;
  readonly size: number;
  readonly witnesses: readonly string[];
}

/** The time as of which everything was judged, and who says so. */
export interface AsOf {
  readonly time: string;
  readonly source: 'caller' | 'timestamp' | 'witness' | 'operator';
  /** Timestamp authorities that said so, by their names in the trust file. */
  readonly authorities?: readonly string[];
  /** How many witnesses the trust file knows. */
  readonly witnessesKnown?: number;
}

/** A part that exists by what is signed, and that the sender does not show. */
export interface WithheldPart {
  readonly kind: 'step' | 'field' | 'blob' | 'appraisal';
  readonly what: string;
  /** What proves that it exists. */
  readonly where: string;
}

export interface BundleVerdict {
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** Reason of the first check that decided the outcome; null when verified. */
  readonly reason: string | null;
  readonly asOf: AsOf | null;
  readonly run: RunSummary | null;
  readonly log: LogSummary | null;
  readonly stages: readonly StageVerdict[];
  readonly steps: readonly StepVerdict[];
  /** What no part of the bundle proves, in plain words. */
  readonly notProven: readonly string[];
  /** What could have been checked and was not. */
  readonly notChecked: readonly string[];
  /** Steps whose existence is proved and whose statement is not in the bundle. */
  readonly withheld: number;
  /** Exactly what the sender withholds, each part proved to exist. */
  readonly withheldParts: readonly WithheldPart[];
  readonly simulated: boolean;
  /** Null unless the caller gave an updated trust file. The outcome above stays that as of T. */
  readonly hindsight: HindsightVerdict | null;
}

export function isFailure(check: Check): boolean {
  return check.result === 'fail' || check.result === 'error';
}

/** The outcome of all checks together, and the first check that decided it. */
export function decide(checks: readonly Check[]): Pick<BundleVerdict, 'outcome' | 'exitCode' | 'reason'> {
  const failures = checks.filter(isFailure);
  const outcome = worstOutcome(failures.map(({ reason }) => outcomeFor(reason)));
  const decisive = failures.find(({ reason }) => outcomeFor(reason) === outcome);
  return { outcome, exitCode: exitCodes[outcome], reason: decisive?.reason ?? null };
}
