import { describe, expect, it } from 'vitest';
import { canonicalBytes, type Json, toJson, utf8 } from '#canonical';
import { builtinDefinition, builtinText } from '../builtin/builtin.js';
import { limits } from '../limits.js';
import { WorkflowError, type WorkflowErrorCode } from '../workflow-error.js';
import { definitionDigest } from './definition.js';
import { parseDefinition } from './parse-definition.js';

type Draft = { [key: string]: Draft } & { [index: number]: Draft };

/** The credit workflow as plain JSON, changed by `edit`. */
function credit(edit: (draft: Draft) => void = () => {}): string {
  const draft = JSON.parse(JSON.stringify(builtinDefinition('credit')));
  edit(draft);
  return JSON.stringify(draft);
}

function at(draft: Draft, path: string): Draft {
  return path.split('.').reduce((place, name) => place[name] as Draft, draft);
}

function set(path: string, name: string, value: Json): (draft: Draft) => void {
  return (draft) => {
    at(draft, path)[name] = value as unknown as Draft;
  };
}

function remove(path: string, name: string): (draft: Draft) => void {
  return (draft) => {
    delete at(draft, path)[name];
  };
}

function refusal(text: string | Uint8Array): WorkflowError {
  try {
    parseDefinition(text);
  } catch (error) {
    if (error instanceof WorkflowError) return error;
    throw error;
  }
  throw new Error('the definition was accepted');
}

const many = (count: number, entry: (index: number) => [string, Json]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => entry(index)));

const approveStep = (source: string): Json => ({ operation: 'human.approve', in: { decision: source } });

