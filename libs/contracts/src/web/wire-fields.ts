import { messages } from '../generated/wire-table.js';

const scalars = ['string', 'bytes', 'bool', 'int32', 'int64', 'uint64'] as const;
export type Scalar = (typeof scalars)[number];

export interface WireField {
  readonly name: string;
  readonly number: number;
  readonly label: 'single' | 'repeated' | 'map';
  /** Name of the oneof of which it is a member. */
  readonly oneof: string | null;
  readonly type: { readonly kind: Scalar } | { readonly kind: 'enum' | 'message'; readonly name: string };
}

const line = /^(?:(repeated|map) |(\w+)\.)?(?:(enum)?:([\w.]+)|(\w+)) (\w+) = (\d+)$/;
const known = new Map<string, readonly WireField[]>();

/**
 * Fields of a message, read from the table on first use.
 *
 * @throws TypeError for a name that the contract does not have
 */
export function wireFields(name: string): readonly WireField[] {
  const before = known.get(name);
  if (before !== undefined) return before;
  const text = messages[name];
  if (text === undefined) throw new TypeError(`${name}: no message of the contract`);
  const fields = text === '' ? [] : text.split('; ').map(parseField);
  known.set(name, fields);
  return fields;
}

function parseField(text: string): WireField {
  const [, label, oneof, isEnum, typeName, scalar, name = '', number] = line.exec(text) ?? [];
  return {
    name,
    number: Number(number),
    label: label === 'repeated' || label === 'map' ? label : 'single',
    oneof: oneof ?? null,
    type:
      typeName === undefined
        ? { kind: scalarOf(scalar) }
        : { kind: isEnum === undefined ? 'message' : 'enum', name: typeName },
  };
}

function scalarOf(text: string | undefined): Scalar {
  const scalar = scalars.find((each) => each === text);
  if (scalar === undefined) throw new TypeError(`${text ?? 'nothing'}: no scalar of the contract`);
  return scalar;
}
