import type { ApiError } from '#contracts';
import { invalidField } from '../request-fields.js';

/** Sequence numbers are 32-bit integers of the database. */
const SEQUENCE_MAX = 2_147_483_647;

/** A token that is the number after which to go on; empty is the beginning. */
export function parseResumeToken(token: string): number {
  if (token === '') return 0;
  const sequence = /^(0|[1-9][0-9]{0,9})$/.test(token) ? Number(token) : Number.NaN;
  if (!(sequence <= SEQUENCE_MAX)) throw foreignToken();
  return sequence;
}

export function foreignToken(): ApiError {
  return invalidField('resume_token', 'a token that WatchRun gave for this run, or nothing');
}
