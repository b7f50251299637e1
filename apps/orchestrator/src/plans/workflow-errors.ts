import { ApiError, type Reason } from '#contracts';
import { WorkflowError } from '#workflow';

/** Runs a pure function of the workflow library and gives its refusals the API's shape: where, expected, got, what to do. */
export function workflowErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    const { code, path, expected, got, hint } = error;
    // About a run in flight: no caller can cause them, so they are defects here.
    if (code === 'FACT_INVALID' || code === 'STATE_INVALID') throw error;
    throw new ApiError(code satisfies Reason, error.message, {
      facts: { path, expected, got, hint },
      violations: [{ field: path, description: `expected ${expected}` }],
    });
  }
}
