import { type JsonObject, toJson } from '#canonical';
import { CATALOGUE } from '../catalogue/catalogue.js';
import type { Estimate, Operation } from '../catalogue/operation.js';
import { checkMinimums } from '../definition/check-definition.js';
import {
  definitionDigest,
  outputReference,
  type StepDefinition,
  type WorkflowDefinition,
} from '../definition/definition.js';
import { expandMaps, instancesOf } from '../definition/expand-maps.js';
import { CLASS_FLOORS, type Minimums, mergeMinimums } from '../definition/minimums.js';
import { overLimit } from '../definition/object-reader.js';
import { definitionFromJson, parseParameters } from '../definition/parse-definition.js';
import { operationOf, stepNamed } from '../definition/references.js';
import { stepOrder } from '../definition/step-order.js';
import { limits } from '../limits.js';
import { listed, shown, WorkflowError } from '../workflow-error.js';
import { compileStep, edgeOf, planCondition } from './compile-step.js';
import { type Demand, demandsOn } from './demands.js';
import { estimateTask, type History, MEASURED_TASKS_MIN, parseHistory } from './history.js';
import { longestPathMs } from './longest-path.js';
import { PLAN_SCHEMA, type Plan, type PlanTask, type RouteDecision } from './plan.js';
import { type Route, routeStep } from './route-step.js';

export interface PlanRequest {
  readonly definition: WorkflowDefinition;
  /** What the client pins. It adds to the definition's own minimums and to the floors of the classes. */
  readonly minimums: Minimums;
  /** Operations that workers offer now. */
  readonly connected: readonly string[];
  /** Per step, over the definition's own: what is known only when a run is made, such as the ledger. */
  readonly parameters?: Readonly<Record<string, JsonObject>>;
  /** What finished tasks took. Only estimates come from it, never a route. */
  readonly history?: History;
}

/**
 * Routes every step and compiles the graph to tasks. Needs no data and no clock: the same input gives the same
 * plan, byte for byte.
 *
 * @throws WorkflowError as `parseDefinition`, and `ASSURANCE_BELOW_MINIMUM`, `ROUTE_UNSATISFIABLE`
 */
export function planWorkflow(request: PlanRequest): Plan {
  // Parsed again: a definition built in code gets the same checks as one that came as text.
  const definition = definitionFromJson(toJson(request.definition));
  const minimums = mergeMinimums(CLASS_FLOORS, definition.minimums, request.minimums);
  checkMinimums(definition, minimums);
  const connected = new Set(request.connected.filter((operation) => CONNECTABLE.has(operation)));
  const parameters = mergeParameters(definition, request.parameters ?? {});
  const expanded = expandMaps(definition);
  const tasksOf = new Map<string, readonly string[]>();
  const routes: Route[] = [];
  const durations = new Map<string, number>();
  const p90s = new Map<string, number>();
  const measured = parseHistory(toJson(request.history ?? {}));
  const tasks: PlanTask[] = [];
  const dormant: PlanTask[] = [];
  for (const name of stepOrder(definition)) {
    const source = stepNamed(definition, name);
    if (source === undefined) continue;
    const operation = operationOf(source, `steps.${name}.operation`);
    const demands = demandsOn(definition, minimums, name);
    const instances = instancesOf(definition, name);
    const route = withItems(
      routeStep(name, operation, demands, connected, measured),
      source,
      instances.length,
    );
    const compensation =
      source.compensate === undefined
        ? null
        : compensationRoute(name, source.compensate, demands, connected).candidate;
    for (const step of instances) {
      const unfolded = stepNamed(expanded, step) ?? source;
      const shared = {
        step,
        definition: expanded,
        source: unfolded,
        parameters: parameters[name] ?? {},
        tasksOf,
      };
      const compiled = compileStep({
        ...shared,
        prefix: step,
        candidate: route.candidate,
        compensates: null,
      });
      if (compensation !== null && source.compensate !== undefined) {
        const verb = source.compensate.slice(source.compensate.lastIndexOf('.') + 1);
        const prefix = `${step}.${verb}`;
        dormant.push(...compileStep({ ...shared, prefix, candidate: compensation, compensates: step }));
      }
      for (const [index, task] of compiled.entries()) {
        const template = route.candidate.tasks[index];
        if (template === undefined) continue;
        const { estimate: each, measured: known } = estimateTask(template, measured);
        durations.set(task.id, each.durationMs);
        if (known !== null || task.kind === 'human') p90s.set(task.id, known?.p90Ms ?? 0);
      }
      tasks.push(...compiled);
      tasksOf.set(
        step,
        compiled.map((task) => task.id),
      );
    }
    routes.push(route);
  }
  const all = withConsumers([...tasks, ...dormant]);
  if (all.length > limits.tasksMax) {
    throw overLimit('steps', `at most ${limits.tasksMax} tasks`, `${all.length} tasks`);
  }
  const estimate = totalEstimate(tasks, routes, durations);
  checkCost(definition, routes, estimate);
  return {
    v: PLAN_SCHEMA,
    definition,
    definitionDigest: definitionDigest(definition),
    minimums,
    connected: [...connected].sort(),
    parameters,
    tasks: all,
    routes: routes.map((route) => route.decision),
    rejected: expanded.rejected.map((condition) => planCondition(expanded, condition, 'rejected')),
    outputs: Object.fromEntries(
      Object.entries(expanded.outputs).map(([name, output]) => [
        name,
        edgeOf(expanded, outputReference(output), `outputs.${name}`),
      ]),
    ),
    ...planMeasured(tasks, p90s, measured),
    estimate,
  };
}

