import { CanonicalError } from './canonical-error.js';

/** What JSON can hold. Objects made by `parseJsonStrict` have no prototype: no inherited name answers a look-up. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** Nesting that `canonicalize` and `toJson` accept. It bounds the stack; documents from outside end at 32. */
export const JSON_DEPTH_MAX = 128;

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Views a typed value, such as an interface without an index signature, as JSON.
 *
 * @throws CanonicalError `JSON_SYNTAX` for anything JSON cannot hold, `undefined` members included: dropping
 *   one silently would let two different values share one digest.
 */
export function toJson(value: unknown): Json {
  assertJson(value, 0);
  return value;
}

function assertJson(value: unknown, depth: number): asserts value is Json {
  if (depth > JSON_DEPTH_MAX) {
    throw new CanonicalError('JSON_DEPTH', `value is nested deeper than ${JSON_DEPTH_MAX} levels`);
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return;
    throw new CanonicalError('JSON_SYNTAX', 'NaN and infinities have no JSON form');
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) assertJson(value[index], depth + 1);
    return;
  }
  if (!isPlainObject(value)) {
    throw new CanonicalError('JSON_SYNTAX', `expected a JSON value, got ${describe(value)}`);
  }
  for (const member of Object.values(value)) assertJson(member, depth + 1);
}

/** A Date, a Map or a byte array has enumerable members or none: it must not pass as an object. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describe(value: unknown): string {
  return typeof value === 'object' ? 'an object of a class' : `a value of type ${typeof value}`;
}
