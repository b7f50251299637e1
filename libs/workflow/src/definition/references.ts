import { CATALOGUE } from '../catalogue/catalogue.js';
import type { Operation, OutputPort, PublicField } from '../catalogue/operation.js';
import { listed, shown, WorkflowError } from '../workflow-error.js';
import { type DataClass, type EdgeAlg, inputAlg } from './data-class.js';
import type { StepDefinition, WorkflowDefinition } from './definition.js';
import { didYouMean } from './did-you-mean.js';

/** Where a value comes from: the client, or a port of a step. */
export type Source =
  | { readonly kind: 'input'; readonly name: string; readonly class: DataClass; readonly alg: EdgeAlg }
  | {
      readonly kind: 'step';
      readonly step: string;
      readonly port: string;
      readonly class: DataClass;
      readonly alg: EdgeAlg;
      readonly output: OutputPort;
    };

export interface Fact {
  readonly step: string;
  readonly field: string;
  readonly public: PublicField;
}

/** The step that carries this name, not a property that every object inherits. */
export function stepNamed(definition: WorkflowDefinition, name: string): StepDefinition | undefined {
  return Object.hasOwn(definition.steps, name) ? definition.steps[name] : undefined;
}

export function operationOf(step: StepDefinition, path: string): Operation {
  const operation = CATALOGUE.get(step.operation);
  if (operation !== undefined) return operation;
  throw new WorkflowError('UNKNOWN_OPERATION', {
    path,
    expected: `one of ${listed(CATALOGUE.keys())}`,
    got: shown(step.operation),
    hint: didYouMean(step.operation, CATALOGUE.keys(), 'Correct the operation.'),
  });
}

export function splitReference(reference: string): { readonly owner: string; readonly member: string } {
  const slash = reference.indexOf('/');
  return { owner: reference.slice(0, slash), member: reference.slice(slash + 1) };
}

/** @throws WorkflowError `UNKNOWN_REFERENCE` */
export function resolveSource(definition: WorkflowDefinition, reference: string, path: string): Source {
  const { owner, member } = splitReference(reference);
  if (owner === 'inputs') {
    const input = Object.hasOwn(definition.inputs, member) ? definition.inputs[member] : undefined;
    if (input === undefined) {
      throw unknownReference(
        path,
        `an input of the workflow: ${listed(Object.keys(definition.inputs))}`,
        reference,
        Object.keys(definition.inputs).map((name) => `inputs/${name}`),
      );
    }
    return { kind: 'input', name: member, class: input.class, alg: inputAlg(input.class, input.type) };
  }
  const operation = operationOfOwner(definition, owner, reference, path);
  const output = Object.hasOwn(operation.outputs, member) ? operation.outputs[member] : undefined;
  if (output === undefined) {
    const ports = Object.keys(operation.outputs);
    const known = ports.map((port) => `${owner}/${port}`);
    throw unknownReference(path, `an output of ${operation.name}: ${listed(ports)}`, reference, known);
  }
  return { kind: 'step', step: owner, port: member, class: output.class, alg: output.alg, output };
}

/** @throws WorkflowError `UNKNOWN_REFERENCE` */
export function resolveFact(definition: WorkflowDefinition, reference: string, path: string): Fact {
  const { owner, member } = splitReference(reference);
  const operation = operationOfOwner(definition, owner, reference, path);
  const field = Object.hasOwn(operation.fields, member) ? operation.fields[member] : undefined;
  if (field === undefined) {
    const fields = Object.keys(operation.fields);
    const known = fields.map((name) => `${owner}/${name}`);
    throw unknownReference(path, `a public fact of ${operation.name}: ${listed(fields)}`, reference, known);
  }
  return { step: owner, field: member, public: field };
}

function operationOfOwner(
  definition: WorkflowDefinition,
  owner: string,
  reference: string,
  path: string,
): Operation {
  const step = stepNamed(definition, owner);
  if (step === undefined) {
    throw unknownReference(
      path,
      `a step of the workflow: ${listed(Object.keys(definition.steps))}`,
      reference,
      Object.keys(definition.steps).map((name) => `${name}/${splitReference(reference).member}`),
    );
  }
  return operationOf(step, `steps.${owner}.operation`);
}

function unknownReference(
  path: string,
  expected: string,
  reference: string,
  known: readonly string[],
): WorkflowError {
  return new WorkflowError('UNKNOWN_REFERENCE', {
    path,
    expected,
    got: shown(reference),
    hint: didYouMean(reference, known, 'Correct the reference.'),
  });
}

/** Steps that must be over before this one starts, sorted. */
export function upstreamSteps(definition: WorkflowDefinition, step: StepDefinition): readonly string[] {
  const owners = [...Object.values(step.in), ...step.when.map((condition) => condition.field)].map(
    (reference) => splitReference(reference).owner,
  );
  return [...new Set(owners)].filter((owner) => stepNamed(definition, owner) !== undefined).sort();
}
