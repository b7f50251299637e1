import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { limits } from '../limits.js';
import { WorkflowError } from '../workflow-error.js';
import { readYaml } from './yaml-document.js';

function readText(text: string) {
  return readYaml(utf8(text)).value;
}

function codeOf(text: string): string {
  try {
    readText(text);
  } catch (error) {
    if (error instanceof WorkflowError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('YAML is refused with', () => {
  it.each([
    ['an alias', 'a: &x [1]\nb: *x\n'],
    ['an anchor that nobody uses', 'a: &x 1\n'],
    ['an anchor on a key', '&x a: 1\n'],
    ['a tag', 'a: !!binary aGk=\n'],
    ['a tag of its own', 'a: !run now\n'],
    ['a duplicate key', 'a: 1\na: 2\n'],
    ['a key that is a list', '? [a]\n: 1\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['a directive', '%YAML 1.1\n---\na: yes\n'],
    ['an integer beyond 2^53', 'a: 9007199254740993\n'],
    ['an open quote', 'a: "b\n'],
    ['a tab as indentation', 'a:\n\t- b\n'],
  ])('%s', (_name, text) => {
    expect(codeOf(text)).toBe('DOCUMENT_INVALID');
  });

  it('nesting beyond the limit', () => {
    expect(codeOf(`a: ${'['.repeat(limits.depthMax + 1)}${']'.repeat(limits.depthMax + 1)}`)).toBe(
      'LIMIT_EXCEEDED',
    );
  });

  it.each([
    ['brackets', '['.repeat(limits.documentBytesMax)],
    ['maps', '{a: '.repeat(limits.documentBytesMax / 4)],
    ['dashes', '- '.repeat(limits.documentBytesMax / 2)],
    ['tags', '! '.repeat(limits.documentBytesMax / 2)],
  ])('nothing but open %s, without a crash', (_name, text) => {
    expect(['DOCUMENT_INVALID', 'LIMIT_EXCEEDED']).toContain(codeOf(text));
  });
});

describe('a YAML scalar means what JSON would mean', () => {
  it.each([
    ['no', 'no'],
    ['yes', 'yes'],
    ['0x10', '0x10'],
    ['010', '010'],
    ['1.5', '1.5'],
    ['1e3', '1e3'],
    ['2001-01-01', '2001-01-01'],
    ['True', 'True'],
    ['~', '~'],
    ['-0', '-0'],
    ['12', 12],
    ['-12', -12],
    ['true', true],
    ['null', null],
    ['', null],
    ['"12"', '12'],
    ["'true'", 'true'],
  ])('%s is %j', (text, value) => {
    expect(readText(`a: ${text}\n`)).toEqual({ a: value });
  });

  it('and "__proto__" is an ordinary key', () => {
    const value = readText('__proto__: 1\n');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });
});
