import type { ApiError } from '#contracts';
import { limits } from '../config/limits.js';
import { invalidField } from '../request-fields.js';

/** Sequence numbers and versions are 32-bit integers of the database. */
const SEQUENCE_MAX = 2_147_483_647;
const runTokenPattern = /^([0-9]{1,15})\.([0-9A-HJKMNP-TV-Z]{26})$/;

/** Where a page of runs ended: its last run by time and, among runs of one millisecond, by id. */
export interface RunCursor {
  readonly createdMs: number;
  readonly runId: string;
}

export function formatRunToken({ createdMs, runId }: RunCursor): string {
  return `${createdMs}.${runId}`;
}

export function parseRunToken(token: string, method = 'ListRuns'): RunCursor | null {
  if (token === '') return null;
  const found = runTokenPattern.exec(token);
  const createdMs = Number(found?.[1] ?? 'none');
  // The last moment that JavaScript and the database both have.
  if (!(createdMs <= 8_640_000_000_000_000)) throw foreignToken('page_token', method);
  return { createdMs, runId: found?.[2] ?? '' };
}

/** A token that is the number after which to go on; empty is the beginning. */
export function parseSequenceToken(field: string, token: string, method: string): number {
  if (token === '') return 0;
  const sequence = /^(0|[1-9][0-9]{0,9})$/.test(token) ? Number(token) : Number.NaN;
  if (!(sequence <= SEQUENCE_MAX)) throw foreignToken(field, method);
  return sequence;
}

export function foreignToken(field: string, method: string): ApiError {
  return invalidField(field, `a token that ${method} gave, or nothing`);
}

/** AIP-158: 0 is the default size, a larger one than allowed is cut, a negative one is an error. */
export function pageSize(wanted: number): number {
  if (wanted < 0)
    throw invalidField('page_size', `1 to ${limits.pageSizeMax}, or 0 for the default`, String(wanted));
  return wanted === 0 ? limits.pageSizeMax : Math.min(wanted, limits.pageSizeMax);
}
