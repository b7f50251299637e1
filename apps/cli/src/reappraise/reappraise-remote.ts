import { type ReappraisedRun__Output, type ReappraiseRunsResponse__Output, unary } from '#contracts';
import {
  encodeTrustFile,
  type Fate,
  type ReappraisalQuestion,
  type SubjectKind,
  type TrustFile,
} from '#evidence';
import { credentialOf } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { exitCode } from '../output/failure.js';
import { dial } from '../stack/dial.js';
import { tlsFor } from '../stack/tls-for.js';

/** One run, in the words of an orchestrator. It is its word: whoever has to rely on it verifies the bundle. */
export interface RemoteRun {
  readonly run: string;
  readonly endedAt: string | null;
  readonly fate: Fate;
  readonly exitCode: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly reasons: readonly string[];
  readonly matchedBy: readonly { readonly by: string; readonly value: string; readonly certain: boolean }[];
  readonly simulated: boolean;
  readonly bundle: string;
}

const PAGE_DEADLINE_MS = 60_000;
/** An answer that never ends is no answer. */
const PAGES_MAX = 100_000;

const fates: Readonly<Record<string, Fate>> = {
  REAPPRAISAL_FATE_HOLDS: 'holds',
  REAPPRAISAL_FATE_WOULD_FAIL: 'would-fail',
};
const exitCodeOf: Readonly<Record<Fate, number>> = {
  holds: exitCode.verified,
  'would-fail': exitCode.failed,
  undecided: exitCode.incomplete,
};

/**
 * Lets an orchestrator judge its own old runs.
 *
 * @returns how many runs it looked at
 */
export async function reappraiseRemote(
  target: { readonly orchestrator: string; readonly tenant: string },
  trust: TrustFile,
  { fromMs, toMs, subjects }: ReappraisalQuestion,
  onRun: (run: RemoteRun) => void,
): Promise<number> {
  const services = dial(target.orchestrator, {
    bearer: credentialOf(homeFolder(), 'tenant'),
    tls: tlsFor(target.orchestrator),
  });
  const values = (kind: SubjectKind): string[] =>
    subjects.filter(({ by }) => by === kind).map(({ value }) => value);
  const request = {
    parent: `tenants/${target.tenant}`,
    trustFile: Buffer.from(encodeTrustFile(trust)),
    startTime: timeOf(fromMs),
    endTime: timeOf(toMs),
    measurements: values('measurement'),
    advisories: values('advisory'),
    circuits: values('circuit'),
    models: values('model'),
  };
  try {
    let pageToken = '';
    let judged = 0;
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const asked = { ...request, pageToken };
      const page = await unary<ReappraiseRunsResponse__Output>(
        (options, callback) => services.evidence.reappraiseRuns(asked, options, callback),
        { deadlineMs: PAGE_DEADLINE_MS },
      );
      for (const run of page.runs) onRun(remoteRun(run));
      judged += page.judgedCount;
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    return judged;
  } finally {
    services.close();
  }
}

function remoteRun({ endTime, reason, ...run }: ReappraisedRun__Output): RemoteRun {
  const fate = fates[run.fate] ?? 'undecided';
  const endedMs = endTime === null ? Number.NaN : Number(endTime.seconds) * 1000 + endTime.nanos / 1_000_000;
  return {
    ...run,
    endedAt: Number.isFinite(endedMs) ? new Date(endedMs).toISOString() : null,
    fate,
    exitCode: exitCodeOf[fate],
    reason: reason === '' ? null : reason,
  };
}

function timeOf(ms: number | null) {
  if (ms === null) return null;
  const seconds = Math.floor(ms / 1000);
  return { seconds: String(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}