describe('a definition is refused when it has', () => {
  it.each<[string, WorkflowErrorCode, string, (draft: Draft) => void]>([
    ['a field that nobody knows', 'UNKNOWN_FIELD', 'owner', (d) => Object.assign(d, { owner: 'me' })],
    ['an unknown field in a step', 'UNKNOWN_FIELD', 'steps.score.retries', set('steps.score', 'retries', 1)],
    [
      'an unknown port',
      'UNKNOWN_FIELD',
      'steps.score.in.salary',
      set('steps.score.in', 'salary', 'inputs/intent'),
    ],
    [
      'a port that every object inherits',
      'UNKNOWN_FIELD',
      'steps.score.in.constructor',
      set('steps.score.in', 'constructor', 'inputs/intent'),
    ],
    [
      'a minimum for an unknown class',
      'UNKNOWN_FIELD',
      'minimums.classes.open',
      set('minimums.classes', 'open', {}),
    ],
    [
      'another schema',
      'SCHEMA_INVALID',
      'schema',
      (d) => Object.assign(d, { schema: 'sealflow/workflow/v2' }),
    ],
    ['no name', 'SCHEMA_INVALID', 'name', (d) => Object.assign(d, { name: 7 })],
    ['a version that is text', 'SCHEMA_INVALID', 'version', (d) => Object.assign(d, { version: '1' })],
    ['a version out of range', 'LIMIT_EXCEEDED', 'version', (d) => Object.assign(d, { version: 0 })],
    ['no steps', 'SCHEMA_INVALID', 'steps', (d) => Object.assign(d, { steps: {} })],
    [
      'a step name with a dot',
      'SCHEMA_INVALID',
      'steps."a.b"',
      set('steps', 'a.b', approveStep('score/decision')),
    ],
    [
      'a step called inputs',
      'SCHEMA_INVALID',
      'steps.inputs',
      set('steps', 'inputs', approveStep('score/decision')),
    ],
    ['a step that is a list', 'SCHEMA_INVALID', 'steps.score', set('steps', 'score', [])],
    ['an unknown class', 'SCHEMA_INVALID', 'inputs.intent.class', set('inputs.intent', 'class', 'secret')],
    ['a size of zero', 'LIMIT_EXCEEDED', 'inputs.intent.bytesMax', set('inputs.intent', 'bytesMax', 0)],
    [
      'a condition without values',
      'SCHEMA_INVALID',
      'steps.settle.when[0].in',
      set('steps.settle.when.0', 'in', []),
    ],
    [
      'a condition with a number',
      'SCHEMA_INVALID',
      'steps.settle.when[0].in[0]',
      set('steps.settle.when.0', 'in', [1]),
    ],
    [
      'orSkipped that is text',
      'SCHEMA_INVALID',
      'steps.settle.when[0].orSkipped',
      set('steps.settle.when.0', 'orSkipped', 'yes'),
    ],
    [
      'an unknown level',
      'SCHEMA_INVALID',
      'minimums.fields.score/decision.integrity',
      set('minimums.fields.score/decision', 'integrity', 'proved'),
    ],
    ['a float among its parameters', 'DOCUMENT_INVALID', '', set('steps.score', 'parameters', { rate: 1.5 })],
    [
      'an unknown operation',
      'UNKNOWN_OPERATION',
      'steps.score.operation',
      set('steps.score', 'operation', 'scorecard.guess'),
    ],
    [
      'an unknown compensation',
      'UNKNOWN_OPERATION',
      'steps.settle.compensate',
      set('steps.settle', 'compensate', 'ledger.refund'),
    ],
    [
      'a compensation that undoes something else',
      'SCHEMA_INVALID',
      'steps.settle.compensate',
      set('steps.settle', 'compensate', 'ledger.reserve'),
    ],
    [
      'a reference to a missing input',
      'UNKNOWN_REFERENCE',
      'steps.extract.in.statement',
      set('steps.extract.in', 'statement', 'inputs/letter'),
    ],
    [
      'a reference to a missing step',
      'UNKNOWN_REFERENCE',
      'steps.score.in.features',
      set('steps.score.in', 'features', 'read/features'),
    ],
    [
      'a reference to a missing output',
      'UNKNOWN_REFERENCE',
      'steps.score.in.features',
      set('steps.score.in', 'features', 'extract/words'),
    ],
    [
      'a reference to what every object inherits',
      'UNKNOWN_REFERENCE',
      'steps.score.in.features',
      set('steps.score.in', 'features', 'constructor/features'),
    ],
    [
      'an output that every object inherits',
      'UNKNOWN_REFERENCE',
      'outputs.decision',
      set('outputs', 'decision', 'score/constructor'),
    ],
    [
      'a condition on a missing fact',
      'UNKNOWN_REFERENCE',
      'steps.settle.when[0].field',
      set('steps.settle.when.0', 'field', 'reserve/amount'),
    ],
    [
      'a condition on a value that the fact never has',
      'UNKNOWN_REFERENCE',
      'steps.settle.when[0].in',
      set('steps.settle.when.0', 'in', ['reservd']),
    ],
    [
      'a run input as output',
      'UNKNOWN_REFERENCE',
      'outputs.decision',
      set('outputs', 'decision', 'inputs/intent'),
    ],
    [
      'a minimum for a missing field',
      'UNKNOWN_REFERENCE',
      'minimums.fields.score/result',
      set('minimums.fields', 'score/result', {}),
    ],
    [
      'a required port without source',
      'MISSING_INPUT',
      'steps.extract.in.statement',
      remove('steps.extract.in', 'statement'),
    ],
    [
      'an input that no step reads',
      'UNUSED_INPUT',
      'inputs.extra',
      set('inputs', 'extra', { class: 'personal', type: 'json', bytesMax: 1 }),
    ],
    [
      'a source of another secret class',
      'CLASS_MISMATCH',
      'steps.extract.in.statement',
      set('steps.extract.in', 'statement', 'inputs/application'),
    ],
    [
      'a client commitment where a circuit needs Poseidon',
      'COMMITMENT_MISMATCH',
      'steps.score.in.features',
      set('steps.score.in', 'features', 'inputs/application'),
    ],
    [
      'a secret on an edge in the clear',
      'PLAINTEXT_EDGE_FORBIDDEN',
      'steps.review.in.decision',
      set('steps.review.in', 'decision', 'score/limit'),
    ],
    [
      'a reservation that nobody closes',
      'COMPENSATION_MISSING',
      'steps.reserve',
      (d) => {
        remove('steps', 'settle')(d);
        remove('outputs', 'settlement')(d);
      },
    ],
    [
      'a commit without compensation',
      'COMPENSATION_MISSING',
      'steps.settle.compensate',
      remove('steps.settle', 'compensate'),
    ],
    [
      'too many steps',
      'LIMIT_EXCEEDED',
      'steps',
      (d) => Object.assign(d, { steps: many(limits.stepsMax + 1, (n) => [`s${n}`, {}]) }),
    ],
    [
      'too many conditions',
      'LIMIT_EXCEEDED',
      'rejected',
      (d) => Object.assign(d, { rejected: Array(limits.conditionsMax + 1).fill({}) }),
    ],
    ['a name that is too long', 'LIMIT_EXCEEDED', 'name', (d) => Object.assign(d, { name: 'n'.repeat(33) })],
    [
      'parameters that are too large',
      'LIMIT_EXCEEDED',
      'steps.score.parameters',
      set('steps.score', 'parameters', { note: 'x'.repeat(5000) }),
    ],
    [
      'a timeout that is too long',
      'LIMIT_EXCEEDED',
      'steps.review.timeoutMs',
      set('steps.review', 'timeoutMs', 8 * 24 * 3_600_000),
    ],
  ])('%s: %s at %s', (_name, code, path, edit) => {
    const error = refusal(credit(edit));
    expect({ code: error.code, path: error.path }).toEqual({ code, path });
    expect(error.expected).not.toBe('');
    expect(error.hint).not.toBe('');
  });

  it('a cycle, naming the way round', () => {
    const error = refusal(
      credit((draft) => {
        set('steps.score', 'when', { field: 'reserve/outcome', in: ['reserved'] })(draft);
      }),
    );
    expect(error.code).toBe('CYCLE');
    expect(error.got).toBe('reserve -> score -> review -> reserve');
  });

  it('a step that waits for itself', () => {
    const error = refusal(credit(set('steps.review.in', 'decision', 'review/decision')));
    expect({ code: error.code, got: error.got }).toEqual({ code: 'CYCLE', got: 'review -> review' });
  });

  it('too many references in all', () => {
    const wide = many(130, (index) => [
      `s${index}`,
      {
        ...(approveStep('a/decision') as object),
        when: Array(8).fill({ field: 'a/decision', in: ['approve'] }),
      } as Json,
    ]);
    const error = refusal(credit((draft) => Object.assign(draft, { steps: wide })));
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(error.path).toBe('steps');
  });
});

