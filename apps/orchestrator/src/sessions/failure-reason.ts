const reasonPattern = /^[A-Z][A-Z0-9_]{0,63}$/;
/** Said by the orchestrator of tasks that it stopped. */
const ownReasons: readonly string[] = ['CANCELLED', 'RUN_GIVEN_UP'];

/**
 * Why a worker says it failed, as a name and nothing else: it goes into events, lists and evidence, where a text of the
 * worker's own could carry a payload, or be one that the statement about the run cannot hold.
 */
export function failureReason(text: string): string {
  return reasonPattern.test(text) && !ownReasons.includes(text) ? text : 'WORKER_ERROR';
}
