// SPDX-License-Identifier: GPL-3.0
import { isJsonObject, type Json, type JsonObject, parseJsonStrict, poseidon } from '#canonical';
import { StatementError } from '../circuit/statement-error.js';
import { parseCode } from './codes.js';
import { linked, type Row, type RowPath, Table } from './table.js';

export const CODE_LEVELS = 4;
export const MEMBER_LEVELS = 5;
export const CONFLICTS_MAX = 4;
const BYTES_MAX = 256 * 1024;

/** Another code that may not stand beside the row's own, unless the pair allows it with a modifier. */
export interface Conflict {
  readonly code: bigint;
  readonly bypass: boolean;
}

export interface CodeRow extends Row {
  readonly unitsMax: bigint;
  readonly unitCentsMax: bigint;
  readonly conflicts: readonly Conflict[];
}

/** A member's plan, and how much of the deductible was met when the table was made. */
export interface MemberRow extends Row {
  readonly deductibleCents: bigint;
  readonly metCents: bigint;
  /** Percent of what is above the deductible that the patient bears. */
  readonly coinsurance: bigint;
}

export type CodeTable = Table<CodeRow>;
export type MemberTable = Table<MemberRow>;

/** What the circuit hashes of a row; ranges make the packing one-to-one. */
export function codeRowHash({ key, next, unitsMax, unitCentsMax, conflicts }: CodeRow): bigint {
  const packed = conflicts.reduce(
    (sum, { code, bypass }, index) => sum + ((code + (bypass ? 1n << 40n : 0n)) << BigInt(41 * index)),
    0n,
  );
  return poseidon([key, next + (unitsMax << 40n) + (unitCentsMax << 56n), packed]);
}

export function memberRowHash({ key, next, deductibleCents, metCents, coinsurance }: MemberRow): bigint {
  return poseidon([key, next, deductibleCents + (metCents << 32n) + (coinsurance << 64n)]);
}

export function memberTable(members: readonly Omit<MemberRow, 'next'>[]): MemberTable {
  const lowest = { key: 0n, deductibleCents: 0n, metCents: 0n, coinsurance: 0n };
  return new Table('members', linked(members, lowest), MEMBER_LEVELS, memberRowHash);
}

/**
 * Reads a table of codes (`sealflow/claim-policy/v1`): of each code the most units and the highest price of one, and
 * the codes that may not stand beside it.
 *
 * @throws StatementError TABLE_MALFORMED
 */
export function parsePolicy(bytes: Uint8Array): CodeTable {
  const json = strictJson(bytes);
  if (!isJsonObject(json) || json['v'] !== 'sealflow/claim-policy/v1' || !Array.isArray(json['codes']))
    throw malformed('expected sealflow/claim-policy/v1 with a list `codes`');
  const rows = json['codes'].map((entry: Json, index) => parseRow(entry, `codes[${index}]`));
  const lowest = { key: 0n, unitsMax: 0n, unitCentsMax: 0n, conflicts: [] };
  return new Table('codes', linked(rows, lowest), CODE_LEVELS, codeRowHash);
}

function parseRow(entry: Json, where: string): Omit<CodeRow, 'next'> {
  if (!isJsonObject(entry)) throw malformed(`${where}: expected an object`);
  const { conflicts = [] } = entry;
  if (!Array.isArray(conflicts) || conflicts.length > CONFLICTS_MAX)
    throw malformed(`${where}.conflicts: expected at most ${CONFLICTS_MAX} entries`);
  return {
    key: codeOf(entry['code'], `${where}.code`),
    unitsMax: whole(entry, 'unitsMax', 2 ** 16 - 1, where),
    unitCentsMax: whole(entry, 'unitCentsMax', 2 ** 32 - 1, where),
    conflicts: conflicts.map((each: Json) => {
      if (!isJsonObject(each) || typeof each['bypass'] !== 'boolean')
        throw malformed(`${where}.conflicts: expected { code, bypass: true or false }`);
      return { code: codeOf(each['code'], `${where}.conflicts`), bypass: each['bypass'] };
    }),
  };
}

/** A member's row and its path, as the insurer hands them to whoever proves the member's claim. */
export function parseMembership(value: Json): { readonly row: MemberRow; readonly path: RowPath } {
  if (!isJsonObject(value) || !isJsonObject(value['row']))
    throw malformed('membership: expected { row, places, siblings }');
  const { row, places, siblings } = value;
  const bounded = (name: string, max: bigint): bigint => {
    const number = decimal(row[name], `membership.row.${name}`);
    if (number > max) throw malformed(`membership.row.${name}: expected at most ${max}`);
    return number;
  };
  if (!Array.isArray(places) || !Array.isArray(siblings))
    throw malformed('membership: expected the lists places and siblings');
  const shape = places.length === MEMBER_LEVELS && siblings.length === MEMBER_LEVELS;
  if (!shape || siblings.some((level: Json) => !Array.isArray(level) || level.length !== 3))
    throw malformed(`membership: expected a path of ${MEMBER_LEVELS} levels with three children each`);
  return {
    row: {
      key: bounded('key', 2n ** 40n - 1n),
      next: bounded('next', 2n ** 40n - 1n),
      deductibleCents: bounded('deductibleCents', 2n ** 32n - 1n),
      metCents: bounded('metCents', 2n ** 32n - 1n),
      coinsurance: bounded('coinsurance', 100n),
    },
    path: {
      places: places.map((place: Json) => {
        const number = decimal(place, 'membership.places');
        if (number > 2n) throw malformed('membership.places: expected 0, 1 or 2');
        return number;
      }),
      siblings: siblings.map((level: Json, index) =>
        (Array.isArray(level) ? level : []).map((each: Json, child) => {
          const hash = decimal(each, 'membership.siblings');
          if (places[index] === `${child}` && hash !== 0n)
            throw malformed('membership.siblings: expected 0 at the place of the path');
          return hash;
        }),
      ),
    },
  };
}

/** The reverse of `parseMembership`. */
export function membershipJson({
  row,
  path,
}: {
  readonly row: MemberRow;
  readonly path: RowPath;
}): JsonObject {
  return {
    row: Object.fromEntries(Object.entries(row).map(([name, number]) => [name, `${number}`])),
    places: path.places.map(String),
    siblings: path.siblings.map((level) => level.map(String)),
  };
}

function codeOf(value: Json | undefined, where: string): bigint {
  return parseCode(typeof value === 'string' ? value : '', where);
}

function whole(entry: JsonObject, name: string, max: number, where: string): bigint {
  const value = entry[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max)
    return BigInt(value);
  throw malformed(`${where}.${name}: expected an integer from 0 to ${max}`);
}

function decimal(value: Json | undefined, where: string): bigint {
  if (typeof value === 'string' && /^(0|[1-9][0-9]{0,76})$/.test(value)) return BigInt(value);
  throw malformed(`${where}: expected decimal text`);
}

function strictJson(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: BYTES_MAX, depthMax: 6 });
  } catch {
    throw malformed(`expected strict JSON of at most ${BYTES_MAX} bytes`);
  }
}

function malformed(message: string): StatementError {
  return new StatementError('TABLE_MALFORMED', message);
}
