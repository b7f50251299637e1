/** Closed: a new way to refuse a definition, a plan or a run state gets its own code here. */
export type WorkflowErrorCode =
  | 'DOCUMENT_INVALID'
  | 'SCHEMA_INVALID'
  | 'UNKNOWN_FIELD'
  | 'UNKNOWN_OPERATION'
  | 'UNKNOWN_REFERENCE'
  | 'MISSING_INPUT'
  | 'UNUSED_INPUT'
  | 'CYCLE'
  | 'CLASS_MISMATCH'
  | 'COMMITMENT_MISMATCH'
  | 'PLAINTEXT_EDGE_FORBIDDEN'
  | 'COMPENSATION_MISSING'
  | 'MAP_MISMATCH'
  | 'LIMIT_EXCEEDED'
  | 'ASSURANCE_BELOW_MINIMUM'
  | 'ROUTE_UNSATISFIABLE'
  | 'COST_ABOVE_CAP'
  | 'MISSING_PARAMETER'
  | 'PLAN_MISMATCH'
  | 'FACT_INVALID'
  | 'STATE_INVALID';

/** Where in the text, for formats that keep it. Both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

export interface WorkflowProblem {
  /** Place in the definition, e.g. `steps.score.in.features` or `rejected[0].field`; empty is the whole. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  /** What the author can do about it. */
  readonly hint: string;
  readonly position?: TextPosition | undefined;
}

/** Text of a definition appears in `got` cut to one short line; a definition holds no payload. */
export class WorkflowError extends Error {
  override readonly name = 'WorkflowError';
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
  readonly position: TextPosition | undefined;

  constructor(
    readonly code: WorkflowErrorCode,
    problem: WorkflowProblem,
  ) {
    super(messageOf(problem));
    this.path = problem.path;
    this.expected = problem.expected;
    this.got = problem.got;
    this.hint = problem.hint;
    this.position = problem.position;
  }

  /** The same refusal, with its place in the text. */
  at(position: TextPosition | undefined): WorkflowError {
    if (position === undefined || this.position !== undefined) return this;
    const { path, expected, got, hint } = this;
    return new WorkflowError(this.code, { path, expected, got, hint, position });
  }
}

function messageOf({ path, expected, got, hint, position }: WorkflowProblem): string {
  const place = path === '' ? 'definition' : path;
  const line = position === undefined ? '' : ` (line ${position.line}, column ${position.column})`;
  return `${place}${line}: expected ${expected}, got ${got}. ${hint}`;
}

const SHOWN_CHARS_MAX = 64;

/** An author's text on one line of a terminal: quoted, cut, without control characters. */
export function shown(text: string): string {
  const cut = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text;
  return JSON.stringify(cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?'));
}

export function listed(names: Iterable<string>): string {
  const all = [...names].sort();
  return all.length === 0 ? 'none' : all.join(', ');
}
