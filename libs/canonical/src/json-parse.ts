/**
 * The one parser for JSON from outside.
 *
 * Whoever sends the bytes is not trusted at all. `JSON.parse` keeps the last of two equal keys and rounds large
 * integers, so two readers of one signed document could see different values; here such a document is refused.
 */
import { CanonicalError } from './canonical-error.js';
import { fromUtf8, hasLoneSurrogate, utf8 } from './encoding.js';
import type { Json, JsonObject } from './json.js';

export interface JsonLimits {
  /** Whole document; 16 MiB unless told. */
  readonly bytesMax?: number;
  /** Arrays and objects inside each other; 32 unless told. */
  readonly depthMax?: number;
  /** One string or key, as UTF-8; 8 MiB unless told. */
  readonly stringBytesMax?: number;
  /** Members and elements in all; 131,072 unless told. 16 MiB of `{}` would take more than a gigabyte of memory. */
  readonly valuesMax?: number;
}

const MIB = 1024 * 1024;
const DEFAULTS = { bytesMax: 16 * MIB, depthMax: 32, stringBytesMax: 8 * MIB, valuesMax: 2 ** 17 };

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const NUMBER = /-?(?:0(?![0-9])|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/**
 * Parses RFC 8259 JSON, less what has two readings: UTF-8 without BOM, no duplicate keys, integers within
 * +-(2^53 - 1) and no other numbers (so no `-0`), no lone surrogates, bounded size, depth and strings.
 *
 * @throws CanonicalError with a `JSON_*` code; the message names a position, never content.
 */
export function parseJsonStrict(bytes: Uint8Array, limits: JsonLimits = {}): Json {
  const bounds = { ...DEFAULTS, ...limits };
  if (bytes.length > bounds.bytesMax) {
    throw new CanonicalError(
      'JSON_TOO_LARGE',
      `document has ${bytes.length} bytes, limit ${bounds.bytesMax}`,
    );
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new CanonicalError('JSON_BOM', 'document starts with a byte order mark; send UTF-8 without it');
  }
  return new StrictJsonParser(fromUtf8(bytes), bounds).document();
}

class StrictJsonParser {
  #at = 0;
  #depth = 0;
  #values = 0;

  constructor(
    private readonly text: string,
    private readonly limits: Required<JsonLimits>,
  ) {}

  document(): Json {
    this.#skipSpace();
    const value = this.#value();
    this.#skipSpace();
    if (this.#at !== this.text.length) throw this.#syntax('end of document');
    return value;
  }

  #value(): Json {
    this.#values += 1;
    if (this.#values > this.limits.valuesMax) {
      throw new CanonicalError(
        'JSON_TOO_MANY_VALUES',
        `the value at character ${this.#at} is one more than the ${this.limits.valuesMax} that a document may have`,
      );
    }
    switch (this.text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > this.limits.depthMax) {
      throw new CanonicalError(
        'JSON_DEPTH',
        `nesting at character ${this.#at} exceeds ${this.limits.depthMax} levels`,
      );
    }
    this.#at += 1;
    const value = parse();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonObject {
    // Without a prototype: "__proto__" is an ordinary key, and "constructor" is absent unless sent.
    const object: Record<string, Json> = Object.create(null);
    if (this.#closes('}')) return object;
    for (;;) {
      const keyAt = this.#at;
      if (this.text[this.#at] !== '"') throw this.#syntax('a quoted key');
      const key = this.#string();
      if (Object.hasOwn(object, key)) {
        throw new CanonicalError(
          'JSON_DUPLICATE_KEY',
          `key at character ${keyAt} occurs twice in its object`,
        );
      }
      this.#skipSpace();
      if (this.text[this.#at] !== ':') throw this.#syntax('a colon');
      this.#at += 1;
      this.#skipSpace();
      object[key] = this.#value();
      if (this.#ends('}')) return object;
    }
  }

  #array(): readonly Json[] {
    const array: Json[] = [];
    if (this.#closes(']')) return array;
    for (;;) {
      array.push(this.#value());
      if (this.#ends(']')) return array;
    }
  }

  /** Right after an opening bracket: true when the closing one follows. */
  #closes(bracket: string): boolean {
    this.#skipSpace();
    if (this.text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  /** After an element: true at the closing bracket, false after a comma. */
  #ends(bracket: string): boolean {
    if (this.#closes(bracket)) return true;
    if (this.text[this.#at] !== ',') throw this.#syntax(`a comma or ${bracket}`);
    this.#at += 1;
    this.#skipSpace();
    return false;
  }

  #string(): string {
    const startAt = this.#at;
    const pieces: string[] = [];
    this.#at += 1;
    let pieceAt = this.#at;
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code === QUOTE) break;
      // A NaN code is the end of the text; both comparisons below are false for it.
      if (!(code >= SPACE)) throw this.#syntax('a closed string without control characters');
      if (code === BACKSLASH) {
        pieces.push(this.text.slice(pieceAt, this.#at), this.#escape());
        pieceAt = this.#at;
      } else {
        this.#at += 1;
      }
    }
    pieces.push(this.text.slice(pieceAt, this.#at));
    this.#at += 1;
    const value = pieces.join('');
    if (pieces.length > 1 && hasLoneSurrogate(value)) {
      throw new CanonicalError('JSON_SYNTAX', `string at character ${startAt} escapes a lone surrogate`);
    }
    // A UTF-16 unit takes at most 3 bytes, so short strings need no count.
    if (value.length * 3 > this.limits.stringBytesMax && utf8(value).length > this.limits.stringBytesMax) {
      throw new CanonicalError(
        'JSON_STRING_TOO_LONG',
        `string at character ${startAt} exceeds ${this.limits.stringBytesMax} bytes`,
      );
    }
    return value;
  }

  #escape(): string {
    const letter = this.text[this.#at + 1] ?? '';
    if (letter === 'u') {
      const digits = this.text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#syntax('four hex digits after \\u');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES.get(letter);
    if (character === undefined) throw this.#syntax('a known escape');
    this.#at += 2;
    return character;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.text);
    if (match === null) throw this.#syntax('a value');
    const [digits, fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined || digits === '-0') {
      throw new CanonicalError(
        'JSON_FLOAT',
        `number at character ${this.#at} is not a plain integer; write it as a decimal string`,
      );
    }
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) {
      throw new CanonicalError(
        'JSON_INTEGER_RANGE',
        `integer at character ${this.#at} exceeds 2^53 - 1; write it as a decimal string`,
      );
    }
    this.#at += digits.length;
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.#at)) throw this.#syntax('a value');
    this.#at += word.length;
    return value;
  }

  #skipSpace(): void {
    for (;;) {
      const character = this.text[this.#at];
      if (character !== ' ' && character !== '\n' && character !== '\t' && character !== '\r') return;
      this.#at += 1;
    }
  }

  #syntax(expected: string): CanonicalError {
    return new CanonicalError('JSON_SYNTAX', `expected ${expected} at character ${this.#at}`);
  }
}
