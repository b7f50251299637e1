/**
 * A call that the worker answered with a reason instead of a whole answer. Nothing is charged for it.
 *
 * `code` is the worker's, e.g. `UPSTREAM_CUT`, `CALLS_EXHAUSTED` or `REQUEST_INVALID`: under seal, so that nobody on the
 * way can have made it.
 */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
