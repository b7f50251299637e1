/**
 * The only way from text to a workflow definition.
 *
 * Its author is not trusted: bounded bytes, no unknown field, no reference into nothing, no cycle, and no value
 * of a secret class on an edge that would carry it in the clear.
 */
import { CanonicalError, canonicalBytes, type Json, type JsonObject } from '#canonical';
import { limits } from '../limits.js';
import { WorkflowError } from '../workflow-error.js';
import { checkDefinition } from './check-definition.js';
import { DATA_CLASSES } from './data-class.js';
import {
  type Condition,
  DEFINITION_SCHEMA,
  type InputDefinition,
  type StepDefinition,
  type WorkflowDefinition,
} from './definition.js';
import { type DefinitionFormat, readDocument } from './document.js';
import { NO_MINIMUMS, parseMinimums } from './minimums.js';
import { kindOf, NAME, ObjectReader, OPERATION, overLimit, PORT, REFERENCE } from './object-reader.js';

const VALUE = {
  pattern: /^[a-z][a-z0-9-]*$/,
  charsMax: limits.valueCharsMax,
  text: `a value of a public fact, at most ${limits.valueCharsMax} characters`,
};

/**
 * Parses and checks a definition. Without `format` a text that starts with `{` is JSON and any other YAML.
 *
 * @throws WorkflowError with the place in the definition; for YAML with line and column too
 */
export function parseDefinition(input: Uint8Array | string, format?: DefinitionFormat): WorkflowDefinition {
  const document = readDocument(input, format);
  try {
    return definitionFromJson(document.value);
  } catch (error) {
    throw error instanceof WorkflowError ? error.at(document.positionOf(error.path)) : error;
  }
}

/** The same for a value that has been parsed already, such as the definition inside a plan. */
export function definitionFromJson(value: Json): WorkflowDefinition {
  const reader = new ObjectReader(value, '').only([
    'schema',
    'name',
    'version',
    'inputs',
    'steps',
    'outputs',
    'rejected',
    'minimums',
  ]);
  reader.choice('schema', [DEFINITION_SCHEMA]);
  const minimums = reader.value('minimums');
  const definition: WorkflowDefinition = {
    schema: DEFINITION_SCHEMA,
    name: reader.text('name', NAME),
    version: reader.integer('version', 1, limits.versionMax),
    inputs: readRecord(reader.object('inputs'), 'inputs', limits.inputsMax, readInput),
    steps: readRecord(reader.object('steps'), 'steps', limits.stepsMax, readStep),
    outputs: readOutputs(reader.object('outputs')),
    rejected: readConditions(reader, 'rejected'),
    minimums: minimums === undefined ? NO_MINIMUMS : parseMinimums(minimums),
  };
  checkDefinition(definition);
  return definition;
}

function readRecord<T>(
  reader: ObjectReader,
  what: string,
  countMax: number,
  read: (entry: ObjectReader) => T,
): Record<string, T> {
  return Object.fromEntries(
    reader.names(NAME, what, countMax).map((name) => [name, read(reader.object(name))]),
  );
}

function readInput(reader: ObjectReader): InputDefinition {
  reader.only(['class', 'type', 'bytesMax']);
  return {
    class: reader.choice('class', DATA_CLASSES),
    type: reader.choice('type', ['json', 'text']),
    bytesMax: reader.integer('bytesMax', 1, limits.inputBytesMax),
  };
}

function readStep(reader: ObjectReader): StepDefinition {
  reader.only(['operation', 'in', 'when', 'parameters', 'timeoutMs', 'attemptsMax', 'compensate']);
  const wires = reader.object('in');
  return {
    operation: reader.text('operation', OPERATION),
    in: Object.fromEntries(
      wires.names(PORT, 'ports', limits.inputsMax).map((port) => [port, wires.text(port, REFERENCE)]),
    ),
    when: readConditions(reader, 'when'),
    parameters: parseParameters(reader.value('parameters') ?? {}, reader.pathOf('parameters')),
    ...(reader.has('timeoutMs')
      ? { timeoutMs: reader.integer('timeoutMs', limits.timeoutMsMin, limits.timeoutMsMax) }
      : {}),
    ...(reader.has('attemptsMax')
      ? { attemptsMax: reader.integer('attemptsMax', 1, limits.attemptsMax) }
      : {}),
    ...(reader.has('compensate') ? { compensate: reader.text('compensate', OPERATION) } : {}),
  };
}

function readOutputs(reader: ObjectReader): Record<string, string> {
  return Object.fromEntries(
    reader.names(NAME, 'outputs', limits.outputsMax).map((name) => [name, reader.text(name, REFERENCE)]),
  );
}

/** A list of conditions, or one condition by itself. */
function readConditions(owner: ObjectReader, name: string): readonly Condition[] {
  const value = owner.value(name);
  const single = typeof value === 'object' && value !== null && !Array.isArray(value);
  const list = single ? [value] : owner.optionalList(name, limits.conditionsMax);
  return list.map((item, index) => {
    const path = single ? owner.pathOf(name) : `${owner.pathOf(name)}[${index}]`;
    return readCondition(new ObjectReader(item, path));
  });
}

function readCondition(reader: ObjectReader): Condition {
  reader.only(['field', 'in', 'orSkipped']);
  const values = reader.optionalList('in', limits.valuesMax);
  if (values.length === 0) throw reader.invalid('in', 'a list of at least one value');
  return {
    field: reader.text('field', REFERENCE),
    in: values.map((value, index) => readValue(value, `${reader.pathOf('in')}[${index}]`)),
    orSkipped: reader.flag('orSkipped', false),
  };
}

function readValue(value: Json, path: string): string {
  if (typeof value === 'string' && value.length <= VALUE.charsMax && VALUE.pattern.test(value)) return value;
  throw new WorkflowError('SCHEMA_INVALID', {
    path,
    expected: VALUE.text,
    got: kindOf(value),
    hint: 'Facts have the values that the operation lists.',
  });
}

/**
 * Parameters of one step: a bounded JSON object that the runtime reads.
 *
 * @throws WorkflowError `SCHEMA_INVALID` or `LIMIT_EXCEEDED`
 */
export function parseParameters(value: Json, path: string): JsonObject {
  const reader = new ObjectReader(value, path);
  const names = reader.names(PORT, 'parameters', limits.inputsMax);
  let bytes: number;
  try {
    bytes = canonicalBytes(value).length;
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    throw new WorkflowError('SCHEMA_INVALID', {
      path,
      expected: 'JSON values with integers only',
      got: error.code,
      hint: 'Write other numbers as decimal strings.',
    });
  }
  if (bytes > limits.parameterBytesMax) {
    throw overLimit(path, `at most ${limits.parameterBytesMax} bytes`, `${bytes} bytes`);
  }
  return Object.fromEntries(names.map((name) => [name, reader.value(name) ?? null]));
}
