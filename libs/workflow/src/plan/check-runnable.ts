import type { Json } from '#canonical';
import { CATALOGUE } from '../catalogue/catalogue.js';
import { operationOf } from '../definition/references.js';
import { WorkflowError } from '../workflow-error.js';
import type { Plan } from './plan.js';

/**
 * A plan can be made before everything about a run is known; a run cannot. Checks that every step has the
 * parameters that its operation needs, and that as many persons are named as must sign.
 *
 * @throws WorkflowError `MISSING_PARAMETER`
 */
export function checkRunnable(plan: Plan): void {
  for (const [name, step] of Object.entries(plan.definition.steps)) {
    const operations = [operationOf(step, `steps.${name}.operation`), CATALOGUE.get(step.compensate ?? '')];
    const given = plan.parameters[name] ?? {};
    if (step.quorum !== undefined) checkApprovers(name, given['approvers'], step.quorum);
    for (const parameter of operations.flatMap((operation) => operation?.parametersRequired ?? [])) {
      if (Object.hasOwn(given, parameter)) continue;
      throw new WorkflowError('MISSING_PARAMETER', {
        path: `parameters.${name}.${parameter}`,
        expected: `a value for ${step.operation}`,
        got: 'nothing',
        hint: 'Give it in the step of the definition or when you plan the run.',
      });
    }
  }
}

function checkApprovers(step: string, approvers: Json | undefined, quorum: number): void {
  const keys = Array.isArray(approvers)
    ? new Set(approvers.filter((key) => typeof key === 'string'))
    : new Set();
  if (keys.size >= quorum) return;
  throw new WorkflowError('MISSING_PARAMETER', {
    path: `parameters.${step}.approvers`,
    expected: `at least ${quorum} different keys: so many persons must sign`,
    got: `${keys.size}`,
    hint: 'Give the keys of all who may decide when you plan the run.',
  });
}
