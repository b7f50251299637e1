import type { Api } from '../api/client.js';

/** One run as POST …/reappraisals answers it. */
export interface Reappraised {
  readonly run: string;
  readonly endTime?: string;
  readonly fate: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly reasons?: readonly string[];
  readonly simulated?: boolean;
}

export interface Compared {
  readonly before: Reappraised;
  readonly after: Reappraised;
}

export interface WhatIf {
  /** Runs that were judged under both. */
  readonly judged: number;
  /** Whether the period has more than were looked at. */
  readonly more: boolean;
  readonly differ: readonly Compared[];
}

interface Answer {
  readonly runs?: readonly Reappraised[];
  readonly judgedCount?: number;
  readonly nextPageToken?: string;
}

export interface Question {
  /** The reader's own trust file: roots, keys and logs are theirs under either policy. */
  readonly trust: Uint8Array;
  readonly before: unknown;
  readonly after: unknown;
  readonly startTime?: string;
  readonly endTime?: string;
  /** At most so many runs, the newest first. */
  readonly runsMax: number;
}

const PAGE = 25;

/**
 * Has the server judge the stored evidence of a period under two policies, by the code that every verifier is, and keeps
 * what differs. The two are judged page by page, so that both saw the same runs.
 */
export async function whatIf(
  api: Pick<Api, 'send'>,
  question: Question,
  onProgress: (judged: number) => void,
  signal: AbortSignal,
): Promise<WhatIf> {
  const before = passOf(api, withPolicy(question.trust, question.before), question, signal);
  const after = passOf(api, withPolicy(question.trust, question.after), question, signal);
  onProgress(0);
  // One after the other: each bundle keeps a processor of the server busy.
  for (const pass of [before, after]) {
    while (pass.judged() < question.runsMax && pass.hasMore()) {
      await pass.next();
      onProgress(Math.floor((before.judged() + after.judged()) / 2));
    }
  }
  const [left, right] = [before.found(), after.found()];
  const both = [...left.keys()].filter((run) => right.has(run));
  const differ = both.flatMap((run): Compared[] => {
    const pair = { before: left.get(run), after: right.get(run) };
    return pair.before !== undefined && pair.after !== undefined && isOther(pair.before, pair.after)
      ? [{ before: pair.before, after: pair.after }]
      : [];
  });
  return { judged: both.length, more: before.hasMore() || after.hasMore(), differ };
}

function passOf(api: Pick<Api, 'send'>, trustFile: string, question: Question, signal: AbortSignal) {
  const runs = new Map<string, Reappraised>();
  const { startTime, endTime, runsMax } = question;
  let pageToken = '';
  let judged = 0;
  let more = true;
  return {
    judged: () => judged,
    hasMore: () => more,
    found: () => runs,
    async next(): Promise<void> {
      const pageSize = Math.min(PAGE, runsMax - judged);
      const body = {
        trustFile,
        pageSize,
        pageToken,
        ...(startTime === undefined ? {} : { startTime }),
        ...(endTime === undefined ? {} : { endTime }),
      };
      const page = await api.send<Answer>('reappraisals', body, signal);
      for (const run of page.runs ?? []) runs.set(run.run, run);
      judged += page.judgedCount ?? 0;
      pageToken = page.nextPageToken ?? '';
      more = pageToken !== '';
    },
  };
}

/** The reasons count as well: a run that fails under both may fail for another one. */
function isOther(before: Reappraised, after: Reappraised): boolean {
  const told = ({ fate, outcome = '', reasons = [] }: Reappraised): string =>
    JSON.stringify([fate, outcome, [...reasons].sort()]);
  return told(before) !== told(after);
}

/** The trust file with another policy, base64. It was read as JSON before, or this raises a SyntaxError. */
export function withPolicy(trust: Uint8Array, policy: unknown): string {
  const file: unknown = JSON.parse(new TextDecoder().decode(trust));
  const changed = { ...(typeof file === 'object' ? file : null), policy };
  const bytes = new TextEncoder().encode(JSON.stringify(changed));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