/** Names that are not of the catalogue say nothing about a route; dropping them keeps the plan bounded. */
const CONNECTABLE: ReadonlySet<string> = new Set(
  [...CATALOGUE.values()].flatMap((operation) =>
    operation.candidates.flatMap((candidate) => candidate.tasks.map((task) => task.operation)),
  ),
);

function compensationRoute(
  step: string,
  operation: string,
  demands: readonly Demand[],
  connected: ReadonlySet<string>,
): Route {
  const found: Operation | undefined = CATALOGUE.get(operation);
  if (found !== undefined) return routeStep(`${step}.compensate`, found, demands, connected);
  throw new WorkflowError('UNKNOWN_OPERATION', {
    path: `steps.${step}.compensate`,
    expected: `one of ${listed(CATALOGUE.keys())}`,
    got: shown(operation),
    hint: 'Correct the operation.',
  });
}

function mergeParameters(
  definition: WorkflowDefinition,
  given: Readonly<Record<string, JsonObject>>,
): Readonly<Record<string, JsonObject>> {
  for (const name of Object.keys(given).sort()) {
    if (stepNamed(definition, name) !== undefined) continue;
    throw new WorkflowError('UNKNOWN_REFERENCE', {
      path: `parameters.${shown(name)}`,
      expected: `a step of the workflow: ${listed(Object.keys(definition.steps))}`,
      got: shown(name),
      hint: 'Parameters are given per step.',
    });
  }
  return Object.fromEntries(
    Object.entries(definition.steps).map(([name, step]: [string, StepDefinition]) => {
      const own = Object.hasOwn(given, name) ? (given[name] ?? {}) : {};
      return [name, parseParameters({ ...step.parameters, ...own }, `parameters.${name}`)];
    }),
  );
}

function withConsumers(tasks: readonly PlanTask[]): readonly PlanTask[] {
  const consumers = new Map<string, string[]>();
  for (const task of tasks) {
    for (const { edge } of task.inputs) {
      const readers = consumers.get(edge) ?? [];
      if (!readers.includes(task.id)) readers.push(task.id);
      consumers.set(edge, readers);
    }
  }
  return tasks.map((task) => ({
    ...task,
    outputs: task.outputs.map((output) => ({ ...output, consumers: consumers.get(output.edge) ?? [] })),
  }));
}

function totalEstimate(
  tasks: readonly PlanTask[],
  routes: readonly Route[],
  durationOf: ReadonlyMap<string, number>,
): Estimate {
  const decisions: readonly RouteDecision[] = routes.map((route) => route.decision);
  return {
    durationMs: longestPathMs(tasks, durationOf),
    memoryMiB: Math.max(0, ...decisions.map((decision) => decision.estimate.memoryMiB)),
    costMicros: decisions.reduce((sum, { estimate, items = 1 }) => sum + items * estimate.costMicros, 0),
  };
}

/** Only what was read of the history goes into the plan: the rest is about other workflows. */
function planMeasured(
  tasks: readonly PlanTask[],
  p90s: ReadonlyMap<string, number>,
  history: History,
): Pick<Plan, 'history' | 'measured'> {
  const read = Object.entries(history).filter(
    ([operation, { count }]) =>
      count >= MEASURED_TASKS_MIN && tasks.some((task) => task.operation === operation),
  );
  if (read.length === 0) return {};
  const complete = tasks.every(({ id }) => p90s.has(id));
  return {
    history: Object.fromEntries(read),
    ...(complete ? { measured: { p90Ms: longestPathMs(tasks, p90s) } } : {}),
  };
}

function withItems(route: Route, source: StepDefinition, items: number): Route {
  return source.map === undefined ? route : { ...route, decision: { ...route.decision, items } };
}

/** @throws WorkflowError `COST_ABOVE_CAP` */
function checkCost({ costMicrosMax }: WorkflowDefinition, routes: readonly Route[], total: Estimate): void {
  if (costMicrosMax === undefined || total.costMicros <= costMicrosMax) return;
  const costs = routes
    .map(({ decision: { step, items = 1, estimate } }) => ({ step, micros: items * estimate.costMicros }))
    .sort((left, right) => right.micros - left.micros);
  const most = costs.slice(0, 3).map(({ step, micros }) => `${step} ${micros}`);
  throw new WorkflowError('COST_ABOVE_CAP', {
    path: 'costMicrosMax',
    expected: `an estimate of at most ${costMicrosMax} micros`,
    got: `${total.costMicros}: most for ${most.join(', ')}`,
    hint: `Raise costMicrosMax to ${total.costMicros}, or leave out a step that costs much.`,
  });
}
