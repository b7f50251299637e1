import type { Timestamp__Output } from '#contracts';
import { invalidField } from '../request-fields.js';
import { milliseconds } from '../runs/timestamp.js';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 30;
const DAYS_MAX = 400;
/** RFC 3339 has four digits for a year. */
const TIME_MAX_MS = Date.UTC(9_999, 0, 1);

/** From a time on, and before another. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The last 30 days where nothing is said; a bound that is left out is 30 days from the other, or now. */
export function parsePeriod(
  {
    startTime,
    endTime,
  }: { readonly startTime: Timestamp__Output | null; readonly endTime: Timestamp__Output | null },
  nowMs: number,
): Period {
  for (const [field, time] of [
    ['start_time', startTime],
    ['end_time', endTime],
  ] as const) {
    const ms = milliseconds(time) ?? 0;
    if (!(ms >= 0 && ms < TIME_MAX_MS)) throw invalidField(field, 'a time from 1970 to 9999, or nothing');
  }
  const from = milliseconds(startTime);
  const toMs = milliseconds(endTime) ?? (from === null ? nowMs : Math.max(nowMs, from + DAY_MS));
  const fromMs = from ?? toMs - DEFAULT_DAYS * DAY_MS;
  if (!(fromMs < toMs)) throw invalidField('end_time', 'a time after start_time');
  if (toMs - fromMs > DAYS_MAX * DAY_MS)
    throw invalidField('start_time', `at most ${DAYS_MAX} days before end_time`);
  return { fromMs, toMs };
}

/** For the database. */
export function bounds({ fromMs, toMs }: Period): { readonly from: string; readonly to: string } {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
