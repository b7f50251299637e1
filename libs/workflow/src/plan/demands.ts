import {
  type Assurance,
  type Confidentiality,
  confidentialityReaches,
  type Integrity,
  integrityReaches,
} from '../definition/assurance.js';
import type { DataClass } from '../definition/data-class.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import type { Minimum, Minimums } from '../definition/minimums.js';
import { operationOf, resolveSource, stepNamed } from '../definition/references.js';

/** One minimum that a route of a step must reach, and what asks for it. */
export type Demand =
  | { readonly axis: 'integrity'; readonly minimum: Integrity; readonly because: string }
  | { readonly axis: 'confidentiality'; readonly minimum: Confidentiality; readonly because: string };

/**
 * Demands on one step. Whoever runs it sees what it reads and writes, so confidentiality counts on both sides;
 * it can only falsify what it writes, so integrity counts on outputs and public facts.
 */
export function demandsOn(
  definition: WorkflowDefinition,
  minimums: Minimums,
  name: string,
): readonly Demand[] {
  const step = stepNamed(definition, name);
  if (step === undefined) return [];
  const operation = operationOf(step, `steps.${name}.operation`);
  const demands: Demand[] = [];
  for (const port of Object.keys(step.in).sort()) {
    const reference = step.in[port] ?? '';
    const source = resolveSource(definition, reference, `steps.${name}.in.${port}`);
    demands.push(...confidentialityOf(minimums, reference, source.class));
  }
  const written = new Map<string, DataClass>([
    ...Object.keys(operation.fields).map((field): [string, DataClass] => [field, 'disclosable']),
    ...Object.entries(operation.outputs).map(([port, output]): [string, DataClass] => [port, output.class]),
  ]);
  for (const [member, dataClass] of [...written].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const reference = `${name}/${member}`;
    demands.push(...integrityOf(minimums, reference, dataClass));
    demands.push(...confidentialityOf(minimums, reference, dataClass));
  }
  return demands;
}

function integrityOf(minimums: Minimums, reference: string, dataClass: DataClass): readonly Demand[] {
  return pinned(minimums, reference, dataClass).flatMap(({ minimum, because }) =>
    minimum.integrity === undefined ? [] : [{ axis: 'integrity', minimum: minimum.integrity, because }],
  );
}

function confidentialityOf(minimums: Minimums, reference: string, dataClass: DataClass): readonly Demand[] {
  return pinned(minimums, reference, dataClass).flatMap(({ minimum, because }) =>
    minimum.confidentiality === undefined
      ? []
      : [{ axis: 'confidentiality', minimum: minimum.confidentiality, because }],
  );
}

function pinned(
  minimums: Minimums,
  reference: string,
  dataClass: DataClass,
): readonly { readonly minimum: Minimum; readonly because: string }[] {
  const byField = Object.hasOwn(minimums.fields, reference) ? minimums.fields[reference] : undefined;
  const byClass = minimums.classes[dataClass];
  return [
    ...(byField === undefined ? [] : [{ minimum: byField, because: reference }]),
    ...(byClass === undefined ? [] : [{ minimum: byClass, because: `class ${dataClass} of ${reference}` }]),
  ];
}

/** The first demand that a route fails, or undefined when it reaches them all. */
export function unmetDemand(demands: readonly Demand[], assurance: Assurance): Demand | undefined {
  return unmetDemands(demands, assurance)[0];
}

export function unmetDemands(demands: readonly Demand[], assurance: Assurance): readonly Demand[] {
  return demands.filter((demand) =>
    demand.axis === 'integrity'
      ? !integrityReaches(assurance.integrity, demand.minimum)
      : !confidentialityReaches(assurance.confidentiality, demand.minimum),
  );
}
