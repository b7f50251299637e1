import { describe, expect, it } from 'vitest';
import { checkStrictly, type Schema } from './strict-schema.js';

const definitions: Readonly<Record<string, Schema>> = {
  Quantity: { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' },
  Port: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
};
const schema: Schema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 8, pattern: '^[a-z]+$' },
    kind: { type: 'string', enum: ['a', 'b'] },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    memory: { $ref: 'Quantity' },
    port: { $ref: 'Port' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    list: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      items: { type: 'object', properties: { x: { type: 'boolean' } } },
    },
    raw: { type: 'object' },
    open: {
      type: 'object',
      properties: { x: { type: 'string' } },
      'x-kubernetes-preserve-unknown-fields': true,
    },
    either: {
      type: 'object',
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
      properties: { a: {}, b: {} },
    },
  },
};

function problems(value: unknown): string[] {
  return checkStrictly(value, schema, (name) => definitions[name]).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

describe('an object that fits', () => {
  it.each([
    [{ name: 'a' }],
    [
      {
        name: 'a',
        kind: 'b',
        count: 3,
        memory: '4Gi',
        port: 'http',
        labels: { x: 'y' },
        list: [{ x: true }],
      },
    ],
    [{ name: 'a', memory: 1.5, port: 80, raw: { anything: [1] }, open: { y: 1 }, either: { a: 1 } }],
  ])('%j has no problem', (value) => {
    expect(problems(value)).toEqual([]);
  });
});

describe('an object that does not', () => {
  it.each<[unknown, string]>([
    [{ name: 'a', nmae: 'b' }, 'nmae: unknown field'],
    [{ name: 'a', list: [{ y: 1 }] }, 'list[0].y: unknown field'],
    [{}, 'name: expected a value, got nothing'],
    [{ name: 7 }, 'name: expected string, got 7'],
    [{ name: null }, 'name: expected string, got null'],
    [{ name: 'A' }, 'name: expected ^[a-z]+$, got A'],
    [{ name: 'abcdefghi' }, 'name: expected at most 8 characters, got abcdefghi'],
    [{ name: 'a', kind: 'c' }, 'kind: expected one of a, b, got c'],
    [{ name: 'a', count: '3' }, 'count: expected integer, got 3'],
    [{ name: 'a', count: 10 }, 'count: expected at most 9, got 10'],
    [{ name: 'a', count: 0 }, 'count: expected at least 1, got 0'],
    [{ name: 'a', memory: '4 GB' }, 'memory: expected a quantity, got 4 GB'],
    [{ name: 'a', port: 1.5 }, 'port: expected an integer or text, got 1.5'],
    [{ name: 'a', labels: { x: 1 } }, 'labels.x: expected string, got 1'],
    [{ name: 'a', list: [] }, 'list: expected at least 1 items, got a list'],
    [{ name: 'a', list: {} }, 'list: expected array, got an object'],
    [{ name: 'a', either: {} }, 'either: fits not exactly one of oneOf'],
    [{ name: 'a', either: { a: 1, b: 1 } }, 'either: fits not exactly one of oneOf'],
  ])('%j is told where and why', (value, problem) => {
    expect(problems(value)).toContain(problem);
  });
});
