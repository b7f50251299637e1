import { QuoteError } from './quote-error.js';

/**
 * JSON of a guest service: bounded by whoever read it, unknown members ignored, since these services grow. What we
 * take out is checked member by member; nothing of it is believed before a verifier saw it.
 */
export class ForeignObject {
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(
    value: unknown,
    private readonly where: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw malformed(where, 'an object', typeName(value));
    }
    this.#members = new Map(Object.entries(value));
  }

  static parse(bytes: Uint8Array, where: string): ForeignObject {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      throw malformed(where, 'JSON', `${bytes.length} bytes that are none`);
    }
    return new ForeignObject(value, where);
  }

  has(name: string): boolean {
    const value = this.#members.get(name);
    return value !== undefined && value !== null;
  }

  object(name: string): ForeignObject {
    return new ForeignObject(this.#members.get(name), `${this.where}.${name}`);
  }

  list(name: string, max: number): readonly unknown[] {
    const value = this.#members.get(name);
    if (!Array.isArray(value)) throw malformed(`${this.where}.${name}`, 'a list', typeName(value));
    if (value.length > max)
      throw malformed(`${this.where}.${name}`, `at most ${max} items`, `${value.length}`);
    return value;
  }

  text(name: string): string {
    const value = this.#members.get(name);
    if (typeof value !== 'string') throw malformed(`${this.where}.${name}`, 'a text', typeName(value));
    return value;
  }

  integer(name: string, max: number): number {
    const value = this.#members.get(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) {
      throw malformed(`${this.where}.${name}`, `an integer from 0 to ${max}`, typeName(value));
    }
    return value;
  }

  /** Standard base64, padded or not. */
  base64(name: string): Uint8Array {
    const text = this.text(name);
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
      throw malformed(`${this.where}.${name}`, 'base64', 'another text');
    return new Uint8Array(Buffer.from(text, 'base64'));
  }

  hex(name: string): Uint8Array {
    const text = this.text(name).replace(/^0x/, '');
    if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw malformed(`${this.where}.${name}`, 'hex', 'another text');
    return new Uint8Array(Buffer.from(text, 'hex'));
  }

  /** A list of numbers, as serde writes byte arrays, or hex. */
  octets(name: string, length: number): Uint8Array {
    const value = this.#members.get(name);
    const bytes = typeof value === 'string' ? this.hex(name) : Uint8Array.from(this.#octetList(name));
    if (bytes.length !== length)
      throw malformed(`${this.where}.${name}`, `${length} bytes`, `${bytes.length}`);
    return bytes;
  }

  #octetList(name: string): readonly number[] {
    return this.list(name, 1 << 16).map((item) => {
      if (typeof item !== 'number' || !Number.isInteger(item) || item < 0 || item > 255) {
        throw malformed(`${this.where}.${name}`, 'bytes', typeName(item));
      }
      return item;
    });
  }
}

export function malformed(what: string, expected: string, got: string): QuoteError {
  return new QuoteError('QUOTE_MALFORMED', {
    what,
    expected,
    got,
    advice: 'the service may be of a version that is not known here',
  });
}

function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
