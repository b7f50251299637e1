import type { Fate } from '#evidence';

/** What is known of one run, from a file or from an orchestrator. */
export interface Answered {
  /** File or resource name. */
  readonly where: string;
  /** Null when it could not be read. */
  readonly fate: Fate | null;
  readonly error?: string;
  readonly runId?: string | null;
  readonly endedAt?: string | null;
  readonly outcome?: string;
  readonly reason?: string | null;
  readonly matchedBy?: readonly { readonly by: string; readonly value: string; readonly certain: boolean }[];
  readonly simulated?: boolean;
}

const words: Readonly<Record<Fate, string>> = {
  holds: 'HOLDS',
  'would-fail': 'WOULD FAIL',
  undecided: 'UNDECIDED',
};

/** One line a run, for people. */
export function lineOf(answer: Answered): string {
  if (answer.fate === null) return printable(`${'UNREADABLE'.padEnd(10)}  ${answer.error ?? answer.where}`);
  const matched = (answer.matchedBy ?? []).map(
    ({ by, value, certain }) => `${by} ${value}${certain ? '' : ' (not shown, cannot be ruled out)'}`,
  );
  const parts = [
    words[answer.fate].padEnd(10),
    answer.endedAt ?? 'end unknown',
    ...(answer.runId == null ? [] : [answer.runId]),
    answer.where,
    ...(answer.reason == null ? [] : [`${answer.outcome}: ${answer.reason}`]),
    ...(matched.length === 0 ? [] : [`by ${matched.join(', ')}`]),
    ...(answer.simulated === true ? ['SIMULATED'] : []),
  ];
  return printable(parts.join('  '));
}

export function summaryOf({
  judged,
  fates,
  milliseconds,
}: {
  /** Runs that were looked at, found or not. */
  readonly judged: number;
  readonly fates: readonly (Fate | null)[];
  readonly milliseconds: number;
}): string {
  const count = (fate: Fate | null): number => fates.filter((found) => found === fate).length;
  const some = (many: number, word: string): string[] => (many === 0 ? [] : [`${many} ${word}`]);
  const parts = [
    `${count('would-fail')} would fail`,
    `${count('holds')} hold`,
    ...some(count('undecided'), 'undecided'),
    ...some(count(null), 'unreadable'),
    ...some(judged - fates.length, 'not asked about'),
  ];
  return `${judged} runs in ${(milliseconds / 1000).toFixed(2)} s: ${parts.join(', ')}\n`;
}

function printable(text: string): string {
  return `${text.replaceAll(/[^\x20-\x7e]/g, '?')}\n`;
}
