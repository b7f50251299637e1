import {
  type Condition,
  type InputDefinition,
  outputReference,
  type StepDefinition,
  type WorkflowDefinition,
} from './definition.js';
import type { Minimum, Minimums } from './minimums.js';
import { splitReference } from './references.js';

/*
 * A list is written once and stands for its values; a step that maps over it stands for one step a value. What runs,
 * is committed and signed is the unfolded form, in which item n of `statements` is `statements-n`. Every size is in
 * the definition, so a plan needs no data and nobody can add an item to a run.
 */

/** Items count from 1, as people do. */
export function itemName(name: string, item: number): string {
  return `${name}-${item}`;
}

/** How many values a reference stands for; undefined: it is a single one. Only the part before the slash counts for steps. */
export function itemsOf(definition: WorkflowDefinition, reference: string): number | undefined {
  const { owner, member } = splitReference(reference);
  if (owner === 'inputs') return own(definition.inputs, member)?.items;
  const over = own(definition.steps, owner)?.map?.over;
  return over === undefined ? undefined : own(definition.inputs, splitReference(over).member)?.items;
}

/** Names of the steps that a step stands for: itself, unless it is mapped. */
export function instancesOf(definition: WorkflowDefinition, step: string): readonly string[] {
  return namesOf(step, itemsOf(definition, `${step}/`));
}

/** The definition without lists and maps. One that has none is returned as it is. */
export function expandMaps(definition: WorkflowDefinition): WorkflowDefinition {
  if (!Object.values(definition.inputs).some(({ items }) => items !== undefined)) return definition;
  return {
    ...definition,
    inputs: expandInputs(definition),
    steps: Object.fromEntries(
      Object.entries(definition.steps).flatMap(([name, step]) => {
        const items = itemsOf(definition, `${name}/`);
        return namesOf(name, items).map((instance, index): [string, StepDefinition] => [
          instance,
          expandStep(definition, step, items === undefined ? undefined : index + 1),
        ]);
      }),
    ),
    outputs: Object.fromEntries(
      Object.entries(definition.outputs).flatMap(([name, output]) => {
        const reference = outputReference(output);
        const names = namesOf(name, itemsOf(definition, reference));
        const references = expandReference(definition, reference);
        return names.map((each, index): [string, string] => [each, references[index] ?? reference]);
      }),
    ),
    // One item is enough for a "no", as one of several conditions is.
    rejected: definition.rejected.flatMap((condition) => expandCondition(definition, condition, undefined)),
    minimums: expandMinimums(definition, definition.minimums),
  };
}

/** What a run is given: each value of a list by a name of its own. */
export function expandInputs(definition: WorkflowDefinition): Readonly<Record<string, InputDefinition>> {
  return Object.fromEntries(
    Object.entries(definition.inputs).flatMap(([name, { items, ...input }]) =>
      namesOf(name, items).map((each): [string, InputDefinition] => [each, input]),
    ),
  );
}

export function expandMinimums(definition: WorkflowDefinition, minimums: Minimums): Minimums {
  return {
    ...minimums,
    fields: Object.fromEntries(
      Object.entries(minimums.fields).flatMap(([reference, minimum]) =>
        expandReference(definition, reference).map((each): [string, Minimum] => [each, minimum]),
      ),
    ),
  };
}

function expandStep(
  definition: WorkflowDefinition,
  { map: _map, ...step }: StepDefinition,
  item: number | undefined,
): StepDefinition {
  return {
    ...step,
    in: Object.fromEntries(
      Object.entries(step.in).map(([port, reference]) => [port, atItem(definition, reference, item)]),
    ),
    when: step.when.flatMap((condition) => expandCondition(definition, condition, item)),
  };
}

function expandCondition(
  definition: WorkflowDefinition,
  condition: Condition,
  item: number | undefined,
): readonly Condition[] {
  const fields =
    item === undefined
      ? expandReference(definition, condition.field)
      : [atItem(definition, condition.field, item)];
  return fields.map((field) => ({ ...condition, field }));
}

function expandReference(definition: WorkflowDefinition, reference: string): readonly string[] {
  const items = itemsOf(definition, reference);
  if (items === undefined) return [reference];
  return Array.from({ length: items }, (_, index) => atItem(definition, reference, index + 1));
}

/** The value that item `item` reads: its own of what has items, the only one of what has none. */
function atItem(definition: WorkflowDefinition, reference: string, item: number | undefined): string {
  if (item === undefined || itemsOf(definition, reference) === undefined) return reference;
  const { owner, member } = splitReference(reference);
  return owner === 'inputs' ? `inputs/${itemName(member, item)}` : `${itemName(owner, item)}/${member}`;
}

function namesOf(name: string, items: number | undefined): readonly string[] {
  if (items === undefined) return [name];
  return Array.from({ length: items }, (_, index) => itemName(name, index + 1));
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
