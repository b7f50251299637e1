import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json } from '#canonical';
import {
  BUILTIN_WORKFLOWS,
  builtinDefinition,
  builtinText,
  CATALOGUE,
  CONFIDENTIALITY_LEVELS,
  DATA_CLASSES,
  definitionDigest,
  definitionFromJson,
  INTEGRITY_LEVELS,
  PRIORITIES,
  parseDefinition,
  RETRY_CLASSES,
  WorkflowError,
  workflowLimits,
} from '#workflow';

/*
 * The published schema and the parser, by a JSON Schema reader of others: what has a wrong form both refuse, and what
 * one accepts by its form the other does too.
 */

const docs = resolve(import.meta.dirname, '../../docs');
const examples = resolve(import.meta.dirname, '../../examples');
const schema = JSON.parse(readFileSync(resolve(docs, 'schemas/workflow.v1.schema.json'), 'utf8'));
const reader = z.fromJSONSchema(schema);

const INPUT = { class: 'personal', type: 'json', bytesMax: 4096 };
const STATEMENT = { class: 'secret-text', type: 'text', bytesMax: 4096 };
const EXTRACT = {
  operation: 'document.extract',
  in: { statement: 'inputs/statement', application: 'inputs/application' },
};
const SCORE = { operation: 'scorecard.prove', in: { features: 'extract/features' } };
const REVIEW = { operation: 'human.approve', in: { decision: 'score/decision' } };
const GOOD = {
  schema: 'sealflow/workflow/v1',
  name: 'good',
  version: 1,
  inputs: { application: INPUT, statement: STATEMENT },
  steps: { extract: EXTRACT, score: SCORE, review: REVIEW },
  outputs: { decision: 'score/decision' },
};

const step = (name: 'extract' | 'score' | 'review', change: object) => ({
  ...GOOD,
  steps: { ...GOOD.steps, [name]: { ...GOOD.steps[name], ...change } },
});
const input = (change: object) => ({
  ...GOOD,
  inputs: { ...GOOD.inputs, application: { ...INPUT, ...change } },
});
const many = (count: number, entry: (index: number) => [string, unknown]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => entry(index)));
const decided = { field: 'score/decision', in: ['review'] };

function bySchema(value: unknown): boolean {
  return reader.safeParse(value).success;
}

/** Null where the parser accepts, else the code of its refusal. */
function byParser(value: unknown): string | null {
  try {
    definitionFromJson(JSON.parse(JSON.stringify(value)) as Json);
    return null;
  } catch (error) {
    if (error instanceof WorkflowError) return error.code;
    throw error;
  }
}

