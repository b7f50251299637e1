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
  INPUT_TYPES,
  type InputDefinition,
  type MapDefinition,
  PRIORITIES,
  RETRY_CLASSES,
  type RetryClass,
  type StepDefinition,
  type WorkflowDefinition,
} from './definition.js';
import { didYouMean } from './did-you-mean.js';
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
 * @throws WorkflowError with the place in the definition, and line and column in the text
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
    'priority',
    'deadlineMs',
    'costMicrosMax',
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
    ...readBounds(reader),
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

/** A default that is written out leaves no trace: the digest names what a definition means. */
function readBounds(
  reader: ObjectReader,
): Pick<WorkflowDefinition, 'priority' | 'deadlineMs' | 'costMicrosMax'> {
  const priority = reader.optionalChoice('priority', PRIORITIES) ?? 'normal';
  return {
    ...(priority === 'normal' ? {} : { priority }),
    ...(reader.has('deadlineMs')
      ? { deadlineMs: reader.integer('deadlineMs', limits.timeoutMsMin, limits.timeoutMsMax) }
      : {}),
    ...(reader.has('costMicrosMax')
      ? { costMicrosMax: reader.integer('costMicrosMax', 0, limits.costMicrosMax) }
      : {}),
  };
}

function readInput(reader: ObjectReader): InputDefinition {
  reader.only(['class', 'type', 'bytesMax', 'items']);
  return {
    class: reader.choice('class', DATA_CLASSES),
    type: reader.choice('type', INPUT_TYPES),
    bytesMax: reader.integer('bytesMax', 1, limits.inputBytesMax),
    ...(reader.has('items') ? { items: reader.integer('items', 1, limits.itemsMax) } : {}),
  };
}

function readStep(reader: ObjectReader): StepDefinition {
  reader.only(STEP_MEMBERS);
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
    ...readRetry(reader),
    ...(reader.flag('tolerable', false) ? { tolerable: true } : {}),
    ...(reader.has('quorum') && reader.integer('quorum', 1, limits.quorumMax) === 2 ? { quorum: 2 } : {}),
    ...(reader.has('map') ? { map: readMap(reader.object('map')) } : {}),
    ...(reader.has('compensate') ? { compensate: reader.text('compensate', OPERATION) } : {}),
  };
}

const STEP_MEMBERS = [
  'operation',
  'in',
  'when',
  'parameters',
  'timeoutMs',
  'attemptsMax',
  'retry',
  'tolerable',
  'quorum',
  'map',
  'compensate',
];

function readRetry(owner: ObjectReader): Pick<StepDefinition, 'retry'> {
  const reader = owner.optionalObject('retry')?.only(['on', 'attemptsMax', 'backoffMs']);
  if (reader === undefined) return {};
  if (owner.has('attemptsMax')) {
    throw owner.invalid('attemptsMax', 'nothing: retry has an attemptsMax of its own', 'SCHEMA_INVALID');
  }
  const named = reader.optionalList('on', RETRY_CLASSES.length);
  if (named.length === 0) throw reader.invalid('on', 'a list of at least one class');
  const classes = named.map((entry, index) => readRetryClass(entry, `${reader.pathOf('on')}[${index}]`));
  return {
    retry: {
      on: [...new Set(classes)].sort(),
      attemptsMax: reader.integer('attemptsMax', 1, limits.attemptsMax),
      backoffMs: reader.has('backoffMs') ? reader.integer('backoffMs', 0, limits.backoffMsMax) : 0,
    },
  };
}

function readRetryClass(value: Json, path: string): RetryClass {
  const found = RETRY_CLASSES.find((name) => name === value);
  if (found !== undefined) return found;
  throw new WorkflowError('SCHEMA_INVALID', {
    path,
    expected: RETRY_CLASSES.join(' | '),
    got: kindOf(value),
    hint: typeof value === 'string' ? didYouMean(value, RETRY_CLASSES, 'Correct the value.') : 'Correct it.',
  });
}

function readMap(reader: ObjectReader): MapDefinition {
  return { over: reader.only(['over']).text('over', REFERENCE) };
}

function readOutputs(reader: ObjectReader): WorkflowDefinition['outputs'] {
  return Object.fromEntries(
    reader.names(NAME, 'outputs', limits.outputsMax).map((name) => {
      if (typeof reader.value(name) === 'string') return [name, reader.text(name, REFERENCE)];
      const output = reader.object(name).only(['from', 'class']);
      return [name, { from: output.text('from', REFERENCE), class: output.choice('class', DATA_CLASSES) }];
    }),
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
