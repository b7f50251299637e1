import type { JsonObject } from '#canonical';
import type { Candidate, TaskTemplate } from '../catalogue/operation.js';
import type { Condition, StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import { resolveFact, resolveSource, splitReference, upstreamSteps } from '../definition/references.js';
import type { PlanInput, PlanOutput, PlanTask } from './plan.js';

const COMPENSATION = { timeoutMs: 300_000, attemptsMax: 10 } as const;

/** A task before it is known who reads its outputs. */
export interface StepCompilation {
  /** Prefix of the task ids: the step's name, or `<step>.<verb>` for a compensation. */
  readonly prefix: string;
  readonly step: string;
  readonly definition: WorkflowDefinition;
  readonly source: StepDefinition;
  readonly candidate: Candidate;
  readonly parameters: JsonObject;
  /** All task ids of each step that has been compiled already. */
  readonly tasksOf: ReadonlyMap<string, readonly string[]>;
  readonly compensates: string | null;
}

/** Turns one routed step into its tasks, in running order, with references to tasks instead of steps. */
export function compileStep(compilation: StepCompilation): readonly PlanTask[] {
  return compilation.candidate.tasks.map((template, index) => {
    const { source, compensates } = compilation;
    const id = taskId(compilation.prefix, template.suffix);
    const inputs = planInputs(compilation, template);
    const when = [
      ...(index === 0 && compensates === null ? conditionsOf(compilation, source.when) : []),
      ...template.when.map(({ task, field, in: values }) => ({
        field: `${taskId(compilation.prefix, task)}/${field}`,
        in: values,
        orSkipped: false,
      })),
    ];
    return {
      id,
      step: compilation.step,
      operation: template.operation,
      protection: template.protection,
      kind: template.kind,
      assurance: template.assurance,
      inputs,
      outputs: planOutputs(id, template),
      facts: template.facts,
      when,
      after: index === 0 ? afterOf(compilation, inputs, when) : [],
      completes: template.completes === null ? null : taskId(compilation.prefix, template.completes),
      compensates,
      ...(compensates === null && source.compensate !== undefined ? { compensate: source.compensate } : {}),
      ...patience(compilation, template),
      ...tolerance(compilation, template),
      ledgerState: template.ledgerState,
      parameters: compilation.parameters,
    };
  });
}

/** The author's bounds are for the step. What gives back what a run holds waits longer than any outage should last. */
function patience(
  { source, compensates }: StepCompilation,
  template: TaskTemplate,
): Pick<PlanTask, 'timeoutMs' | 'attemptsMax' | 'retry'> {
  if (compensates === null) {
    const { retry } = source;
    return {
      timeoutMs: source.timeoutMs ?? template.timeoutMs,
      attemptsMax: retry?.attemptsMax ?? source.attemptsMax ?? template.attemptsMax,
      ...(retry === undefined ? {} : { retry: { on: retry.on, backoffMs: retry.backoffMs } }),
    };
  }
  return {
    timeoutMs: Math.max(COMPENSATION.timeoutMs, template.timeoutMs),
    attemptsMax: Math.max(COMPENSATION.attemptsMax, template.attemptsMax),
  };
}

/**
 * What finishes a signed ledger change or gives money back is never tolerated: a run that lost one has failed,
 * whatever its author finds bearable.
 */
function tolerance(
  { source, compensates }: StepCompilation,
  template: TaskTemplate,
): Pick<PlanTask, 'tolerable' | 'quorum'> {
  return {
    ...(source.tolerable && compensates === null && template.completes === null ? { tolerable: true } : {}),
    ...(source.quorum === undefined ? {} : { quorum: source.quorum }),
  };
}

export function taskId(prefix: string, suffix: string): string {
  return suffix === '' ? prefix : `${prefix}.${suffix}`;
}

/** Edge of a reference of the definition. */
export function edgeOf(definition: WorkflowDefinition, reference: string, path: string): string {
  const source = resolveSource(definition, reference, path);
  return source.kind === 'input' ? reference : `${taskId(source.step, source.output.task)}/${source.port}`;
}

export function planCondition(definition: WorkflowDefinition, condition: Condition, path: string): Condition {
  const fact = resolveFact(definition, condition.field, path);
  return { ...condition, field: `${taskId(fact.step, fact.public.task)}/${fact.field}` };
}

function conditionsOf(compilation: StepCompilation, conditions: readonly Condition[]): readonly Condition[] {
  return conditions.map((condition) =>
    planCondition(compilation.definition, condition, `steps.${compilation.step}.when`),
  );
}

function planInputs(compilation: StepCompilation, template: TaskTemplate): readonly PlanInput[] {
  return Object.entries(template.inputs).flatMap(([port, input]) => {
    const { class: dataClass, alg, optional, keptByExecutor } = input;
    const kept = keptByExecutor === undefined ? {} : { keptByExecutor };
    if (input.from !== 'step') {
      const edge = `${taskId(compilation.prefix, input.from.task)}/${port}`;
      return [{ port, edge, class: dataClass, alg, optional, ...kept }];
    }
    const wires = compilation.source.in;
    const reference = Object.hasOwn(wires, port) ? wires[port] : undefined;
    // An optional port that the definition leaves open.
    if (reference === undefined) return [];
    const edge = edgeOf(compilation.definition, reference, `steps.${compilation.step}.in.${port}`);
    return [{ port, edge, class: dataClass, alg, optional, ...kept }];
  });
}

function planOutputs(id: string, template: TaskTemplate): readonly PlanOutput[] {
  return Object.entries(template.outputs).map(([port, output]) => ({
    port,
    edge: `${id}/${port}`,
    class: output.class,
    alg: output.alg,
    consumers: [],
    readers: output.readers,
    presentWhen:
      output.presentWhen === null
        ? null
        : { field: `${id}/${output.presentWhen.field}`, in: output.presentWhen.in, orSkipped: false },
  }));
}

/** A step starts when all tasks of the steps before it are over; those it reads from are waited for anyway. */
function afterOf(
  compilation: StepCompilation,
  inputs: readonly PlanInput[],
  when: readonly Condition[],
): readonly string[] {
  const read = new Set(
    [...inputs.map((input) => input.edge), ...when.map((condition) => condition.field)].map(
      (reference) => splitReference(reference).owner,
    ),
  );
  return upstreamSteps(compilation.definition, compilation.source)
    .flatMap((step) => compilation.tasksOf.get(step) ?? [])
    .filter((task) => !read.has(task));
}
