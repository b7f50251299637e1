import { beforeAll, describe, expect, it } from 'vitest';
import {
  type PlanWorkflowRequest,
  type PlanWorkflowResponse__Output,
  unary,
  type ValidateWorkflowResponse__Output,
} from '#contracts';
import { builtinText } from '#workflow';
import { refused } from '../refused.js';
import { settled, suite } from '../suite.js';

const credit = builtinText('credit');

function plan(
  changes: Omit<Partial<PlanWorkflowRequest>, 'definition'> = {},
  text: Buffer | string = credit,
) {
  const definition = Buffer.from(text);
  return unary<PlanWorkflowResponse__Output>(
    (options, callback) =>
      suite().client.services.workflow.planWorkflow(
        { parent: 'tenants/demo', ...changes, definition },
        options,
        callback,
      ),
    { deadlineMs: 5_000 },
  );
}

function validate(definition: Buffer | string) {
  return unary<ValidateWorkflowResponse__Output>(
    (options, callback) =>
      suite().client.services.workflow.validateWorkflow(
        { definition: Buffer.from(definition) },
        options,
        callback,
      ),
    { deadlineMs: 5_000 },
  );
}

const json = (value: object): string => JSON.stringify(value);
const PROVED = { integrity: 'INTEGRITY_PROVED' } as const;

