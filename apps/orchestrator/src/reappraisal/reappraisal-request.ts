import type { ReappraiseRunsRequest__Output } from '#contracts';
import {
  EvidenceError,
  parseQuestion,
  parseTrustFile,
  type ReappraisalQuestion,
  type TrustFile,
} from '#evidence';
import { limits } from '../config/limits.js';
import { invalidField, limitExceeded } from '../request-fields.js';
import { parseRunToken, type RunCursor } from '../runs/paging.js';
import { parseTenantName } from '../runs/resource-names.js';
import { milliseconds } from '../runs/timestamp.js';

/** A ReappraiseRuns request with every field checked. */
export interface ReappraisalRequest {
  readonly tenant: string;
  readonly trust: TrustFile;
  readonly question: ReappraisalQuestion;
  /** Runs to look at. */
  readonly size: number;
  readonly before: RunCursor | null;
}

export function parseReappraisalRequest(request: ReappraiseRunsRequest__Output): ReappraisalRequest {
  const tenant = parseTenantName(request.parent);
  const { trustFile, pageSize } = request;
  if (trustFile.length > limits.trustFileBytesMax)
    throw limitExceeded('trustFileBytesMax', trustFile.length, 'no trust file is this large');
  if (pageSize < 0)
    throw invalidField(
      'page_size',
      `1 to ${limits.reappraisalPageMax}, or 0 for the default`,
      String(pageSize),
    );
  return {
    tenant,
    trust: read('trust_file', () => parseTrustFile(trustFile)),
    question: read('filters', () => questionOf(request)),
    size: pageSize === 0 ? limits.reappraisalPageMax : Math.min(pageSize, limits.reappraisalPageMax),
    before: parseRunToken(request.pageToken, 'ReappraiseRuns'),
  };
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
