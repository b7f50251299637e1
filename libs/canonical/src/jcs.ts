/** RFC 8785, the JSON Canonicalization Scheme: the one text of a value whose digest is recomputed by others. */
import { CanonicalError } from './canonical-error.js';
import { type Bytes, hasLoneSurrogate, utf8 } from './encoding.js';
import { isPlainObject, JSON_DEPTH_MAX, type Json } from './json.js';

/**
 * @throws CanonicalError `JSON_SYNTAX` for what JSON cannot hold (`undefined`, NaN, class instances, lone
 *   surrogates), `JSON_DEPTH` above 128 levels.
 */
export function canonicalize(value: Json): string {
  return serialize(value, 0);
}

/** UTF-8 of `canonicalize`. */
export function canonicalBytes(value: Json): Bytes {
  return utf8(canonicalize(value));
}

// The parameter is unknown, not Json: a caller's cast must not decide what gets signed.
function serialize(value: unknown, depth: number): string {
  if (depth > JSON_DEPTH_MAX) {
    throw new CanonicalError('JSON_DEPTH', `value is nested deeper than ${JSON_DEPTH_MAX} levels`);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return serializeString(value);
  if (typeof value === 'number') return serializeNumber(value);
  if (Array.isArray(value)) {
    // Array.from visits holes too, which then fail as undefined.
    return `[${Array.from(value, (element: unknown) => serialize(element, depth + 1)).join(',')}]`;
  }
  if (!isPlainObject(value)) {
    throw new CanonicalError('JSON_SYNTAX', `a value of type ${typeof value} has no JSON form`);
  }
  // RFC 8785 section 3.2.3: keys in order of their UTF-16 code units, which is what sort() compares.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${serializeString(key)}:${serialize(value[key], depth + 1)}`);
  return `{${members.join(',')}}`;
}

// JSON.stringify of a single string is the form of RFC 8785 section 3.2.2.2, lone surrogates aside.
function serializeString(value: string): string {
  if (hasLoneSurrogate(value)) throw new CanonicalError('JSON_SYNTAX', 'a string holds a lone surrogate');
  return JSON.stringify(value);
}

// RFC 8785 section 3.2.2.3: numbers as ECMAScript writes them; -0 becomes 0.
function serializeNumber(value: number): string {
  if (!Number.isFinite(value))
    throw new CanonicalError('JSON_SYNTAX', 'NaN and infinities have no JSON form');
  return String(value);
}
