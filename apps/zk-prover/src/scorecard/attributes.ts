// SPDX-License-Identifier: GPL-3.0
import { ScorecardError } from './scorecard-error.js';

/** Attributes in the order in which they are committed, with the ranges that the circuit enforces. */
export const ATTRIBUTES = [
  { name: 'checking', min: 1, max: 4 },
  { name: 'duration', min: 0, max: 127 },
  { name: 'history', min: 0, max: 4 },
  { name: 'savings', min: 1, max: 5 },
  { name: 'employment', min: 1, max: 5 },
  { name: 'guarantors', min: 1, max: 3 },
  { name: 'otherPlans', min: 1, max: 3 },
  { name: 'amount', min: 0, max: 65_535 },
  { name: 'rate', min: 1, max: 4 },
  { name: 'incomeBand', min: 0, max: 3 },
  { name: 'consistent', min: 0, max: 1 },
] as const;

export type AttributeName = (typeof ATTRIBUTES)[number]['name'];

/** One applicant. Months, DM and the last digits of the codes of the German credit file (A11..A14 is 1..4). */
export type ScorecardAttributes = Readonly<Record<AttributeName, number>>;

/**
 * Reads the fields of a features payload.
 *
 * @param fields decimal texts in the order of `ATTRIBUTES`.
 * @throws ScorecardError ATTRIBUTE_OUT_OF_RANGE
 */
export function parseAttributes(fields: readonly string[]): ScorecardAttributes {
  if (fields.length !== ATTRIBUTES.length) {
    throw outOfRange(`expected ${ATTRIBUTES.length} attributes, got ${fields.length}`);
  }
  return assertAttributes((name, index) => decimal(fields[index] ?? '', name));
}

/** @throws ScorecardError ATTRIBUTE_OUT_OF_RANGE */
export function checkAttributes(attributes: ScorecardAttributes): ScorecardAttributes {
  return assertAttributes((name) => attributes[name]);
}

/** The field elements that the features commitment is made of, without the salt. */
export function attributeFields(attributes: ScorecardAttributes): readonly bigint[] {
  return ATTRIBUTES.map(({ name }) => BigInt(attributes[name]));
}

function assertAttributes(read: (name: AttributeName, index: number) => number): ScorecardAttributes {
  const at = (index: number): number => {
    const attribute = ATTRIBUTES[index];
    if (attribute === undefined) throw outOfRange(`no attribute ${index}`);
    const value = read(attribute.name, index);
    if (Number.isInteger(value) && value >= attribute.min && value <= attribute.max) return value;
    throw outOfRange(`${attribute.name}: expected an integer from ${attribute.min} to ${attribute.max}`);
  };
  return {
    checking: at(0),
    duration: at(1),
    history: at(2),
    savings: at(3),
    employment: at(4),
    guarantors: at(5),
    otherPlans: at(6),
    amount: at(7),
    rate: at(8),
    incomeBand: at(9),
    consistent: at(10),
  };
}

function decimal(text: string, name: AttributeName): number {
  if (!/^(0|[1-9][0-9]{0,4})$/.test(text))
    throw outOfRange(`${name}: expected decimal text of at most 5 digits`);
  return Number(text);
}

function outOfRange(message: string): ScorecardError {
  return new ScorecardError('ATTRIBUTE_OUT_OF_RANGE', message);
}
