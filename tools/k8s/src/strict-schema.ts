/**
 * Checks JSON against the schemas that Kubernetes publishes (OpenAPI 2 definitions, `openAPIV3Schema` of custom
 * resources) with one difference: a field that the schema does not name is an error, unless it says
 * `x-kubernetes-preserve-unknown-fields`. An API server would drop such a field without a word.
 */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly nullable?: boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

export interface Problem {
  /** Of the field, as in `spec.replicas`. */
  readonly path: string;
  readonly message: string;
}

/** Looks up what a `$ref` names. */
export type Resolve = (reference: string) => Schema | undefined;

/** Of the package resource of apimachinery. */
const QUANTITY = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$/;

export function checkStrictly(value: unknown, schema: Schema, resolve: Resolve, path = ''): Problem[] {
  if (schema.$ref !== undefined) return checkReference(value, schema.$ref, resolve, path);
  if (schema['x-kubernetes-int-or-string'] === true) return intOrString(value, path);
  if (value === null) return schema.nullable === true ? [] : [wrong(path, schema.type ?? 'a value', value)];
  return [
    ...checkType(value, schema, path),
    ...checkBounds(value, schema, path),
    ...checkMembers(value, schema, resolve, path),
    ...checkItems(value, schema, resolve, path),
    ...checkCombined(value, schema, resolve, path),
  ];
}

function checkReference(value: unknown, reference: string, resolve: Resolve, path: string): Problem[] {
  // Both are said to be texts and may be numbers.
  if (reference.endsWith('.IntOrString')) return intOrString(value, path);
  if (reference.endsWith('.resource.Quantity')) {
    const sound = typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value));
    return sound ? [] : [wrong(path, 'a quantity', value)];
  }
  const target = resolve(reference);
  if (target === undefined) return [{ path, message: `no schema ${reference}` }];
  return checkStrictly(value, target, resolve, path);
}

function intOrString(value: unknown, path: string): Problem[] {
  return Number.isInteger(value) || typeof value === 'string'
    ? []
    : [wrong(path, 'an integer or text', value)];
}

function checkType(value: unknown, { type }: Schema, path: string): Problem[] {
  const is: Readonly<Record<string, boolean>> = {
    object: typeof value === 'object' && !Array.isArray(value),
    array: Array.isArray(value),
    string: typeof value === 'string',
    boolean: typeof value === 'boolean',
    integer: Number.isInteger(value),
    number: typeof value === 'number',
  };
  return type === undefined || is[type] === true ? [] : [wrong(path, type, value)];
}

function checkBounds(value: unknown, schema: Schema, path: string): Problem[] {
  const problems: Problem[] = [];
  const refuse = (expected: string): number => problems.push(wrong(path, expected, value));
  if (schema.enum !== undefined && !schema.enum.includes(value)) refuse(`one of ${schema.enum.join(', ')}`);
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) refuse(schema.pattern);
    if (value.length < (schema.minLength ?? 0)) refuse(`at least ${schema.minLength} characters`);
    if (value.length > (schema.maxLength ?? Infinity)) refuse(`at most ${schema.maxLength} characters`);
  }
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity)) refuse(`at least ${schema.minimum}`);
    if (value > (schema.maximum ?? Infinity)) refuse(`at most ${schema.maximum}`);
  }
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) refuse(`at least ${schema.minItems} items`);
    if (value.length > (schema.maxItems ?? Infinity)) refuse(`at most ${schema.maxItems} items`);
  }
  return problems;
}

function checkMembers(value: unknown, schema: Schema, resolve: Resolve, path: string): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const members = value as Readonly<Record<string, unknown>>;
  const missing = (schema.required ?? [])
    .filter((name) => !Object.hasOwn(members, name))
    .map((name): Problem => ({ path: below(path, name), message: 'expected a value, got nothing' }));
  return [
    ...missing,
    ...Object.entries(members).flatMap(([name, member]) => {
      const inner = schemaOf(name, schema);
      if (inner === 'any') return [];
      if (inner === 'none') return [{ path: below(path, name), message: 'unknown field' }];
      return checkStrictly(member, inner, resolve, below(path, name));
    }),
  ];
}

function schemaOf(name: string, schema: Schema): Schema | 'any' | 'none' {
  const own = schema.properties;
  if (own !== undefined && Object.hasOwn(own, name)) return own[name] ?? 'any';
  const others = schema.additionalProperties;
  if (typeof others === 'object') return others;
  if (others === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return 'any';
  // An object without members of its own is free: FieldsV1, raw extensions, the parts of a combination.
  return own === undefined ? 'any' : 'none';
}

function checkItems(value: unknown, { items }: Schema, resolve: Resolve, path: string): Problem[] {
  if (!Array.isArray(value) || items === undefined) return [];
  return value.flatMap((item, index) => checkStrictly(item, items, resolve, `${path}[${index}]`));
}

/** Parts of a combination say what must be there; what may be there is said by the schema that has them. */
function checkCombined(value: unknown, schema: Schema, resolve: Resolve, path: string): Problem[] {
  const fits = (part: Schema): boolean => checkStrictly(value, opened(part), resolve, path).length === 0;
  const problems: Problem[] = [];
  if (schema.anyOf !== undefined && !schema.anyOf.some(fits))
    problems.push({ path, message: 'fits no anyOf' });
  if (schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1)
    problems.push({ path, message: 'fits not exactly one of oneOf' });
  if (schema.allOf !== undefined && !schema.allOf.every(fits))
    problems.push({ path, message: 'fits not all of allOf' });
  if (schema.not !== undefined && fits(schema.not)) problems.push({ path, message: 'fits what it must not' });
  return problems;
}

function opened(schema: Schema): Schema {
  return { ...schema, 'x-kubernetes-preserve-unknown-fields': true };
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function wrong(path: string, expected: string, value: unknown): Problem {
  const got =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object'
          ? 'an object'
          : String(value);
  return { path, message: `expected ${expected}, got ${got.slice(0, 80)}` };
}
