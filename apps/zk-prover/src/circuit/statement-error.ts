// SPDX-License-Identifier: GPL-3.0
import { TaskError } from '#worker';

/**
 * Why a circuit has no witness for an input. A false statement that a business asks about, such as an order above the
 * balance, is no error: it has an answer of its own.
 */
export type StatementErrorCode =
  | 'FIELDS_MALFORMED'
  | 'VALUE_OUT_OF_RANGE'
  | 'ASSET_MISMATCH'
  | 'NOT_THE_OWNER'
  | 'TABLE_MALFORMED'
  | 'TABLE_MISMATCH'
  | 'MANDATE_MISMATCH';

/** Messages name places and limits, never values: the values are somebody's secret. */
export class StatementError extends Error {
  override readonly name = 'StatementError';

  constructor(
    readonly code: StatementErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Refused before a child is asked: the circuit would refuse it too, at the price of a witness. */
export function asTaskError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StatementError)
      throw new TaskError('WITNESS_OUT_OF_RANGE', `${error.code}: ${error.message}`);
    throw error;
  }
}

/** Decimal field elements of an edge, as many as the circuit opens. @throws StatementError FIELDS_MALFORMED */
export function fieldsOfEdge(where: string, fields: readonly string[], count: number): readonly bigint[] {
  if (fields.length !== count) {
    throw new StatementError('FIELDS_MALFORMED', `${where}: expected ${count} fields, got ${fields.length}`);
  }
  return fields.map(BigInt);
}

/** @throws StatementError VALUE_OUT_OF_RANGE */
export function inBits(where: string, value: bigint, bits: number, min = 0n): bigint {
  if (value >= min && value >> BigInt(bits) === 0n) return value;
  throw new StatementError('VALUE_OUT_OF_RANGE', `${where}: expected ${min} to 2^${bits} - 1`);
}
