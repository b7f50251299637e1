import { type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import type { Assurance__Output, PlanWorkflowRequest__Output } from '#contracts';
import { type Plan, parseDefinition, parseMinimums, planWorkflow } from '#workflow';
import { operations } from './mock-worker.js';

/** The plan that an orchestrator makes which has a worker for every operation. */
export function mockPlan(request: PlanWorkflowRequest__Output): Plan {
  const text = request.definition.toString('utf8');
  return planWorkflow({
    definition: parseDefinition(text, text.trimStart().startsWith('{') ? 'json' : 'yaml'),
    minimums: parseMinimums({
      classes: Object.fromEntries(
        request.minimums.map(({ dataClass, minimum }) => [dataClass, levelsOf(minimum)]),
      ),
      fields: Object.fromEntries(
        request.fieldMinimums.map(({ reference, minimum }) => [reference, levelsOf(minimum)]),
      ),
    }),
    connected: operations,
    parameters: parseJsonStrict(utf8(request.parametersJson || '{}')) as Record<string, JsonObject>,
  });
}

function levelsOf(minimum: Assurance__Output | null): JsonObject {
  const integrity = minimum?.integrity.replace('INTEGRITY_', '') ?? 'UNSPECIFIED';
  const confidentiality = minimum?.confidentiality.replace('CONFIDENTIALITY_', '') ?? 'UNSPECIFIED';
  return {
    ...(integrity === 'UNSPECIFIED' ? {} : { integrity }),
    ...(confidentiality === 'UNSPECIFIED' ? {} : { confidentiality }),
  };
}
