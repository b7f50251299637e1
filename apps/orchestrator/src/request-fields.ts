import { type Digest, isDigest } from '#canonical';
import { ApiError, type Duration__Output } from '#contracts';
import { limits } from './config/limits.js';

/*
 * Fields that several services read. The transport turns what it cannot decode into defaults and passes every text
 * on, so nothing is used before it was parsed here. A refusal names the field and what was expected.
 */

const operationPattern = /^[a-z][a-z0-9.-]{0,62}$/;
const countPattern = /^(0|[1-9][0-9]{0,15})$/;

export function invalidField(field: string, expected: string, got?: string): ApiError {
  const actual = got === undefined ? '' : `, got ${got}`;
  return new ApiError('INVALID_REQUEST', `${field}: expected ${expected}${actual}`, {
    violations: [{ field, description: expected }],
  });
}

export function invalidDeadline(maxMs: number, leftMs: number): ApiError {
  const got = Number.isFinite(leftMs) ? `${Math.round(leftMs)} ms` : 'none';
  return new ApiError(
    'DEADLINE_REQUIRED',
    `deadline: expected at most ${maxMs} ms from now, got ${got}: set one on the call (grpc-timeout)`,
    {
      violations: [{ field: 'grpc-timeout', description: `at most ${maxMs} ms` }],
      facts: { maxMs: String(maxMs) },
    },
  );
}

/** `what` says whose digest it is. */
export function digestField(field: string, text: string, what: string): Digest {
  if (!isDigest(text)) throw invalidField(field, `sha256:<64 hex> of ${what}`);
  return text;
}

/** A decimal number from 0 to `max`; empty is 0. */
export function countField(field: string, text: string, max: number): number {
  if (text === '') return 0;
  const count = countPattern.test(text) ? Number(text) : Number.NaN;
  if (!(count <= max)) throw invalidField(field, `a decimal number from 0 to ${max}, or nothing`);
  return count;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** AIP-155; empty asks for no protection against repetition. */
export function requestIdField(text: string): string {
  if (text !== '' && !uuidPattern.test(text))
    throw invalidField('request_id', 'a lower-case UUID, or nothing');
  return text;
}

/** A duration in milliseconds, or `otherwise` where none was sent. */
export function durationField(
  field: string,
  duration: Duration__Output | null,
  { min, max, otherwise }: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (duration === null) return otherwise;
  const ms = Number(duration.seconds) * 1_000 + duration.nanos / 1_000_000;
  if (!(ms >= min && ms <= max)) throw invalidField(field, `${min} ms to ${max} ms, or nothing`, `${ms} ms`);
  return Math.round(ms);
}

export function operationField(field: string, text: string): string {
  if (!isOperation(text)) throw invalidField(field, 'the name of an operation, e.g. document.extract');
  return text;
}

export function isOperation(text: string): boolean {
  return operationPattern.test(text);
}

/** Over one of `limits`: the error names it, so that an operator finds it. `got` is null where nobody counted. */
export function limitExceeded(name: keyof typeof limits, got: number | null, advice: string): ApiError {
  const max = limits[name];
  const actual = got === null ? 'more' : String(got);
  return new ApiError('LIMIT_EXCEEDED', `${name}: expected at most ${max}, got ${actual}: ${advice}`, {
    facts: { limit: name, max: String(max), ...(got === null ? {} : { actual }) },
  });
}
