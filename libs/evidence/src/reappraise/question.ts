import { CanonicalError, isDigest, parseCommitment, parseTime } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { printable } from '../field-reader.js';

/** What a run rests on, by which runs can be looked for. */
export const subjectKinds = ['measurement', 'advisory', 'circuit', 'model'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export interface RunSubject {
  readonly by: SubjectKind;
  readonly value: string;
}

/** Which runs to judge again. */
export interface ReappraisalQuestion {
  /** End of the run, milliseconds since 1970: from this on. Null: no bound. */
  readonly fromMs: number | null;
  /** And before this. */
  readonly toMs: number | null;
  /** Runs that rest on one of these; empty: all runs of the period. */
  readonly subjects: readonly RunSubject[];
}

export interface QuestionInput {
  /** `YYYY-MM-DDThh:mm:ss.sssZ`, or milliseconds since 1970. */
  readonly from?: string | number;
  readonly to?: string | number;
  /** Launch measurements in hex, or digests of images. */
  readonly measurements?: readonly string[];
  /** E.g. `INTEL-SA-00960`. */
  readonly advisories?: readonly string[];
  /** Digests of circuit manifests. */
  readonly circuits?: readonly string[];
  /** Commitments to models as proofs state them, or digests of weights or model cards. */
  readonly models?: readonly string[];
}

const subjectsMax = 64;
const measurementPattern = /^(?:[0-9a-f]{64}|[0-9a-f]{96})$/;
const advisoryPattern = /^[A-Z0-9][A-Z0-9-]{2,63}$/;

/** Raises `QUESTION_INVALID`: a filter that is misspelt would find no run, and that would read as good news. */
export function parseQuestion(input: QuestionInput): ReappraisalQuestion {
  const fromMs = momentOf('from', input.from);
  const toMs = momentOf('to', input.to);
  if (fromMs !== null && toMs !== null && fromMs >= toMs)
    invalid('to', 'a time after from', String(input.to));
  const subjects = [
    ...(input.measurements ?? []).map((text) => measurement(text)),
    ...(input.advisories ?? []).map((text) => advisory(text)),
    ...(input.circuits ?? []).map((text) => circuit(text)),
    ...(input.models ?? []).map((text) => model(text)),
  ];
  if (subjects.length > subjectsMax) invalid('filters', `at most ${subjectsMax}`, String(subjects.length));
  return { fromMs, toMs, subjects };
}

function momentOf(field: string, given: string | number | undefined): number | null {
  if (given === undefined) return null;
  if (typeof given === 'number') {
    if (Number.isSafeInteger(given) && given >= 0) return given;
    return invalid(field, 'milliseconds since 1970', String(given));
  }
  try {
    return parseTime(given);
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    return invalid(field, 'a time YYYY-MM-DDThh:mm:ss.sssZ', given);
  }
}

function measurement(text: string): RunSubject {
  const value = text.toLowerCase();
  if (isDigest(value) || measurementPattern.test(value)) return { by: 'measurement', value };
  return invalid('measurement', '64 or 96 hex digits, or sha256:<hex> of an image', text);
}

function advisory(text: string): RunSubject {
  const value = text.toUpperCase();
  if (advisoryPattern.test(value)) return { by: 'advisory', value };
  return invalid('advisory', 'the name of an advisory, e.g. INTEL-SA-00960', text);
}

function circuit(text: string): RunSubject {
  if (isDigest(text)) return { by: 'circuit', value: text };
  return invalid('circuit', 'sha256:<hex> of a circuit manifest', text);
}

function model(text: string): RunSubject {
  if (isDigest(text) || isCommitment(text)) return { by: 'model', value: text };
  return invalid('model', 'sha256:<hex> of a model, or commit:<kind>:<hex> as its proofs state it', text);
}

function isCommitment(text: string): boolean {
  try {
    parseCommitment(text);
    return true;
  } catch (error) {
    if (error instanceof CanonicalError) return false;
    throw error;
  }
}

function invalid(field: string, expected: string, got: string): never {
  throw new EvidenceError(
    'QUESTION_INVALID',
    `${field}: expected ${expected}, got ${printable(got.slice(0, 100))}`,
  );
}
