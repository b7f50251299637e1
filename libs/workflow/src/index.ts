/**
 * Workflow definitions, data classes, planning and routing, and the rules by which a run goes from task to task.
 * Pure: text and states in, plans and decisions out; no clock, no network, no randomness.
 */
export {
  BUILTIN_WORKFLOWS,
  type BuiltinWorkflow,
  builtinDefinition,
  builtinText,
} from './builtin/builtin.js';
export { ownerOperation, runsAtOwner } from './catalogue/at-owner.js';
export { CATALOGUE } from './catalogue/catalogue.js';
export { staysOpen } from './catalogue/converse.js';
export { costMicrosOf } from './catalogue/estimates.js';
export type { Candidate, Estimate, Operation, Protection, TaskKind } from './catalogue/operation.js';
export {
  type Assurance,
  CONFIDENTIALITY_LEVELS,
  type Confidentiality,
  confidentialityReaches,
  INTEGRITY_LEVELS,
  type Integrity,
  integrityReaches,
  weakestAssurance,
} from './definition/assurance.js';
export { DATA_CLASSES, type DataClass, type EdgeAlg, isSecret } from './definition/data-class.js';
export {
  type Condition,
  DEFINITION_SCHEMA,
  definitionDigest,
  type InputDefinition,
  type InputType,
  PRIORITIES,
  type Priority,
  RETRY_CLASSES,
  type RetryClass,
  type StepDefinition,
  type WorkflowDefinition,
} from './definition/definition.js';
export type { DefinitionFormat } from './definition/document.js';
export { expandInputs, itemName } from './definition/expand-maps.js';
export {
  CLASS_FLOORS,
  type Minimum,
  type Minimums,
  mergeMinimums,
  NO_MINIMUMS,
  parseMinimums,
} from './definition/minimums.js';
export { definitionFromJson, parseDefinition } from './definition/parse-definition.js';
export { limits as workflowLimits } from './limits.js';
export { checkRunnable } from './plan/check-runnable.js';
export {
  type History,
  MEASURED_TASKS_MIN,
  type Measured,
  type OperationHistory,
} from './plan/history.js';
export { parsePlan, parsePlanToWork } from './plan/parse-plan.js';
export {
  PLAN_SCHEMA,
  type Plan,
  type PlanInput,
  type PlanOutput,
  type PlanTask,
  planDigest,
  type RejectedRoute,
  type RejectionCode,
  type RouteDecision,
  type RouteRule,
} from './plan/plan.js';
export { type PlanRequest, planWorkflow } from './plan/plan-workflow.js';
export {
  backOffMs,
  ERROR_CLASSES,
  type ErrorClass,
  type ErrorClassName,
  errorClassOf,
  type FailureSource,
  isRetried,
} from './run-state/error-classes.js';
export { checkFacts } from './run-state/facts.js';
export {
  isCarriedThrough,
  isGivenUp,
  type NextTasks,
  nextTasks,
  type RunRequest,
} from './run-state/next-tasks.js';
export { type RunStatus, runStatus } from './run-state/run-status.js';
export type { TaskState, TaskStates } from './run-state/task-state.js';
export {
  type TextPosition,
  WorkflowError,
  type WorkflowErrorCode,
  type WorkflowProblem,
} from './workflow-error.js';
