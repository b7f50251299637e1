// SPDX-License-Identifier: GPL-3.0
/**
 * Sorted, linked tables under one root: each row names its key and the next one, so that exactly one row answers for any
 * key, whether the table has it or not. That is how a circuit can prove that a code is not listed.
 */
import { poseidon } from '#canonical';
import { StatementError } from '../circuit/statement-error.js';

const ARITY = 3;
/** Of keys: above every text of five ASCII characters. */
export const KEY_END = 2n ** 40n - 1n;

/** What the circuit needs to see of a row: how it hangs under the root. */
export interface RowPath {
  /** Which of the three children is the path's, from the row upwards. */
  readonly places: readonly bigint[];
  /** All three children at each level, with zero at the path's own place. */
  readonly siblings: readonly (readonly bigint[])[];
}

export interface Row {
  readonly key: bigint;
  readonly next: bigint;
}

export interface Answer<R extends Row> {
  readonly row: R;
  readonly path: RowPath;
}

/** A table of at most 3^levels rows. The first row is the one below every key. */
export class Table<R extends Row> {
  readonly root: bigint;
  readonly #levels: readonly (readonly bigint[])[];

  /** @throws StatementError TABLE_MALFORMED: too many rows, or rows that are not sorted and linked */
  constructor(
    readonly name: string,
    readonly rows: readonly R[],
    levels: number,
    hash: (row: R) => bigint,
  ) {
    const width = ARITY ** levels;
    if (rows.length > width) {
      throw new StatementError(
        'TABLE_MALFORMED',
        `${name}: expected at most ${width} rows, got ${rows.length}`,
      );
    }
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1]?.key ?? KEY_END;
      const first = index === 0 && row.key !== 0n;
      if (!first && row.next === next && row.key < next) continue;
      throw new StatementError(
        'TABLE_MALFORMED',
        `${name} row ${index}: expected rising keys below 2^40 - 1, each row with the key of the next`,
      );
    }
    let level: readonly bigint[] = Array.from({ length: width }, (_, index) => {
      const row = rows[index];
      return row === undefined ? 0n : hash(row);
    });
    const all = [level];
    while (level.length > 1) {
      level = Array.from({ length: level.length / ARITY }, (_, index) =>
        poseidon(level.slice(ARITY * index, ARITY * (index + 1))),
      );
      all.push(level);
    }
    this.#levels = all;
    this.root = level[0] ?? 0n;
  }

  /** The row that answers for `key`: row.key <= key < row.next. */
  answer(key: bigint): Answer<R> {
    const index = this.rows.findIndex((row) => row.key <= key && key < row.next);
    const row = this.rows[index];
    if (row === undefined)
      throw new StatementError('VALUE_OUT_OF_RANGE', `${this.name}: expected a key below 2^40 - 1`);
    return { row, path: this.#pathOf(index) };
  }

  #pathOf(index: number): RowPath {
    let at = index;
    const places: bigint[] = [];
    const siblings: bigint[][] = [];
    for (const level of this.#levels.slice(0, -1)) {
      const place = at % ARITY;
      const start = at - place;
      places.push(BigInt(place));
      siblings.push(level.slice(start, start + ARITY).map((hash, child) => (child === place ? 0n : hash)));
      at = start / ARITY;
    }
    return { places, siblings };
  }
}

/** Root over a row's hash by its path: what the circuit computes. */
export function rootOf(hash: bigint, { places, siblings }: RowPath): bigint {
  return siblings.reduce(
    (at, level, index) => poseidon(level.map((each, child) => (BigInt(child) === places[index] ? at : each))),
    hash,
  );
}

/** Rows in the order of their keys, each linked to the next, behind the row that is below every key. */
export function linked<T extends { readonly key: bigint }>(rows: readonly T[], lowest: T): (T & Row)[] {
  const sorted = [lowest, ...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
  return sorted.map((row, index) => ({ ...row, next: sorted[index + 1]?.key ?? KEY_END }));
}
