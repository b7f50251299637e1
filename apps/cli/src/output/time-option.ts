import { CanonicalError, parseTime } from '#canonical';
import { UsageError } from './failure.js';

/** A time that the user gave, in milliseconds since 1970. */
export function timeOption(name: string, text: string): number {
  try {
    return parseTime(text);
  } catch (error) {
    if (error instanceof CanonicalError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}
