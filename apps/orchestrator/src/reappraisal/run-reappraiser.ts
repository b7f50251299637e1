import { Inject, Injectable } from '@nestjs/common';
import { ApiError, type ReappraisedRun, type ReappraiseRunsResponse } from '#contracts';
import type { Fate, Reappraisal } from '#evidence';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { AccessLog } from '../log/access-log.js';
import type { ListedRun } from '../runs/listed-run.js';
import { runName } from '../runs/resource-names.js';
import { RunStore } from '../runs/run-store.js';
import { timestamp } from '../runs/timestamp.js';
import { CLOCK, type Clock } from '../tokens.js';
import { ReappraisalJudge } from './reappraisal-judge.js';
import type { ReappraisalRequest } from './reappraisal-request.js';

const fates = {
  holds: 'REAPPRAISAL_FATE_HOLDS',
  'would-fail': 'REAPPRAISAL_FATE_WOULD_FAIL',
  undecided: 'REAPPRAISAL_FATE_UNDECIDED',
} as const satisfies Readonly<Record<Fate, string>>;

/**
 * Old runs under a trust file of today, a page at a time. Every bundle that is opened is an access to evidence, and is
 * recorded before it is opened.
 */
@Injectable()
export class RunReappraiser {
  #pages = 0;

  constructor(
    private readonly runs: RunStore,
    private readonly blobs: BlobStore,
    private readonly access: AccessLog,
    private readonly judge: ReappraisalJudge,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async page(
    request: ReappraisalRequest,
    actor: string,
    isGone: () => boolean = () => false,
  ): Promise<ReappraiseRunsResponse> {
    if (this.#pages >= limits.reappraisalsMax) {
      const facts = { limit: 'reappraisalsMax', max: String(limits.reappraisalsMax) };
      const message = `${this.#pages} calls judge old runs already: call again when one of them has ended`;
      throw new ApiError('LIMIT_EXCEEDED', message, { facts });
    }
    this.#pages += 1;
    try {
      return await this.#page(request, actor, isGone);
    } finally {
      this.#pages -= 1;
    }
  }

  /** Ends early when its time is over: what is left is the next page. */
  async #page(
    request: ReappraisalRequest,
    actor: string,
    isGone: () => boolean,
  ): Promise<ReappraiseRunsResponse> {
    const { tenant, question, query } = request;
    const rows = await this.runs.judgeable(tenant, question, query);
    const untilMs = this.clock() + limits.reappraisalMs;
    const found: ReappraisedRun[] = [];
    let judged = 0;
    for (const row of rows.slice(0, query.size)) {
      if (judged > 0 && (this.clock() >= untilMs || isGone())) break;
      judged += 1;
      await this.access.record({ tenant, runId: row.runId, actor, action: 'reappraise-run' });
      const bundle = await this.blobs.getFor(tenant, row.bundle ?? '');
      const reappraisal = await this.judge.judge(bundle, request.trust, question);
      if (reappraisal !== null) found.push(message(row, reappraisal));
    }
    const { nextPageToken } = query.page(rows, judged);
    return { runs: found, judgedCount: judged, nextPageToken };
  }
}

function message(row: ListedRun, reappraisal: Reappraisal): ReappraisedRun {
  return {
    run: runName(row.tenant, row.runId),
    endTime: timestamp(row.endedAt),
    fate: fates[reappraisal.fate],
    outcome: reappraisal.outcome,
    reason: reappraisal.reason ?? '',
    reasons: [...reappraisal.reasons],
    matchedBy: reappraisal.matchedBy.map((match) => ({ ...match })),
    simulated: reappraisal.simulated,
    bundle: row.bundle ?? '',
  };
}
