import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { template } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { parts } from './cases.js';
import { guards } from './refusals.js';

/*
 * All wrong values of a chart at once: helm names every one of them. Beside it the guards, whose lines are ours: each
 * that a template has is in the table of refusals.
 */

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
/** `named`: what helm calls it, where that is an element of a list. */
type Wrong = readonly (readonly [path: string, value: unknown, named?: string])[];

const scratch = mkdtempSync(join(tmpdir(), 'sealflow-values-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(helmNames.flatMap((name) => parts.map((chart) => ({ name, chart }))))(
  '$chart under $name',
  ({ name, chart }) => {
    const schema = JSON.parse(
      readFileSync(join(chartsFolder, chart, 'values.schema.json'), 'utf8'),
    ) as Schema;
    const leaves = leavesOf(schema);

    it.each<[string, Wrong]>([
      ['of another type', leaves.flatMap(([path, rule]) => ofAnotherType(path, rule))],
      [
        'below what a rule allows, or of another form',
        leaves.flatMap(([path, rule]) => against(path, rule, 'below')),
      ],
      ['above what a rule allows', leaves.flatMap(([path, rule]) => against(path, rule, 'above'))],
    ])('names every value that is %s', (_what, wrong) => {
      expect(wrong.length).toBeGreaterThan(2);
      expect(unnamed(wrong)).toEqual([]);
    });

    it('names every misspelt key', () => {
      const wrong = groupsOf(schema).map((path): [string, unknown] => [`${path}misspelt`, 1]);
      const { status, stderr } = templated(wrong);
      expect(status).not.toBe(0);
      const lines = stderr.split('\n').filter((line) => /additional propert(y|ies) '?misspelt/i.test(line));
      expect(lines.length, stderr).toBe(wrong.length);
    });

    function unnamed(wrong: Wrong): readonly string[] {
      const { status, stdout, stderr } = templated(wrong);
      expect(status).not.toBe(0);
      expect(stdout).toBe('');
      const lines = stderr.split('\n');
      return wrong
        .map(([path, , named = path]) => named)
        .filter((path) => !lines.some((line) => line.includes(printed(path))));
    }

    /** Helm 3 writes `- image.digest: ...`, Helm 4 `- at '/image/digest': ...`. */
    function printed(path: string): string {
      return name === 'helm3' ? `- ${path}: ` : `- at '/${path.replaceAll('.', '/')}': `;
    }

    function templated(wrong: Wrong) {
      const file = join(scratch, `${name}-${chart}.json`);
      writeFileSync(file, JSON.stringify(nested(wrong)));
      return template({
        helm: name,
        chart,
        valueFiles: [join(chartsFolder, chart, 'ci/minimal-values.yaml'), file],
      });
    }
  },
);

describe('guards', () => {
  it('of the templates are all in the table of refusals', () => {
    const keys = [...parts, 'common'].flatMap((chart) => refusedBy(chart));
    expect(keys.length).toBeGreaterThan(20);
    const told = guards.map(([, , message]) => /^values: ([^ :]+): got/.exec(message)?.[1]);
    expect(keys.filter((key) => !told.includes(key))).toEqual([]);
  });

  it.each(parts)('for the keys that are gone from %s are all in the table of refusals', (chart) => {
    const removed = JSON.parse(readFileSync(join(chartsFolder, chart, 'removed.json'), 'utf8')) as object;
    const told = guards
      .filter(([of]) => of === chart)
      .map(([, , message]) => /^values: ([^ :]+): removed/.exec(message)?.[1]);
    expect(Object.keys(removed).filter((key) => !told.includes(key))).toEqual([]);
  });
});

/** Keys that `sealflow.refuse` names in the templates of a chart. */
function refusedBy(chart: string): readonly string[] {
  const folder = join(chartsFolder, chart, 'templates');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.tpl'))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/sealflow\.refuse" \(dict "key" "([^"]+)"/g),
    ])
    .map(([, key = '']) => key);
}

function leavesOf(schema: Schema, prefix = ''): readonly (readonly [string, Schema])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    member.properties === undefined
      ? [[`${prefix}${name}`, member] as const]
      : leavesOf(member, `${prefix}${name}.`),
  );
}

/** Prefixes of the objects that take the keys which they name, and no other. */
function groupsOf(schema: Schema, prefix = ''): readonly string[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    member.properties === undefined ? [] : groupsOf(member, `${prefix}${name}.`),
  );
  return [prefix, ...below];
}

/** An object in place of another type would be merged, and one in its place be left out with a warning. */
function ofAnotherType(path: string, { type }: Schema): Wrong {
  if (type === 'string') return [[path, true]];
  if (type === 'integer' || type === 'boolean' || type === 'array') return [[path, 'other']];
  return Array.isArray(type) ? [[path, true]] : [];
}

function against(path: string, rule: Schema, side: 'below' | 'above'): Wrong {
  const { items, minimum, maximum } = rule;
  if (items !== undefined) {
    const [[, value] = [], ...others] = against(path, items, side);
    return value === undefined ? others : [[path, [value], `${path}.0`]];
  }
  if (side === 'above') return maximum === undefined ? [] : [[path, maximum + 1]];
  if (minimum !== undefined) return [[path, minimum - 1]];
  return rule.enum === undefined && rule.pattern === undefined ? [] : [[path, 'NOT one, of these/']];
}

function nested(values: Wrong): object {
  const root: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const names = path.split('.');
    let place = root;
    for (const name of names.slice(0, -1)) {
      place[name] ??= {};
      place = place[name] as Record<string, unknown>;
    }
    place[names.at(-1) ?? ''] = value;
  }
  return root;
}
