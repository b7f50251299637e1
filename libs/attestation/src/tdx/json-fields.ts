import { fromHex, isJsonObject, type Json, type JsonObject } from '#canonical';
import { AttestationError } from '../attestation-error.js';

/**
 * Reads members of a JSON object that a vendor signed. Unlike `StrictObject` it lets unknown members be: vendors
 * add some between versions, and the signature already says that they are theirs.
 *
 * @throws AttestationError `COLLATERAL_MALFORMED`
 */
export class JsonFields {
  readonly #object: JsonObject;

  constructor(
    value: Json | undefined,
    private readonly where: string,
  ) {
    if (!isJsonObject(value))
      throw new AttestationError('COLLATERAL_MALFORMED', `${where} must be an object`, where);
    this.#object = value;
  }

  get names(): readonly string[] {
    return Object.keys(this.#object);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  text(name: string, charactersMax = 64): string {
    const value = this.#object[name];
    if (typeof value === 'string' && value.length <= charactersMax) return value;
    return this.#fail(name, `must be a text of at most ${charactersMax} characters`);
  }

  word<W extends string>(name: string, words: readonly W[]): W {
    const value = this.#object[name];
    return words.find((word) => word === value) ?? this.#fail(name, `must be one of ${words.join(', ')}`);
  }

  integer(name: string, max: number): number {
    const value = this.#object[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
    return this.#fail(name, `must be an integer from 0 to ${max}`);
  }

  /** Hex of exactly `length` bytes, in either case: Intel writes both. */
  hex(name: string, length: number): Uint8Array {
    const text = this.text(name, length * 2).toLowerCase();
    if (text.length === length * 2 && /^[0-9a-f]*$/.test(text)) return fromHex(text);
    return this.#fail(name, `must be ${length} bytes as hex`);
  }

  /** `2025-06-19T10:16:03Z`, milliseconds since the epoch. */
  time(name: string): number {
    const text = this.text(name, 20);
    const ms = Date.parse(text);
    if (Number.isNaN(ms) || new Date(ms).toISOString() !== text.replace(/Z$/, '.000Z')) {
      return this.#fail(name, 'must be a time as 2025-06-19T10:16:03Z');
    }
    return ms;
  }

  fields(name: string): JsonFields {
    return new JsonFields(this.#object[name], `${this.where}.${name}`);
  }

  list(name: string, itemsMax: number): readonly JsonFields[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || value.length > itemsMax) {
      return this.#fail(name, `must be a list of at most ${itemsMax} items`);
    }
    return value.map((item: Json, index) => new JsonFields(item, `${this.where}.${name}[${index}]`));
  }

  texts(name: string, itemsMax: number): readonly string[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || value.length > itemsMax) {
      return this.#fail(name, `must be a list of at most ${itemsMax} items`);
    }
    return value.map((item: Json) =>
      typeof item === 'string' && item.length <= 64 ? item : this.#fail(name, 'must hold short texts'),
    );
  }

  #fail(name: string, message: string): never {
    const where = `${this.where}.${name}`;
    throw new AttestationError('COLLATERAL_MALFORMED', `${this.where}: ${name} ${message}`, where);
  }
}
