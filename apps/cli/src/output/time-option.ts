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
