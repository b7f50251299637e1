import { CanonicalError } from './canonical-error.js';

const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
const MS_MIN = Date.parse('0000-01-01T00:00:00.000Z');
const MS_MAX = Date.parse('9999-12-31T23:59:59.999Z');

/** `YYYY-MM-DDThh:mm:ss.sssZ`, the only form of a time in signed data. @throws CanonicalError `TIME_INVALID` */
export function formatTime(ms: number): string {
  if (!Number.isInteger(ms) || ms < MS_MIN || ms > MS_MAX) {
    throw new CanonicalError(
      'TIME_INVALID',
      `expected whole milliseconds in the years 0000 to 9999, got ${ms}`,
    );
  }
  return new Date(ms).toISOString();
}

/** Milliseconds since the epoch. @throws CanonicalError `TIME_INVALID`, for days that do not exist too. */
export function parseTime(text: string): number {
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes 24:00:00 for the next day; the way back shows it.
  if (!Number.isNaN(ms) && new Date(ms).toISOString() === text) return ms;
  throw new CanonicalError('TIME_INVALID', 'expected a time as YYYY-MM-DDThh:mm:ss.sssZ');
}
