import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputDefinition } from '#workflow';
import { UsageError } from '../output/failure.js';
import { readInputs } from './read-inputs.js';

const SECRET = 'CANARY-4711';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-inputs-'));
  writeFileSync(join(folder, 'application.json'), '{"age": 35}');
  writeFileSync(join(folder, 'statement.txt'), '\uFEFFSalary 3200\n');
  writeFileSync(join(folder, 'list.json'), '["one","two"]');
  writeFileSync(join(folder, 'broken.json'), `{"name": "${SECRET}"`);
  writeFileSync(join(folder, 'twice.json'), `{"name": "${SECRET}", "name": 1}`);
  writeFileSync(join(folder, 'latin.txt'), Buffer.from([0x4d, 0xfc, 0x6c]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const input = (type: InputDefinition['type'], items?: number): InputDefinition => ({
  class: 'personal',
  type,
  bytesMax: 4_096,
  ...(items === undefined ? {} : { items }),
});
const credit = { inputs: { application: input('json'), statement: input('text') } };
const at = (name: string, file: string): string => `${name}=${join(folder, file)}`;

function refusal(entries: readonly string[], definition: Parameters<typeof readInputs>[1] = credit): string {
  try {
    readInputs(entries, definition);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}

describe('inputs of a run', () => {
  it('are refused by name where one is missing, unknown, twice or without a file', () => {
    expect(refusal([])).toBe(
      '--input: expected application (json), statement (text); missing application, statement, unknown none',
    );
    expect(refusal([at('application', 'application.json'), at('statment', 'statement.txt')])).toBe(
      '--input: expected application (json), statement (text); missing statement, unknown statment',
    );
    expect(refusal([at('application', 'application.json'), 'application=-'])).toBe(
      '--input application: expected one file, got two',
    );
    for (const entry of ['application', '=file', 'application='])
      expect(refusal([entry])).toBe(`--input ${entry}: expected NAME=FILE`);
  });

  it('come from standard input one at most', () => {
    expect(refusal(['application=-', 'statement=-'])).toBe(
      '--input: standard input can be one input, got several',
    );
  });

  it('are refused where they are not what the workflow says, without a word of what is in them', () => {
    const messages = ['broken.json', 'twice.json'].map((file) =>
      refusal([at('application', file), at('statement', 'statement.txt')]),
    );
    messages.push(refusal([at('application', 'application.json'), at('statement', 'latin.txt')]));
    expect(messages[0]).toMatch(/^--input application=.*broken\.json: JSON_/);
    expect(messages[1]).toMatch(/^--input application=.*twice\.json: JSON_/);
    expect(messages[2]).toMatch(/^--input statement=.*latin\.txt: not UTF-8$/);
    expect(messages.join()).not.toContain(SECRET);
  });

  it('are the value of a JSON file, the characters of a text, and the values of a list', () => {
    expect(
      readInputs([at('application', 'application.json'), at('statement', 'statement.txt')], credit),
    ).toEqual({ application: { age: 35 }, statement: '\uFEFFSalary 3200\n' });
    const list = { inputs: { statements: input('text', 2) } };
    expect(readInputs([at('statements', 'list.json')], list)).toEqual({ statements: ['one', 'two'] });
    expect(refusal([], list)).toContain('expected statements (a list of 2 text)');
  });
});