describe('bytes that are no document are refused:', () => {
  it.each([
    ['nothing', ''],
    ['a truncated one', '{"schema": "sealflow/workf'],
    ['one with a duplicate key', '{"name": "a", "name": "b"}'],
    ['one with a float', '{"version": 1.0}'],
    ['a list', '[]'],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff])],
    ['a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
  ])('%s', (_name, document) => {
    expect(['DOCUMENT_INVALID', 'SCHEMA_INVALID']).toContain(refusal(document).code);
  });

  it('one that is too large, before it is parsed', () => {
    const error = refusal(utf8(`{"name": "${'n'.repeat(limits.documentBytesMax)}"}`));
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(error.expected).toContain(`${limits.documentBytesMax} bytes`);
  });

  it('one that is nested too deep', () => {
    expect(refusal(`{"steps": ${'['.repeat(40)}${']'.repeat(40)}}`).code).toBe('LIMIT_EXCEEDED');
  });

  it('and what an error repeats of it is one short line', () => {
    const error = refusal(
      credit((draft) => Object.assign(draft, { [`a\n\u001b[31m${'b'.repeat(200)}`]: 1 })),
    );
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('a definition', () => {
  it('has the same digest as JSON, as YAML, and with its keys in another order', () => {
    const fromYaml = builtinDefinition('credit');
    const fromJson = parseDefinition(credit(), 'json');
    const canonical = parseDefinition(canonicalBytes(toJson(fromYaml)));
    expect(definitionDigest(fromJson)).toBe(definitionDigest(fromYaml));
    expect(definitionDigest(canonical)).toBe(definitionDigest(fromYaml));
  });

  it('keeps its meaning when it is written out and parsed again', () => {
    const once = builtinDefinition('credit');
    expect(parseDefinition(JSON.stringify(once))).toEqual(once);
  });

  it('may write a single condition without a list', () => {
    const text = builtinText('credit');
    expect(text).toContain('when: { field: score/decision, in: [review] }');
    expect(builtinDefinition('credit').steps['review']?.when).toHaveLength(1);
  });

  it('reports line and column of a mistake in YAML', () => {
    const text = builtinText('credit').replace('features: extract/features', 'features: extract/feature');
    const error = refusal(text);
    expect(error.code).toBe('UNKNOWN_REFERENCE');
    expect(error.position?.line).toBe(
      text.split('\n').findIndex((line) => line.includes('extract/feature }')) + 1,
    );
    expect(error.message).toContain('(line ');
  });
});
