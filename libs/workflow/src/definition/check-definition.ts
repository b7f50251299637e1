import { CATALOGUE } from '../catalogue/catalogue.js';
import type { InputPort, Operation } from '../catalogue/operation.js';
import { limits } from '../limits.js';
import { listed, shown, WorkflowError } from '../workflow-error.js';
import { checkMaps } from './check-maps.js';
import { type DataClass, isSecret } from './data-class.js';
import {
  type Condition,
  outputReference,
  type StepDefinition,
  type WorkflowDefinition,
} from './definition.js';
import { didYouMean } from './did-you-mean.js';
import type { Minimums } from './minimums.js';
import { overLimit } from './object-reader.js';
import {
  operationOf,
  resolveFact,
  resolveSource,
  type Source,
  splitReference,
  stepNamed,
} from './references.js';
import { stepOrder } from './step-order.js';

/**
 * Everything about a definition that needs more than one of its parts: references, types, order, compensation.
 *
 * @throws WorkflowError at the first place that is wrong, in the order of the sorted names
 */
export function checkDefinition(definition: WorkflowDefinition): void {
  const steps = Object.entries(definition.steps).sort(byName);
  if (steps.length === 0) {
    throw new WorkflowError('SCHEMA_INVALID', {
      path: 'steps',
      expected: 'at least one step',
      got: 'none',
      hint: 'Add a step.',
    });
  }
  if (Object.hasOwn(definition.steps, 'inputs')) {
    throw new WorkflowError('SCHEMA_INVALID', {
      path: 'steps.inputs',
      expected: 'another name: inputs/... refers to the inputs of the workflow',
      got: '"inputs"',
      hint: 'Rename the step.',
    });
  }
  checkEdgeCount(definition);
  for (const [name, step] of steps) checkStep(definition, name, step);
  checkConditions(definition, definition.rejected, 'rejected');
  for (const [name, output] of Object.entries(definition.outputs).sort(byName)) {
    const source = checkOutput(definition, `outputs.${name}`, outputReference(output));
    if (typeof output !== 'string') checkOutputClass(source, output.class, `outputs.${name}.class`);
  }
  checkMinimums(definition, definition.minimums);
  stepOrder(definition);
  checkInputsUsed(definition);
  checkMaps(definition);
  for (const [name, step] of steps) checkClosed(definition, name, step);
}

function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}

function checkEdgeCount(definition: WorkflowDefinition): void {
  const edges = Object.values(definition.steps).reduce(
    (sum, step) => sum + Object.keys(step.in).length + step.when.length,
    0,
  );
  if (edges > limits.edgesMax) {
    throw overLimit('steps', `at most ${limits.edgesMax} references and conditions`, `${edges}`);
  }
}

function checkStep(definition: WorkflowDefinition, name: string, step: StepDefinition): void {
  const path = `steps.${name}`;
  const operation = operationOf(step, `${path}.operation`);
  for (const port of Object.keys(step.in).sort()) {
    if (Object.hasOwn(operation.inputs, port)) continue;
    throw new WorkflowError('UNKNOWN_FIELD', {
      path: `${path}.in.${port}`,
      expected: `a port of ${operation.name}: ${listed(Object.keys(operation.inputs))}`,
      got: shown(port),
      hint: didYouMean(port, Object.keys(operation.inputs), 'Remove it or correct its spelling.'),
    });
  }
  for (const [port, input] of Object.entries(operation.inputs)) {
    const reference = Object.hasOwn(step.in, port) ? step.in[port] : undefined;
    if (reference !== undefined) {
      checkWire(resolveSource(definition, reference, `${path}.in.${port}`), input, `${path}.in.${port}`);
    } else if (!input.optional) {
      throw new WorkflowError('MISSING_INPUT', {
        path: `${path}.in.${port}`,
        expected: `a source of class ${input.class}`,
        got: 'nothing',
        hint: `${operation.name} cannot run without it.`,
      });
    }
  }
  checkConditions(definition, step.when, `${path}.when`);
  checkForPersons(step, operation, path);
  if (step.compensate !== undefined) checkCompensation(step, step.compensate, operation, path);
}

function checkWire(source: Source, port: InputPort, path: string): void {
  if (isSecret(source.class) && !isSecret(port.class)) {
    throw new WorkflowError('PLAINTEXT_EDGE_FORBIDDEN', {
      path,
      expected: 'a disclosable value: this port is carried in the clear',
      got: `class ${source.class}`,
      hint: 'Give the step a disclosable output of an earlier step instead.',
    });
  }
  if (source.class !== port.class) {
    throw new WorkflowError('CLASS_MISMATCH', {
      path,
      expected: `class ${port.class}`,
      got: `class ${source.class}`,
      hint: 'Connect a source of that class, or correct the class of the input.',
    });
  }
  if (source.alg !== port.alg) {
    throw new WorkflowError('COMMITMENT_MISMATCH', {
      path,
      expected: `a ${port.alg} commitment`,
      got: `a ${source.alg} commitment`,
      hint: 'A circuit opens Poseidon commitments: of steps that feed circuits, and of inputs of type fields.',
    });
  }
}

