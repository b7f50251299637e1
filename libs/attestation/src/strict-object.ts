import { type Digest, fromBase64, isJsonObject, type Json, type JsonObject, parseDigest } from '#canonical';
import { AttestationError } from './attestation-error.js';
import type { AttestationErrorCode } from './reasons.js';

/**
 * Reads a JSON object that must have exactly the named members. An unknown member is an error and not
 * something to ignore: a misspelt rule in a policy would otherwise silently not apply.
 * Error texts name members, never their values, because some objects hold keys.
 */
export class StrictObject {
  readonly #object: JsonObject;

  constructor(
    value: Json | undefined,
    members: readonly string[],
    private readonly code: AttestationErrorCode,
    private readonly where: string,
    /** Members that may be absent. Ask `has` before reading one. */
    optional: readonly string[] = [],
  ) {
    if (!isJsonObject(value)) throw new AttestationError(code, `${where} must be an object`, where);
    this.#object = value;
    for (const name of Object.keys(this.#object)) {
      if (members.includes(name) || optional.includes(name)) continue;
      this.#fail(name, `is not known; known are ${[...members, ...optional].join(', ')}`);
    }
    for (const name of members) {
      if (!Object.hasOwn(this.#object, name)) this.#fail(name, 'is missing');
    }
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  /** The value of an optional member, or nothing at all, to be spread into the result. */
  optional<N extends string, T>(name: N, read: (name: N) => T): { readonly [K in N]?: T } {
    return this.has(name) ? ({ [name]: read(name) } as { readonly [K in N]: T }) : {};
  }

  /** The member as it is, for a nested object. */
  value(name: string): Json {
    return this.#object[name] ?? null;
  }

  text(name: string, charactersMax: number): string {
    const value = this.#object[name];
    if (typeof value !== 'string' || value.length === 0 || value.length > charactersMax) {
      return this.#fail(name, `must be a text of 1 to ${charactersMax} characters`);
    }
    return value;
  }

  /** One of a closed set of words. */
  word<W extends string>(name: string, words: readonly W[]): W {
    const value = this.#object[name];
    const found = words.find((word) => word === value);
    return found ?? this.#fail(name, `must be one of ${words.join(', ')}`);
  }

  flag(name: string): boolean {
    const value = this.#object[name];
    return typeof value === 'boolean' ? value : this.#fail(name, 'must be true or false');
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#object[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      return this.#fail(name, `must be an integer from ${min} to ${max}`);
    }
    return value;
  }

  /** Standard padded base64 of `length` bytes, or of at most `length.max` bytes. */
  bytes(name: string, length: number | { readonly max: number }): Uint8Array {
    const bytesMax = typeof length === 'number' ? length : length.max;
    const text = this.text(name, Math.ceil(bytesMax / 3) * 4);
    const bytes = this.#attempt(name, 'must be padded base64', () => fromBase64(text));
    if (typeof length === 'number' ? bytes.length !== length : bytes.length > bytesMax) {
      this.#fail(
        name,
        `has ${bytes.length} bytes, expected ${typeof length === 'number' ? '' : 'at most '}${bytesMax}`,
      );
    }
    return bytes;
  }

  digest(name: string): Digest {
    return this.#attempt(name, 'must be sha256:<64 lower-case hex>', () => parseDigest(this.text(name, 71)));
  }

  /** Lower-case hex of exactly `length` bytes, as text. */
  hex(name: string, length: number): string {
    const text = this.text(name, length * 2);
    return isHex(text, length) ? text : this.#fail(name, `must be ${length} bytes as lower-case hex`);
  }

  list(name: string, itemsMax: number): readonly Json[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || value.length > itemsMax) {
      return this.#fail(name, `must be a list of at most ${itemsMax} items`);
    }
    return value;
  }

  /** A list of distinct texts. */
  texts(name: string, itemsMax: number, charactersMax: number): string[] {
    const items = this.list(name, itemsMax).map((item) =>
      typeof item === 'string' && item.length > 0 && item.length <= charactersMax
        ? item
        : this.#fail(name, `must hold texts of 1 to ${charactersMax} characters`),
    );
    return new Set(items).size === items.length ? items : this.#fail(name, 'holds an item twice');
  }

  /** A list of distinct words of a closed set. */
  words<W extends string>(name: string, known: readonly W[]): W[] {
    return this.texts(name, known.length, 64).map(
      (text) => known.find((word) => word === text) ?? this.#fail(name, `must hold only ${known.join(', ')}`),
    );
  }

  /** Runs a parser of another module and reports its failure as ours, without its text. */
  #attempt<T>(name: string, expectation: string, read: () => T): T {
    try {
      return read();
    } catch {
      return this.#fail(name, expectation);
    }
  }

  #fail(name: string, message: string): never {
    const place = shorten(name);
    throw new AttestationError(this.code, `${this.where}: ${place} ${message}`, `${this.where}.${place}`);
  }
}

export function isHex(text: string, length: number): boolean {
  return text.length === length * 2 && /^[0-9a-f]*$/.test(text);
}

/** An unknown member's name is hostile text: keep the error short. */
function shorten(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`;
}
