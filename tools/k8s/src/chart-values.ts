import { parse } from 'yaml';

/** A key of values.yaml with what its comments say. */
export interface DocumentedValue {
  /** As in `tee.gpu.count`. */
  readonly path: string;
  readonly description: string;
  /** Rules of a `# @schema` line. */
  readonly rules: JsonSchema;
  readonly byDefault: unknown;
}

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly [keyword: string]: unknown;
}

const KEY = /^( *)([A-Za-z][A-Za-z0-9-]*):/;
const DESCRIPTION = /^ *# -- (.*)$/;
const RULES = /^ *# @schema (.*)$/;

/**
 * Reads values.yaml as it is written: a key a line, `# --` before it says what it means, `# @schema` what it takes
 * beyond the type of its default.
 *
 * @throws Error when a rule is no JSON
 */
export function readDocumentedValues(text: string): readonly DocumentedValue[] {
  const values = parse(text) as Readonly<Record<string, unknown>>;
  const found: DocumentedValue[] = [];
  const place: { indent: number; name: string }[] = [];
  let description = '';
  let rules: JsonSchema = {};
  for (const line of text.split('\n')) {
    description = DESCRIPTION.exec(line)?.[1] ?? description;
    const written = RULES.exec(line)?.[1];
    if (written !== undefined) rules = JSON.parse(written) as JsonSchema;
    const key = KEY.exec(line);
    if (key === null) continue;
    const [, indent = '', name = ''] = key;
    while ((place.at(-1)?.indent ?? -1) >= indent.length) place.pop();
    place.push({ indent: indent.length, name });
    const names = place.map((part) => part.name);
    // Members of an open object are examples of what it takes, and need no words.
    found.push({ path: names.join('.'), description, rules, byDefault: valueAt(values, names) });
    description = '';
    rules = {};
  }
  return found;
}

function valueAt(values: unknown, names: readonly string[]): unknown {
  return names.reduce((value, name) => (isObject(value) ? value[name] : undefined), values as unknown);
}

/**
 * The schema that Helm checks values against, of a chart alone and as a part of another: closed, so that a misspelt key
 * is an error. Keys that are gone stay in it, so that a template can say where they went.
 */
export function schemaOfValues(values: readonly DocumentedValue[], removed: readonly string[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...objectSchema('', values, removed),
  };
}

function objectSchema(
  path: string,
  values: readonly DocumentedValue[],
  removed: readonly string[],
): JsonSchema {
  const prefix = path === '' ? '' : `${path}.`;
  const isMember = (name: string): boolean =>
    name.startsWith(prefix) && !name.slice(prefix.length).includes('.');
  const gone = removed.filter(isMember).map((name): [string, JsonSchema] => {
    return [name.slice(prefix.length), { description: 'removed' }];
  });
  // Helm adds a member for the values of the library.
  const library: readonly [string, JsonSchema][] = path === '' ? [['common', { type: 'object' }]] : [];
  const members = values
    .filter((value) => isMember(value.path))
    .map((value): [string, JsonSchema] => [
      value.path.slice(prefix.length),
      memberSchema(value, values, removed),
    ]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries([...members, ...gone, ...library].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function memberSchema(
  { path, description, rules, byDefault }: DocumentedValue,
  values: readonly DocumentedValue[],
  removed: readonly string[],
): JsonSchema {
  const { open, ...others } = rules;
  const said = description === '' ? {} : { description };
  const isTree = isObject(byDefault) && values.some((value) => value.path.startsWith(`${path}.`));
  if (isTree && open !== true) return { ...said, ...objectSchema(path, values, removed), ...others };
  if (open === true) return { ...said, type: 'object', ...others };
  return { ...said, type: typeOf(byDefault), ...others };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The README of a chart: what it is, and a table of its values. */
export function readmeOfChart(
  chart: { readonly name: string; readonly description: string },
  values: readonly DocumentedValue[],
): string {
  const isLeaf = ({ path }: DocumentedValue): boolean =>
    !values.some((other) => other.path.startsWith(`${path}.`));
  const rows = values
    .filter((value) => isLeaf(value) || value.description !== '')
    .map((value) => [
      `\`${value.path}\``,
      isLeaf(value) ? `\`${JSON.stringify(value.byDefault)}\`` : '',
      [value.description, allowedOf(value.rules)].filter((part) => part !== '').join(' '),
    ]);
  const head = ['Value', 'Default', 'Meaning'];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    `# ${chart.name}`,
    '',
    `${chart.description}.`,
    '',
    'How it is installed and what its Secret holds: [deploy/README.md](../../README.md). Made from values.yaml by `npm run deploy:generate`.',
    '',
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(row.map((cell) => cell.replaceAll('|', '\\|')))),
    '',
  ].join('\n');
}

function allowedOf(rules: JsonSchema): string {
  const { enum: words, minimum, maximum } = rules;
  if (Array.isArray(words)) return `One of ${words.map((word) => `\`${String(word)}\``).join(', ')}.`;
  if (minimum !== undefined && maximum !== undefined) return `${String(minimum)} to ${String(maximum)}.`;
  return minimum === undefined ? '' : `At least ${String(minimum)}.`;
}
