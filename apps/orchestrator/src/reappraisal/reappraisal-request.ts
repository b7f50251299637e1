import { canonicalBytes, sha256, toHex, toJson } from '#canonical';
import type { ReappraiseRunsRequest__Output } from '#contracts';
import {
  EvidenceError,
  parseQuestion,
  parseTrustFile,
  type ReappraisalQuestion,
  type TrustFile,
} from '#evidence';
import { limits } from '../config/limits.js';
import { type ListQuery, parseListQuery } from '../listing/list-query.js';
import type { PageTokens } from '../listing/page-tokens.js';
import { invalidField, limitExceeded } from '../request-fields.js';
import type { ListedRun } from '../runs/listed-run.js';
import { parseTenantName } from '../runs/resource-names.js';
import { reappraisalList } from '../runs/run-lists.js';
import { milliseconds } from '../runs/timestamp.js';

/** A ReappraiseRuns request with every field checked. */
export interface ReappraisalRequest {
  readonly tenant: string;
  readonly trust: TrustFile;
  readonly question: ReappraisalQuestion;
  /** Runs to look at. */
  readonly query: ListQuery<ListedRun>;
}

export function parseReappraisalRequest(
  request: ReappraiseRunsRequest__Output,
  tokens: PageTokens,
): ReappraisalRequest {
  const tenant = parseTenantName(request.parent);
  const { trustFile, pageSize, pageToken } = request;
  if (trustFile.length > limits.trustFileBytesMax)
    throw limitExceeded('trustFileBytesMax', trustFile.length, 'no trust file is this large');
  const trust = read('trust_file', () => parseTrustFile(trustFile));
  const question = read('filters', () => questionOf(request));
  // A page goes on under the trust file and the question that it began with.
  const scope = toHex(sha256(trustFile, canonicalBytes([tenant, toJson(question)])));
  const query = parseListQuery(
    reappraisalList,
    scope,
    { pageSize, pageToken },
    tokens,
    limits.reappraisalPageMax,
  );
  return { tenant, trust, question, query };
}

function questionOf(request: ReappraiseRunsRequest__Output): ReappraisalQuestion {
  const from = milliseconds(request.startTime);
  const to = milliseconds(request.endTime);
  return parseQuestion({
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    measurements: request.measurements,
    advisories: request.advisories,
    circuits: request.circuits,
    models: request.models,
  });
}

function read<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof EvidenceError) throw invalidField(field, `a valid one (${error.message})`);
    throw error;
  }
}
