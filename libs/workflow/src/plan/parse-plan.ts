/**
 * A plan comes from the orchestrator, which is not trusted with it: a plan that does not follow from its own
 * definition, minimums, connected operations and parameters by this library's rules is refused. So nobody can
 * slip in a weaker route, another reader or another consumer.
 */
import { isJsonObject, type Json, type JsonObject, parseJsonStrict, toJson } from '#canonical';
import { parseMinimums } from '../definition/minimums.js';
import { NAME, ObjectReader } from '../definition/object-reader.js';
import { definitionFromJson, parseParameters } from '../definition/parse-definition.js';
import { limits } from '../limits.js';
import { WorkflowError } from '../workflow-error.js';
import { parseHistory } from './history.js';
import { PLAN_SCHEMA, type Plan } from './plan.js';
import { planWorkflow } from './plan-workflow.js';

/** A plan of 256 steps with every port in use stays below a quarter of this. */
const PLAN_BYTES_MAX = 4 * 1024 * 1024;
const CONNECTED_MAX = 256;

/**
 * Parses a plan, as bytes or as the predicate of its signed statement, by making it again from what it says it was
 * made of.
 *
 * @throws CanonicalError for bytes that are not strict JSON
 * @throws WorkflowError `PLAN_MISMATCH` naming the first member that differs, or any error of planning
 */
export function parsePlan(input: Uint8Array | Json): Plan {
  return remadePlan(input, (plan) => plan);
}

/**
 * The same for whoever works under a plan that may be older than this library: estimates and explanations are words,
 * and a release that has better ones goes on with what was begun. What is done, where, on which levels and for whom is
 * compared in full.
 */
export function parsePlanToWork(input: Uint8Array | Json): Plan {
  return remadePlan(input, withoutWords);
}

function withoutWords(plan: JsonObject): JsonObject {
  const { estimate: _estimate, history: _history, measured: _measured, routes, ...work } = plan;
  const chosen = Array.isArray(routes)
    ? routes.map((route) => {
        if (!isJsonObject(route)) return route;
        const {
          reason: _reason,
          rule: _rule,
          rejected: _rejected,
          estimate: _each,
          measured: _m,
          ...rest
        } = route;
        return rest;
      })
    : null;
  return { ...work, routes: chosen };
}

function remadePlan(input: Uint8Array | Json, compared: (plan: JsonObject) => JsonObject): Plan {
  const value = input instanceof Uint8Array ? parseJsonStrict(input, { bytesMax: PLAN_BYTES_MAX }) : input;
  const reader = new ObjectReader(value, '');
  reader.choice('v', [PLAN_SCHEMA]);
  const plan = planWorkflow({
    definition: definitionFromJson(reader.value('definition') ?? null),
    minimums: parseMinimums(reader.value('minimums') ?? null),
    connected: readConnected(reader),
    parameters: readParameters(reader.object('parameters')),
    ...(reader.has('history') ? { history: parseHistory(reader.value('history') ?? null) } : {}),
  });
  if (!isJsonObject(value)) throw reader.invalid('', 'a plan');
  const difference = firstDifference(compared(toJson(plan) as JsonObject), compared(value), '');
  if (difference === null) return plan;
  throw new WorkflowError('PLAN_MISMATCH', {
    path: difference,
    expected: 'what the definition, minimums, connected operations and parameters of the plan lead to',
    got: 'something else',
    hint: 'Do not use this plan: it was changed, or made by another version. Plan again.',
  });
}

function readConnected(reader: ObjectReader): readonly string[] {
  return reader.optionalList('connected', CONNECTED_MAX).map((operation) => {
    if (typeof operation === 'string') return operation;
    throw reader.invalid('connected', 'a list of operations');
  });
}

function readParameters(reader: ObjectReader): Record<string, JsonObject> {
  return Object.fromEntries(
    reader
      .names(NAME, 'steps', limits.stepsMax)
      .map((step) => [step, parseParameters(reader.value(step) ?? null, reader.pathOf(step))]),
  );
}

/** Path of the first place, in sorted order, where two values differ. Null: they are equal. */
function firstDifference(left: Json | undefined, right: Json | undefined, path: string): string | null {
  if (Array.isArray(left) && Array.isArray(right)) {
    const length = Math.max(left.length, right.length);
    for (let index = 0; index < length; index += 1) {
      const difference = firstDifference(left[index], right[index], `${path}[${index}]`);
      if (difference !== null) return difference;
    }
    return null;
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      const place = path === '' ? name : `${path}.${name}`;
      const difference = firstDifference(own(left, name), own(right, name), place);
      if (difference !== null) return difference;
    }
    return null;
  }
  return left === right ? null : path;
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