describe('schema and parser accept', () => {
  it.each<[string, unknown]>([
    ['the smallest definition', GOOD],
    ['a step that may fail', step('score', { tolerable: true })],
    ['defaults written out', { ...step('review', { quorum: 1, tolerable: false }), priority: 'normal' }],
    ['two persons', step('review', { quorum: 2 })],
    ['a retry', step('score', { retry: { on: ['timeout', 'collateral'], attemptsMax: 2 } })],
    [
      'a retry with a pause',
      step('score', { retry: { on: ['capacity'], attemptsMax: 10, backoffMs: 3_600_000 } }),
    ],
    ['bounds of a run', { ...GOOD, priority: 'high', deadlineMs: 1_000, costMicrosMax: 0 }],
    ['one condition by itself', step('review', { when: decided })],
    ['a list of conditions', step('review', { when: [decided, { ...decided, orSkipped: true }] })],
    ['no condition', step('review', { when: [] })],
    ['parameters of any depth', step('score', { parameters: { manifest: { a: [1, 'b', null, true] } } })],
    [
      'an output with its class',
      { ...GOOD, outputs: { d: { from: 'score/decision', class: 'disclosable' } } },
    ],
    [
      'minimums',
      {
        ...GOOD,
        minimums: {
          classes: { personal: { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' } },
          fields: { 'score/decision': { integrity: 'PROVED' }, 'inputs/application': {} },
        },
      },
    ],
    [
      'a list and a step that maps over it',
      {
        ...GOOD,
        inputs: { application: { ...INPUT, items: 2 }, statement: { ...STATEMENT, items: 2 } },
        steps: {
          extract: { ...EXTRACT, map: { over: 'inputs/statement' } },
          score: { ...SCORE, map: { over: 'inputs/statement' } },
        },
      },
    ],
  ])('%s', (_what, value) => {
    expect({ schema: bySchema(value), parser: byParser(value) }).toEqual({ schema: true, parser: null });
  });

  it.each(BUILTIN_WORKFLOWS)('the workflow %s that comes with the product', (name) => {
    expect(bySchema(JSON.parse(JSON.stringify(builtinDefinition(name))))).toBe(true);
  });
});

describe('schema and parser refuse', () => {
  it.each<[string, unknown]>([
    ['a list', []],
    ['nothing', null],
    ['a member that nobody knows', { ...GOOD, owner: 'me' }],
    ['a member of a step that nobody knows', step('score', { retries: 3 })],
    ['another schema', { ...GOOD, schema: 'sealflow/workflow/v2' }],
    ...(['schema', 'name', 'version', 'inputs', 'steps', 'outputs'] as const).map(
      (member): [string, unknown] => [`no ${member}`, { ...GOOD, [member]: undefined }],
    ),
    ['no steps', { ...GOOD, steps: {} }],
    ['a name with a dot', { ...GOOD, name: 'a.b' }],
    ['a name that is too long', { ...GOOD, name: 'a'.repeat(33) }],
    ['a version of zero', { ...GOOD, version: 0 }],
    ['a version that is a text', { ...GOOD, version: '1' }],
    ['an input named with a capital', { ...GOOD, inputs: { ...GOOD.inputs, More: INPUT } }],
    ['an unknown data class', input({ class: 'secret' })],
    ['an unknown type', input({ type: 'xml' })],
    ['no size', input({ bytesMax: undefined })],
    ['a size above every bundle', input({ bytesMax: 16 * 1024 * 1024 + 1 })],
    ['an empty list', input({ items: 0 })],
    ['a list of 65', input({ items: 65 })],
    ['an operation without a dot', step('score', { operation: 'score' })],
    ['a reference without a slash', step('score', { in: { features: 'extract' } })],
    ['a timeout of 1 ms', step('score', { timeoutMs: 1 })],
    ['eleven attempts', step('score', { attemptsMax: 11 })],
    ['a retry without an end', step('score', { retry: { on: ['timeout'] } })],
    ['a retry of an unknown class', step('score', { retry: { on: ['bad_luck'], attemptsMax: 2 } })],
    ['a retry of nothing', step('score', { retry: { on: [], attemptsMax: 2 } })],
    [
      'a pause of more than an hour',
      step('score', { retry: { on: ['timeout'], attemptsMax: 2, backoffMs: 3_600_001 } }),
    ],
    ['a quorum of three', step('review', { quorum: 3 })],
    ['a quorum of none', step('review', { quorum: 0 })],
    ['a tolerable that is a word', step('score', { tolerable: 'yes' })],
    ['a map over two lists', step('score', { map: { over: ['inputs/a', 'inputs/b'] } })],
    ['a map that says more', step('score', { map: { over: 'inputs/a', items: 2 } })],
    ['a condition without values', step('review', { when: { field: 'score/decision', in: [] } })],
    ['a condition with a number', step('review', { when: { field: 'score/decision', in: [1] } })],
    ['a condition that is a text', step('review', { when: 'score/decision' })],
    ['seventeen conditions', step('review', { when: Array.from({ length: 17 }, () => decided) })],
    ['a number as orSkipped', step('review', { when: { ...decided, orSkipped: 1 } })],
    ['parameters that are a list', step('score', { parameters: [] })],
    ['sixty-five parameters', step('score', { parameters: many(65, (index) => [`p${index}`, 1]) })],
    ['an output of an input alone', { ...GOOD, outputs: { d: 7 } }],
    ['an output without a class', { ...GOOD, outputs: { d: { from: 'score/decision' } } }],
    ['an unknown priority', { ...GOOD, priority: 'urgent' }],
    ['a deadline of 10 ms', { ...GOOD, deadlineMs: 10 }],
    ['a cap below nothing', { ...GOOD, costMicrosMax: -1 }],
    ['a minimum for an unknown class', { ...GOOD, minimums: { classes: { open: {} } } }],
    ['an unknown level', { ...GOOD, minimums: { fields: { 'score/decision': { integrity: 'proved' } } } }],
    ['a minimum for something that is no reference', { ...GOOD, minimums: { fields: { decision: {} } } }],
  ])('%s', (_what, value) => {
    expect(byParser(value)).not.toBeNull();
    expect(bySchema(JSON.parse(JSON.stringify(value)))).toBe(false);
  });
});

describe('only the parser refuses', () => {
  it.each<[string, string, unknown]>([
    ['an operation that nobody has', 'UNKNOWN_OPERATION', step('score', { operation: 'scorecard.guess' })],
    ['a reference into nothing', 'UNKNOWN_REFERENCE', step('score', { in: { features: 'read/features' } })],
    ['a port left open', 'MISSING_INPUT', step('score', { in: {} })],
    ['a circle', 'CYCLE', step('extract', { when: decided })],
    ['an input that nobody reads', 'UNUSED_INPUT', { ...GOOD, inputs: { ...GOOD.inputs, more: INPUT } }],
    [
      'a secret where everybody reads',
      'PLAINTEXT_EDGE_FORBIDDEN',
      step('review', { in: { decision: 'score/limit' } }),
    ],
    ['a list where one value is read', 'MAP_MISMATCH', input({ items: 2 })],
    [
      'two counts of attempts',
      'SCHEMA_INVALID',
      step('score', { attemptsMax: 2, retry: { on: ['timeout'], attemptsMax: 2 } }),
    ],
  ])('%s', (_what, code, value) => {
    expect({ schema: bySchema(value), parser: byParser(value) }).toEqual({ schema: true, parser: code });
  });
});

describe('the schema', () => {
  const { $defs } = schema;

  it('has the words of the code', () => {
    expect($defs.dataClass.enum).toEqual(DATA_CLASSES);
    expect(Object.keys($defs.minimums.properties.classes.properties)).toEqual(DATA_CLASSES);
    expect($defs.minimum.properties.integrity.enum).toEqual(INTEGRITY_LEVELS);
    expect($defs.minimum.properties.confidentiality.enum).toEqual(CONFIDENTIALITY_LEVELS);
    expect($defs.retry.properties.on.items.enum).toEqual(RETRY_CLASSES);
    expect(schema.properties.priority.enum).toEqual(PRIORITIES);
    for (const name of CATALOGUE.keys()) expect(name).toMatch(new RegExp($defs.operation.pattern));
  });

  it('has the limits of the code', () => {
    expect({
      nameCharsMax: $defs.name.maxLength,
      inputBytesMax: $defs.input.properties.bytesMax.maximum,
      itemsMax: $defs.input.properties.items.maximum,
      timeoutMsMin: $defs.step.properties.timeoutMs.minimum,
      timeoutMsMax: $defs.step.properties.timeoutMs.maximum,
      attemptsMax: $defs.step.properties.attemptsMax.maximum,
      backoffMsMax: $defs.retry.properties.backoffMs.maximum,
      quorumMax: $defs.step.properties.quorum.maximum,
      conditionsMax: $defs.conditions.anyOf[1].maxItems,
      valuesMax: $defs.condition.properties.in.maxItems,
      valueCharsMax: $defs.condition.properties.in.items.maxLength,
      versionMax: schema.properties.version.maximum,
      costMicrosMax: schema.properties.costMicrosMax.maximum,
    }).toEqual({
      nameCharsMax: workflowLimits.nameCharsMax,
      inputBytesMax: workflowLimits.inputBytesMax,
      itemsMax: workflowLimits.itemsMax,
      timeoutMsMin: workflowLimits.timeoutMsMin,
      timeoutMsMax: workflowLimits.timeoutMsMax,
      attemptsMax: workflowLimits.attemptsMax,
      backoffMsMax: workflowLimits.backoffMsMax,
      quorumMax: workflowLimits.quorumMax,
      conditionsMax: workflowLimits.conditionsMax,
      valuesMax: workflowLimits.valuesMax,
      valueCharsMax: workflowLimits.valueCharsMax,
      versionMax: workflowLimits.versionMax,
      costMicrosMax: workflowLimits.costMicrosMax,
    });
  });
});

describe('the example workflows', () => {
  const files = readdirSync(examples).filter((file) => file.endsWith('.yaml'));

  it.each(files)('%s is accepted by both, and is the same definition in JSON', (file) => {
    const definition = parseDefinition(readFileSync(resolve(examples, file)));
    const json = JSON.stringify(definition);
    expect(bySchema(JSON.parse(json))).toBe(true);
    expect(definitionDigest(parseDefinition(json))).toBe(definitionDigest(definition));
    expect(`${definition.name}.yaml`).toBe(file);
  });

  it.each(BUILTIN_WORKFLOWS)(
    '%s is the workflow of that name that comes with the product, with comments',
    (name) => {
      const example = parseDefinition(readFileSync(resolve(examples, `${name}.yaml`)));
      if (name === 'credit')
        expect(definitionDigest(example)).toBe(definitionDigest(parseDefinition(builtinText(name))));
      expect(example.steps).toEqual(builtinDefinition(name).steps);
    },
  );
});
