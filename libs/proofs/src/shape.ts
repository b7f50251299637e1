import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { ProofsError, type ProofsErrorCode } from './proofs-error.js';

/**
 * Reads JSON of one exact shape. A member that a reader would ignore is refused: two readers of one key or proof
 * must not be able to see two different things.
 */
export class Shape {
  constructor(
    private readonly code: ProofsErrorCode,
    private readonly where: string,
  ) {}

  at(name: string): Shape {
    return new Shape(this.code, `${this.where}.${name}`);
  }

  fail(expected: string): ProofsError {
    return new ProofsError(this.code, `${this.where}: expected ${expected}`);
  }

  object(value: Json | undefined, members: readonly string[], optional: readonly string[] = []): JsonObject {
    if (!isJsonObject(value)) throw this.fail('an object');
    const missing = members.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) throw this.at(missing).fail('a value');
    if (Object.keys(value).some((name) => !members.includes(name) && !optional.includes(name))) {
      throw this.fail(`no other members than ${[...members, ...optional].join(', ')}`);
    }
    return value;
  }

  array(value: Json | undefined, lengthMin: number, lengthMax: number): readonly Json[] {
    if (Array.isArray(value) && value.length >= lengthMin && value.length <= lengthMax) return value;
    const length = lengthMin === lengthMax ? `${lengthMin}` : `${lengthMin} to ${lengthMax}`;
    throw this.fail(`an array of ${length}`);
  }

  text(value: Json | undefined, pattern: RegExp, expected: string): string {
    if (typeof value !== 'string' || !pattern.test(value)) throw this.fail(expected);
    return value;
  }

  integer(value: Json | undefined, min: number, max: number): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)
      return value;
    throw this.fail(`an integer from ${min} to ${max}`);
  }

  oneOf<T extends string>(value: Json | undefined, options: readonly T[]): T {
    const found = options.find((option) => option === value);
    if (found === undefined) throw this.fail(options.join(' or '));
    return found;
  }
}