/** What an author or a client can get wrong before any data exists. */
export function badWorkflows(): void {
  beforeAll(settled);

  describe('a workflow', () => {
    it.each<[what: string, reason: string, definition: Buffer | string]>([
      ['with a field that nobody knows', 'UNKNOWN_FIELD', `${credit}owner: me\n`],
      ['with a field in a step that nobody knows', 'UNKNOWN_FIELD', credit.replace('compensate:', 'undo:')],
      [
        'that waits for itself',
        'CYCLE',
        credit.replace(
          'in: { statement: inputs/statement, application: inputs/application }',
          'in: { statement: inputs/statement, application: inputs/application }\n    when: { field: score/decision, in: [approve] }',
        ),
      ],
      ['with a port left open', 'MISSING_INPUT', credit.replace('statement: inputs/statement, ', '')],
      [
        'that reads an input it does not have',
        'UNKNOWN_REFERENCE',
        credit.replace('statement: inputs/statement', 'statement: inputs/letter'),
      ],
      [
        'with an input that nobody reads',
        'UNUSED_INPUT',
        credit.replace('  intent: {', '  spare: { class: personal, type: json, bytesMax: 10 }\n  intent: {'),
      ],
      [
        'with an operation that nobody has',
        'UNKNOWN_OPERATION',
        credit.replace('document.extract', 'document.translate'),
      ],
      [
        'that shows a secret to an operator',
        'PLAINTEXT_EDGE_FORBIDDEN',
        credit.replace('decision: score/decision }', 'decision: score/limit }'),
      ],
      [
        'that reads a value as one of another class',
        'CLASS_MISMATCH',
        credit.replace('features: extract/features', 'features: inputs/intent'),
      ],
      [
        'with money that nobody gives back',
        'COMPENSATION_MISSING',
        credit.replace(/^ *compensate:.*\n/m, ''),
      ],
      [
        'that reads a list as one value',
        'MAP_MISMATCH',
        credit.replace('type: text, bytesMax: 65536 }', 'type: text, bytesMax: 65536, items: 2 }'),
      ],
      ['of another schema', 'SCHEMA_INVALID', credit.replace('workflow/v1', 'workflow/v9')],
      ['that is no YAML', 'DOCUMENT_INVALID', 'schema: [unclosed'],
      ['with a name given twice', 'DOCUMENT_INVALID', credit.replace('version: 1', 'version: 1\nversion: 2')],
      ['that is no JSON', 'DOCUMENT_INVALID', '{"schema": "sealflow/workflow/v1",'],
      ['that is JSON with a name given twice', 'DOCUMENT_INVALID', '{"schema":"a","schema":"b"}'],
      ['that is JSON with a float', 'DOCUMENT_INVALID', '{"version":1.5}'],
      ['of no bytes', 'SCHEMA_INVALID', ''],
      ['that is not UTF-8', 'DOCUMENT_INVALID', Buffer.from([0x73, 0xff, 0xfe])],
      ['that is a list', 'SCHEMA_INVALID', '[1, 2]'],
      ['that unfolds without end', 'DOCUMENT_INVALID', 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n'],
      ['of 100 KB', 'LIMIT_EXCEEDED', `${credit}# ${'x'.repeat(100_000)}`],
      ['of 3 MB', 'LIMIT_EXCEEDED', `${credit}# ${'x'.repeat(3_000_000)}`],
      ['nested without end', 'LIMIT_EXCEEDED', `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
    ])('%s is refused', async (_what, reason, definition) => {
      const error = await refused(reason, () => plan({}, definition));
      expect(error.message).toMatch(/, got /);
      await refused(reason, () => validate(definition));
    });

    it('that costs more than it allows is refused when it is planned', async () => {
      const error = await refused('COST_ABOVE_CAP', () => plan({}, `${credit}costMicrosMax: 1\n`));
      expect(error.facts['path']).toBe('costMicrosMax');
    });

    it('says where, what was expected, what was got and what to do, as text and as fields', async () => {
      const definition = credit.replace('compensate:', 'undo:');
      const { message, facts, violations } = await refused('UNKNOWN_FIELD', () => plan({}, definition));
      expect(message).toMatch(/^steps\.settle\.undo \(line \d+, column \d+\): expected .+, got .+\. .+\.$/);
      expect(Object.keys(facts).sort()).toEqual(['expected', 'got', 'hint', 'path']);
      expect(violations[0]?.field).toBe('steps.settle.undo');
    });

    it('that is good is planned, and planned again to the same digest', async () => {
      const first = await plan();
      expect((await plan()).plan).toBe(first.plan);
      expect(first.routes.map(({ chosen }) => chosen)).toContain('PROTECTION_ZK');
    });
  });

  describe('a minimum', () => {
    it('above every route of a step is refused by the step, and nothing is planned', async () => {
      const error = await refused('ASSURANCE_BELOW_MINIMUM', () =>
        plan({ fieldMinimums: [{ reference: 'extract/features', minimum: PROVED }] }),
      );
      expect(error.message).toMatch(/steps\.extract/);
      expect(error.message).toMatch(/PROVED/);
    });

    it.each<[what: string, reason: string, changes: Parameters<typeof plan>[0]]>([
      [
        'for a class that nobody knows',
        'UNKNOWN_FIELD',
        { minimums: [{ dataClass: 'top-secret', minimum: PROVED }] },
      ],
      [
        'for a value that is not there',
        'UNKNOWN_REFERENCE',
        { fieldMinimums: [{ reference: 'score/colour', minimum: PROVED }] },
      ],
      ['that asks for nothing', 'INVALID_REQUEST', { minimums: [{ dataClass: 'personal', minimum: {} }] }],
      ['that is not there', 'INVALID_REQUEST', { minimums: [{ dataClass: 'personal' }] }],
      [
        'of a level that this version does not know',
        'INVALID_REQUEST',
        { minimums: [{ dataClass: 'personal', minimum: { integrity: 99 as never } }] },
      ],
      [
        'whose level is misspelt, so that it arrives as unspecified',
        'INVALID_REQUEST',
        { minimums: [{ dataClass: 'personal', minimum: { integrity: 'INTEGRITY_PROVEN' as never } }] },
      ],
      [
        'that is given twice, the weaker one last',
        'INVALID_REQUEST',
        {
          fieldMinimums: [
            { reference: 'extract/features', minimum: PROVED },
            { reference: 'extract/features', minimum: { integrity: 'INTEGRITY_SIGNED' } },
          ],
        },
      ],
    ])('%s is refused', async (_what, reason, changes) => {
      await refused(reason, () => plan(changes));
    });
  });

  describe('parameters', () => {
    it.each<[what: string, reason: string, parametersJson: string]>([
      ['that are no JSON', 'INVALID_REQUEST', '{'],
      ['that are a list', 'INVALID_REQUEST', '[]'],
      ['of a step that are a text', 'INVALID_REQUEST', json({ reserve: 'bank' })],
      ['of a step that is not there', 'UNKNOWN_REFERENCE', json({ nobody: {} })],
      ['with a float', 'INVALID_REQUEST', '{"reserve":{"ledger":1.5}}'],
      ['of a megabyte', 'INVALID_REQUEST', json({ reserve: { ledger: 'x'.repeat(1_000_000) } })],
    ])('%s are refused', async (_what, reason, parametersJson) => {
      await refused(reason, () => plan({ parametersJson }));
    });
  });

  describe('a tenant', () => {
    it.each([
      '',
      'demo',
      'tenants/',
      'tenants/Demo',
      'tenants/demo/b',
      `tenants/${'a'.repeat(64)}`,
      'tenants/a\n',
    ])('is not named %j', async (parent) => {
      await refused('INVALID_REQUEST', () => plan({ parent }));
    });
  });
}
