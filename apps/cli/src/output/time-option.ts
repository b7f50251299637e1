import { CanonicalError, parseTime } from '#canonical';
import { UsageError } from './failure.js';

/** A time that the user may give, in milliseconds since 1970. */
export function timeOption(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  try {
    return parseTime(text);
  } catch (error) {
    if (error instanceof CanonicalError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

/** `--until`: a time that has not passed, or so long from now. */
export function laterTime(text: string | undefined, elseInMs: number): number {
  const nowMs = Date.now();
  const untilMs = timeOption('--until', text) ?? nowMs + elseInMs;
  if (untilMs > nowMs) return untilMs;
  throw new UsageError('--until: expected a time that has not passed');
}
