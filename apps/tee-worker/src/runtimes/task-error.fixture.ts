import { TaskError } from '#worker';

/** The code that a task is refused with, or `accepted`. Any other error is thrown on. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof TaskError) return error.code;
    throw error;
  }
}
