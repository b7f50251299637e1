import type { Json } from '#canonical';
import { TaskError } from '#worker';

/** The attributes of a credit application as the scorecard circuit counts them. */
export interface Application {
  /** 1..4 */
  readonly checking: number;
  /** Months, 1..127 (7 bits in the circuit). */
  readonly duration: number;
  /** 0..4 */
  readonly history: number;
  /** 1..5 */
  readonly savings: number;
  /** 1..5; 1 is unemployed. */
  readonly employment: number;
  /** 1..3 */
  readonly guarantors: number;
  /** 1..3 */
  readonly otherPlans: number;
  /** Whole currency units, 1..65535 (16 bits in the circuit). */
  readonly amount: number;
  /** 1..4 */
  readonly rate: number;
}

interface CodeField {
  readonly prefix: string;
  readonly from: number;
  readonly to: number;
}

/** UCI Statlog codes: an attribute's number, then the value's. */
const codeFields = {
  checking: { prefix: 'A1', from: 1, to: 4 },
  history: { prefix: 'A3', from: 0, to: 4 },
  savings: { prefix: 'A6', from: 1, to: 5 },
  employment: { prefix: 'A7', from: 1, to: 5 },
  guarantors: { prefix: 'A10', from: 1, to: 3 },
  other_plans: { prefix: 'A14', from: 1, to: 3 },
  purpose: { prefix: 'A4', from: 0, to: 10 },
} as const satisfies Record<string, CodeField>;

const integerFields = {
  duration: { from: 1, to: 127 },
  amount: { from: 1, to: 65_535 },
  rate: { from: 1, to: 4 },
} as const;

type CodeName = keyof typeof codeFields;
type IntegerName = keyof typeof integerFields;

const fieldNames: readonly string[] = [...Object.keys(codeFields), ...Object.keys(integerFields)];

/** Reads the opened form. Throws `TaskError` `INPUT_INVALID` that names the field and never its value. */
export function parseApplication(value: Json): Application {
  const form = formOf(value);
  const code = (name: CodeName) => readCode(form, name);
  const integer = (name: IntegerName) => readInteger(form, name);
  // Not scored, yet part of the form: a form with a purpose that does not exist is not this form.
  code('purpose');
  return {
    checking: code('checking'),
    duration: integer('duration'),
    history: code('history'),
    savings: code('savings'),
    employment: code('employment'),
    guarantors: code('guarantors'),
    otherPlans: code('other_plans'),
    amount: integer('amount'),
    rate: integer('rate'),
  };
}

type Form = Readonly<Record<string, Json>>;

function formOf(value: Json): Form {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalid('application', 'must be an object');
  }
  // A stranger's key may itself hold personal data, so it is counted and not repeated.
  const unknown = Object.keys(value).filter((key) => !fieldNames.includes(key)).length;
  if (unknown > 0) throw invalid('application', `has ${unknown} fields that the form does not have`);
  return value as Form;
}

function readCode(form: Form, name: CodeName): number {
  const { prefix, from, to }: CodeField = codeFields[name];
  const text = required(form, name);
  for (let code = from; code <= to; code += 1) {
    if (text === `${prefix}${code}`) return code;
  }
  throw invalid(`application.${name}`, `must be a code ${prefix}${from}..${prefix}${to}`);
}

function readInteger(form: Form, name: IntegerName): number {
  const { from, to } = integerFields[name];
  const value = required(form, name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw invalid(`application.${name}`, `must be a whole number ${from}..${to}`);
}

function required(form: Form, name: string): Json {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  if (value === undefined) throw invalid(`application.${name}`, 'is missing');
  return value;
}

function invalid(field: string, why: string): TaskError {
  return new TaskError('INPUT_INVALID', `${field} ${why}`);
}
