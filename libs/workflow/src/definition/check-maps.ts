import { limits } from '../limits.js';
import { listed, shown, WorkflowError } from '../workflow-error.js';
import { type InputDefinition, outputReference, type WorkflowDefinition } from './definition.js';
import { didYouMean } from './did-you-mean.js';
import { itemName, itemsOf } from './expand-maps.js';
import { overLimit } from './object-reader.js';

/** Conditions of one step, or of `rejected`, once those on mapped steps are written out. */
const CONDITIONS_MAX = 64;

/**
 * Lists and steps that map over them fit together: what is read item by item has as many items everywhere, nothing
 * reads many values where one is expected, and what it all unfolds to stays within the limits of a workflow.
 *
 * @throws WorkflowError `MAP_MISMATCH`, `UNKNOWN_REFERENCE`, `SCHEMA_INVALID` or `LIMIT_EXCEEDED`
 */
export function checkMaps(definition: WorkflowDefinition): void {
  for (const name of Object.keys(definition.steps).sort()) {
    const step = definition.steps[name];
    if (step?.map !== undefined) checkOver(definition, step.map.over, `steps.${name}.map.over`);
  }
  for (const name of Object.keys(definition.steps).sort()) checkReads(definition, name);
  checkConditionCount(definition.rejected, definition, 'rejected', undefined);
  const outputs = Object.entries(definition.outputs).map(
    ([name, output]) => [name, itemsOf(definition, outputReference(output))] as const,
  );
  const inputs = Object.entries(definition.inputs).map(([name, { items }]) => [name, items] as const);
  const steps = Object.keys(definition.steps).map((name) => [name, itemsOf(definition, `${name}/`)] as const);
  checkNames('inputs', inputs, limits.inputsMax);
  checkNames('steps', steps, limits.stepsMax);
  checkNames('outputs', outputs, limits.outputsMax);
}

function checkOver(definition: WorkflowDefinition, over: string, path: string): void {
  const lists = Object.entries(definition.inputs)
    .filter(([, input]: [string, InputDefinition]) => input.items !== undefined)
    .map(([name]) => `inputs/${name}`);
  if (lists.includes(over)) return;
  throw new WorkflowError('UNKNOWN_REFERENCE', {
    path,
    expected: `an input that is a list: ${listed(lists)}`,
    got: shown(over),
    hint: didYouMean(over, lists, 'Give the input `items`, the number of its values.'),
  });
}

function checkReads(definition: WorkflowDefinition, name: string): void {
  const step = definition.steps[name];
  if (step === undefined) return;
  const items = itemsOf(definition, `${name}/`);
  for (const port of Object.keys(step.in).sort()) {
    const path = `steps.${name}.in.${port}`;
    const reference = step.in[port] ?? '';
    checkCount(items, itemsOf(definition, reference), reference, path);
  }
  for (const [index, { field }] of step.when.entries()) {
    // A step that is run once may ask about all items of another: then the condition holds for each of them.
    if (items === undefined) continue;
    checkCount(items, itemsOf(definition, field), field, `steps.${name}.when[${index}].field`);
  }
  checkConditionCount(step.when, definition, `steps.${name}.when`, items);
}

function checkCount(
  items: number | undefined,
  read: number | undefined,
  reference: string,
  path: string,
): void {
  if (read === undefined || read === items) return;
  throw new WorkflowError('MAP_MISMATCH', {
    path,
    expected: items === undefined ? 'one value' : `one value, or one for each of the ${items} items`,
    got: `${read} values of ${shown(reference)}`,
    hint:
      items === undefined
        ? 'Map this step over the same list, so that each item has a step of its own.'
        : 'Lists that one step reads item by item need the same `items`.',
  });
}

function checkConditionCount(
  conditions: WorkflowDefinition['rejected'],
  definition: WorkflowDefinition,
  path: string,
  items: number | undefined,
): void {
  if (items !== undefined) return;
  const count = conditions.reduce((sum, { field }) => sum + (itemsOf(definition, field) ?? 1), 0);
  if (count > CONDITIONS_MAX) {
    throw overLimit(path, `at most ${CONDITIONS_MAX} conditions with every item`, `${count}`);
  }
}

function checkNames(
  place: 'inputs' | 'steps' | 'outputs',
  entries: readonly (readonly [string, number | undefined])[],
  countMax: number,
): void {
  const count = entries.reduce((sum, [, items]) => sum + (items ?? 1), 0);
  if (count > countMax) throw overLimit(place, `at most ${countMax} with every item`, `${count}`);
  const taken = new Set(entries.map(([name]) => name));
  for (const [name, items = 0] of [...entries].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const last = itemName(name, items);
    if (items > 0 && last.length > limits.nameCharsMax) {
      throw overLimit(`${place}.${name}`, `${shown(last)} in ${limits.nameCharsMax} characters`, 'more');
    }
    for (let item = 1; item <= items; item += 1) {
      const made = itemName(name, item);
      if (!taken.has(made)) {
        taken.add(made);
        continue;
      }
      throw new WorkflowError('SCHEMA_INVALID', {
        path: `${place}.${name}`,
        expected: `names beside ${shown(made)}, which item ${item} has`,
        got: `another ${shown(made)}`,
        hint: 'Rename one of them.',
      });
    }
  }
}
