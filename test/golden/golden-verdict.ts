import type { BundleVerdict } from '#evidence';

/** What a caller learns first: the exit code of the process, its word, and why. */
export interface Answer {
  readonly exitCode: number;
  readonly outcome: string;
  readonly reason: string | null;
}

/** A verdict as far as every later version must come to it again. */
export interface GoldenVerdict extends Answer {
  readonly status: string;
  readonly steps: readonly {
    readonly stepId: string;
    readonly integrity: string;
    readonly confidentiality: string;
  }[];
  /** From the second version on. */
  readonly asOf?: { readonly source: string; readonly authorities: readonly string[] };
  readonly witnesses?: readonly string[];
  readonly withheld?: readonly string[];
  /** Names of the bundle's checks by what each said at its worst: `pass`, or `fail BLOB_DETACHED`. */
  readonly checks?: Readonly<Record<string, string>>;
}

type Judged = Pick<BundleVerdict, 'exitCode' | 'outcome' | 'reason' | 'hindsight'>;

/** Whose exit code is that of the process: with an updated trust file, the second verdict. */
export function answerOf({ exitCode, outcome, reason, hindsight }: Judged): Answer {
  if (hindsight === null) return { exitCode, outcome, reason };
  return { exitCode: hindsight.exitCode, outcome: hindsight.outcome, reason: hindsight.reason };
}

export function goldenVerdictOf(verdict: BundleVerdict): Required<GoldenVerdict> {
  const { run, steps, asOf, log, withheldParts } = verdict;
  return {
    ...answerOf(verdict),
    status: run?.status ?? '',
    steps: steps.map(({ stepId, integrity, confidentiality }) => ({ stepId, integrity, confidentiality })),
    asOf: { source: asOf?.source ?? '', authorities: asOf?.authorities ?? [] },
    witnesses: log?.witnesses ?? [],
    withheld: withheldParts.map(({ kind, what }) => `${kind} ${what}`),
    checks: checksOf(verdict),
  };
}

const worstFirst = ['error', 'fail', 'warn', 'skip', 'pass'] as const;

/** Checks of bundles are named; those of hardware evidence are the affair of the level that a step reaches. */
function checksOf({ stages }: BundleVerdict): Record<string, string> {
  const worst = new Map<string, string>();
  const rank = (said: string): number => worstFirst.findIndex((result) => said.startsWith(result));
  for (const { id, result, reason } of stages.flatMap(({ checks }) => checks)) {
    if (!id.startsWith('BND-')) continue;
    const said = reason === null ? result : `${result} ${reason}`;
    const before = worst.get(id);
    if (before === undefined || rank(said) < rank(before)) worst.set(id, said);
  }
  const groups: Record<string, string> = {};
  for (const [id, said] of [...worst].sort()) groups[said] = `${groups[said] ?? ''} ${id}`.trim();
  return groups;
}
