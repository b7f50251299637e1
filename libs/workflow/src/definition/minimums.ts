import type { Json } from '#canonical';
import {
  CONFIDENTIALITY_LEVELS,
  type Confidentiality,
  confidentialityReaches,
  INTEGRITY_LEVELS,
  type Integrity,
  integrityReaches,
} from './assurance.js';
import { DATA_CLASSES, type DataClass } from './data-class.js';
import { ObjectReader, REFERENCE } from './object-reader.js';

/** A missing axis asks for nothing on that axis. */
export interface Minimum {
  readonly integrity?: Integrity;
  readonly confidentiality?: Confidentiality;
}

export interface Minimums {
  readonly classes: Readonly<Partial<Record<DataClass, Minimum>>>;
  /** By reference: `<step>/<output or field>` or `inputs/<name>`. */
  readonly fields: Readonly<Record<string, Minimum>>;
}

export const NO_MINIMUMS: Minimums = { classes: {}, fields: {} };

/** Holds for every workflow whatever its author or client pins: no secret class is ever shown to an operator. */
export const CLASS_FLOORS: Minimums = {
  classes: {
    personal: { confidentiality: 'ENCLAVE' },
    'secret-text': { confidentiality: 'ENCLAVE' },
    'financial-state': { confidentiality: 'ENCLAVE' },
    'model-weights': { confidentiality: 'ENCLAVE' },
  },
  fields: {},
};

/**
 * Reads `{ classes?: { <class>: { integrity?, confidentiality? } }, fields?: { <reference>: {...} } }`.
 *
 * @throws WorkflowError `SCHEMA_INVALID`, `UNKNOWN_FIELD` or `LIMIT_EXCEEDED`; `path` starts with `minimums`
 */
export function parseMinimums(value: Json, path = 'minimums'): Minimums {
  const reader = new ObjectReader(value, path).only(['classes', 'fields']);
  const classes: Partial<Record<DataClass, Minimum>> = {};
  const classReader = reader.optionalObject('classes')?.only(DATA_CLASSES);
  for (const dataClass of DATA_CLASSES) {
    const minimum = classReader?.optionalObject(dataClass);
    if (minimum !== undefined) classes[dataClass] = readMinimum(minimum);
  }
  const fields: Record<string, Minimum> = {};
  const fieldReader = reader.optionalObject('fields');
  for (const reference of fieldReader?.names(REFERENCE, 'fields') ?? []) {
    fields[reference] = readMinimum(fieldReader?.object(reference));
  }
  return { classes, fields };
}

function readMinimum(reader: ObjectReader | undefined): Minimum {
  if (reader === undefined) return {};
  reader.only(['integrity', 'confidentiality']);
  const integrity = reader.optionalChoice('integrity', INTEGRITY_LEVELS);
  const confidentiality = reader.optionalChoice('confidentiality', CONFIDENTIALITY_LEVELS);
  return {
    ...(integrity === undefined ? {} : { integrity }),
    ...(confidentiality === undefined ? {} : { confidentiality }),
  };
}

/** The stricter of both on every axis: merging can raise a demand and never lower one. */
export function mergeMinimums(...all: readonly Minimums[]): Minimums {
  const classes: Partial<Record<DataClass, Minimum>> = {};
  const fields: Record<string, Minimum> = {};
  for (const minimums of all) {
    for (const dataClass of DATA_CLASSES) {
      const minimum = minimums.classes[dataClass];
      if (minimum !== undefined) classes[dataClass] = stricter(classes[dataClass], minimum);
    }
    for (const [reference, minimum] of Object.entries(minimums.fields)) {
      fields[reference] = stricter(Object.hasOwn(fields, reference) ? fields[reference] : undefined, minimum);
    }
  }
  return { classes, fields };
}

function stricter(left: Minimum | undefined, right: Minimum): Minimum {
  if (left === undefined) return right;
  return {
    ...left,
    ...(right.integrity !== undefined &&
    (left.integrity === undefined || integrityReaches(right.integrity, left.integrity))
      ? { integrity: right.integrity }
      : {}),
    ...(right.confidentiality !== undefined &&
    (left.confidentiality === undefined ||
      confidentialityReaches(right.confidentiality, left.confidentiality))
      ? { confidentiality: right.confidentiality }
      : {}),
  };
}