/** People are not retried, and machines do not sign in pairs. */
function checkForPersons(step: StepDefinition, operation: Operation, path: string): void {
  const human = operation.candidates.every(({ protection }) => protection === 'human');
  const misplaced = human ? 'retry' : 'quorum';
  if (step[misplaced] === undefined) return;
  throw new WorkflowError('SCHEMA_INVALID', {
    path: `${path}.${misplaced}`,
    expected: human ? 'no retry: a person is waited for, not tried again' : 'no quorum: it counts persons',
    got: `${misplaced} on ${operation.name}`,
    hint: 'Remove it.',
  });
}

function checkConditions(
  definition: WorkflowDefinition,
  conditions: readonly Condition[],
  path: string,
): void {
  for (const [index, condition] of conditions.entries()) {
    const fact = resolveFact(definition, condition.field, `${path}[${index}].field`);
    const unknown = condition.in.find((value) => !fact.public.values.includes(value));
    if (unknown === undefined) continue;
    // A value that the fact never has would skip the step on every run, without a word.
    throw new WorkflowError('UNKNOWN_REFERENCE', {
      path: `${path}[${index}].in`,
      expected: `values of ${condition.field}: ${listed(fact.public.values)}`,
      got: shown(unknown),
      hint: didYouMean(unknown, fact.public.values, 'Correct the value.'),
    });
  }
}

function checkCompensation(step: StepDefinition, name: string, operation: Operation, path: string): void {
  const compensation = CATALOGUE.get(name);
  if (!operation.compensations.includes(name) || compensation === undefined) {
    throw new WorkflowError(compensation === undefined ? 'UNKNOWN_OPERATION' : 'SCHEMA_INVALID', {
      path: `${path}.compensate`,
      expected: `an operation that undoes ${operation.name}: ${listed(operation.compensations)}`,
      got: shown(name),
      hint: didYouMean(name, operation.compensations, 'Correct or remove it.'),
    });
  }
  for (const [port, input] of Object.entries(compensation.inputs)) {
    if (input.optional || Object.hasOwn(step.in, port)) continue;
    throw new WorkflowError('MISSING_INPUT', {
      path: `${path}.in.${port}`,
      expected: `a source: ${name} needs it`,
      got: 'nothing',
      hint: 'A compensation takes its inputs from the step that it stands in for.',
    });
  }
}

function checkOutput(definition: WorkflowDefinition, path: string, reference: string): Source {
  const source = resolveSource(definition, reference, path);
  if (source.kind === 'step') return source;
  throw new WorkflowError('UNKNOWN_REFERENCE', {
    path,
    expected: 'an output of a step',
    got: shown(reference),
    hint: 'The client has its inputs already.',
  });
}

function checkOutputClass(source: Source, expected: DataClass, path: string): void {
  if (source.class === expected) return;
  throw new WorkflowError('CLASS_MISMATCH', {
    path,
    expected: `class ${source.class}, which the step gives this output`,
    got: `class ${expected}`,
    hint: 'Correct the class, or take another output.',
  });
}

/**
 * A pin on something that the workflow does not have would protect nothing, silently.
 *
 * @throws WorkflowError `UNKNOWN_REFERENCE`
 */
export function checkMinimums(definition: WorkflowDefinition, minimums: Minimums): void {
  for (const reference of Object.keys(minimums.fields).sort()) {
    const { owner, member } = splitReference(reference);
    const fields = CATALOGUE.get(stepNamed(definition, owner)?.operation ?? '')?.fields;
    if (fields !== undefined && Object.hasOwn(fields, member)) continue;
    resolveSource(definition, reference, `minimums.fields.${reference}`);
  }
}

/** Data that no step reads would be sent for nothing; a definition must not ask for it. */
function checkInputsUsed(definition: WorkflowDefinition): void {
  const used = new Set(Object.values(definition.steps).flatMap((step) => Object.values(step.in)));
  for (const name of Object.keys(definition.inputs).sort()) {
    if (used.has(`inputs/${name}`)) continue;
    throw new WorkflowError('UNUSED_INPUT', {
      path: `inputs.${name}`,
      expected: 'a step that reads it',
      got: 'none',
      hint: 'Remove the input or connect it.',
    });
  }
}

/** See `OutputPort.mustBeClosed`: a reservation needs exactly one step that commits it or gives it back. */
function checkClosed(definition: WorkflowDefinition, name: string, step: StepDefinition): void {
  const operation = operationOf(step, `steps.${name}.operation`);
  for (const [port, output] of Object.entries(operation.outputs)) {
    if (output.mustBeClosed !== true) continue;
    const reference = `${name}/${port}`;
    const closers = Object.entries(definition.steps).filter(([, other]) =>
      Object.values(other.in).includes(reference),
    );
    const closer = closers[0];
    if (closers.length === 1 && closer?.[1].compensate !== undefined) continue;
    throw new WorkflowError('COMPENSATION_MISSING', {
      path: closers.length === 1 && closer !== undefined ? `steps.${closer[0]}.compensate` : `steps.${name}`,
      expected: `exactly one step that takes ${reference} and names its compensation`,
      got: closers.length === 1 ? 'no compensation' : `${closers.length} steps that take it`,
      hint: 'Without it a run that ends early would leave the amount frozen.',
    });
  }
}
