import { status } from '@grpc/grpc-js';
import { ApiError } from '#contracts';
import { WorkflowError, type WorkflowErrorCode } from '#workflow';

const preconditions: readonly WorkflowErrorCode[] = [
  'ASSURANCE_BELOW_MINIMUM',
  'ROUTE_UNSATISFIABLE',
  'COST_ABOVE_CAP',
  'PLAINTEXT_EDGE_FORBIDDEN',
  'PLAN_MISMATCH',
];

/** Runs a pure function of the workflow library and gives its refusals the API's shape: where, expected, got, what to do. */
export function workflowErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw new ApiError(error.code, error.message, {
      code: preconditions.includes(error.code) ? status.FAILED_PRECONDITION : status.INVALID_ARGUMENT,
      facts: { path: error.path, expected: error.expected, got: error.got, hint: error.hint },
      violations: [{ field: error.path, description: `expected ${error.expected}` }],
    });
  }
}
