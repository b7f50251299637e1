import type { ApiError } from '#contracts';
import { invalidField } from '../request-fields.js';

/** The last event that a watcher saw. */
export interface ResumePoint {
  readonly sequence: number;
  /** How the digest of that event begins, in hex; empty at the beginning. */
  readonly digest: string;
}

/** Sequence numbers are 32-bit integers of the database. */
const SEQUENCE_MAX = 2_147_483_647;
const DIGEST_CHARS = 16;
const pattern = /^([1-9][0-9]{0,9})\.([0-9a-f]{16})$/;

/**
 * Number and digest: a token of another run, or of a history that a restored database no longer has, is refused
 * instead of leaving a gap. It hides nothing, since its holder was shown both.
 */
export function formatResumeToken({ sequence, digest }: { sequence: number; digest: string }): string {
  const from = 'sha256:'.length;
  return `${sequence}.${digest.slice(from, from + DIGEST_CHARS)}`;
}

export function parseResumeToken(token: string): ResumePoint {
  if (token === '') return { sequence: 0, digest: '' };
  const found = pattern.exec(token);
  const sequence = Number(found?.[1] ?? 'none');
  if (!(sequence <= SEQUENCE_MAX)) throw foreignToken();
  return { sequence, digest: found?.[2] ?? '' };
}

export function foreignToken(): ApiError {
  return invalidField('resume_token', 'a token that WatchRun gave for this run, or nothing');
}
