import type { Fate } from '#evidence';

/** One run of an answer, from files or from an orchestrator. */
export interface AnswerLine {
  /** File or resource name. */
  readonly where: string;
  readonly fate: Fate | null;
  readonly endedAt: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly matchedBy: readonly string[];
  readonly simulated: boolean;
}

/** What all lines come to. */
export interface Tally {
  /** Runs that the question is not about. */
  readonly others: number;
  readonly fates: readonly (Fate | null)[];
  readonly milliseconds: number;
}

const words: Readonly<Record<Fate, string>> = {
  holds: 'HOLDS',
  'would-fail': 'WOULD FAIL',
  undecided: 'UNDECIDED',
};

/** One line a run, for people. */
export function lineOf(line: AnswerLine): string {
  const word = (line.fate === null ? 'UNREADABLE' : words[line.fate]).padEnd(10);
  const reason = line.reason === null ? '' : `  ${line.outcome}: ${line.reason}`;
  const matched = line.matchedBy.length === 0 ? '' : `  by ${line.matchedBy.join(', ')}`;
  const simulated = line.simulated ? '  SIMULATED' : '';
  const text = `${word}  ${line.endedAt ?? 'end unknown'}  ${line.where}${reason}${matched}${simulated}`;
  return `${text.replaceAll(/[^\x20-\x7e]/g, '?')}\n`;
}

export function summaryOf({ others, fates, milliseconds }: Tally): string {
  const count = (fate: Fate): number => fates.filter((found) => found === fate).length;
  const unreadable = fates.filter((fate) => fate === null).length;
  const parts = [
    `${count('would-fail')} would fail`,
    `${count('holds')} hold`,
    ...(count('undecided') === 0 ? [] : [`${count('undecided')} undecided`]),
    ...(unreadable === 0 ? [] : [`${unreadable} unreadable`]),
    ...(others === 0 ? [] : [`${others} not asked about`]),
  ];
  return `${fates.length + others} runs in ${(milliseconds / 1000).toFixed(2)} s: ${parts.join(', ')}\n`;
}
