import {
  type Commitment,
  type Digest,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  parseCommitment,
  parseDigest,
  parseTime,
} from '#canonical';
import { hiddenMembers } from './disclosure/sd-names.js';
import { type EvidenceCode, EvidenceError } from './evidence-error.js';

const textCharsMax = 4096;
const itemsMax = 4096;
const base64CharsMax = 1 << 24;

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Hostile text in a message is cut and stripped of control characters: it may end on a terminal. */
export function shown(value: Json | undefined): string {
  if (typeof value !== 'string') return kindOf(value);
  // Cut first: a hostile string may have megabytes.
  return value.length > 80 ? `"${printable(value.slice(0, 77))}..."` : `"${printable(value)}"`;
}

export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isJsonArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return String(value);
}

/**
 * Reads the members of one untrusted object and names the place of what is wrong.
 *
 * Members that it is not asked for are ignored, as in-toto's parsing rules require; `only` turns them into errors.
 */
export class FieldReader {
  constructor(
    readonly value: JsonObject,
    readonly path: string,
    readonly code: EvidenceCode,
  ) {}

  static of(value: Json | undefined, path: string, code: EvidenceCode): FieldReader {
    if (!isJsonObject(value))
      throw new EvidenceError(code, `${path}: expected an object, got ${shown(value)}`);
    return new FieldReader(value, path, code);
  }

  has(name: string): boolean {
    return this.value[name] !== undefined;
  }

  /** A member that may be withheld: null when it is not there and a signed digest says that one is withheld. */
  disclosable<T>(name: string, read: () => T): T | null {
    return this.has(name) || hiddenMembers(this.value) === 0 ? read() : null;
  }

  only(names: readonly string[]): this {
    for (const name of Object.keys(this.value)) {
      if (!names.includes(name)) this.#refuse(name, `one of ${names.join(', ')}`, 'an unknown member');
    }
    return this;
  }

  text(name: string, charsMax = textCharsMax): string {
    const value = this.value[name];
    if (typeof value !== 'string' || value.length > charsMax) {
      return this.#refuse(name, `text of at most ${charsMax} characters`, shown(value));
    }
    return value;
  }

  nonEmpty(name: string, charsMax = textCharsMax): string {
    const value = this.text(name, charsMax);
    return value.length > 0 ? value : this.#refuse(name, 'text that is not empty', '""');
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.value[name];
    const found = choices.find((choice) => choice === value);
    return found ?? this.#refuse(name, choices.join(' | '), shown(value));
  }

  integer(name: string, range: { min?: number; max?: number } = {}): number {
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
    const value = this.value[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      return this.#refuse(name, `an integer in ${min}..${max}`, shown(value));
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.value[name];
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false', shown(value));
  }

  digest(name: string): Digest {
    return this.#digest(this.value[name], name);
  }

  commitment(name: string): Commitment {
    const text = this.text(name, 128);
    try {
      return parseCommitment(text);
    } catch {
      return this.#refuse(name, 'a commitment', shown(text));
    }
  }

  digestOrNull(name: string): Digest | null {
    return this.value[name] === null ? null : this.digest(name);
  }

  /** Standard base64 of exactly `length` bytes when given; returns the text, checked. */
  base64(name: string, length?: number): string {
    this.bytes(name, length);
    return this.text(name, base64CharsMax);
  }

  bytes(name: string, length?: number): Uint8Array {
    const text = this.text(name, base64CharsMax);
    let bytes: Uint8Array;
    try {
      bytes = fromBase64(text);
    } catch {
      return this.#refuse(name, 'canonical base64', shown(text));
    }
    if (length !== undefined && bytes.length !== length) {
      return this.#refuse(name, `base64 of ${length} bytes`, `${bytes.length} bytes`);
    }
    return bytes;
  }

  time(name: string): string {
    const text = this.text(name, 64);
    try {
      parseTime(text);
    } catch {
      return this.#refuse(name, 'a time as YYYY-MM-DDThh:mm:ss.sssZ', shown(text));
    }
    return text;
  }

  json(name: string): Json {
    const value = this.value[name];
    return value === undefined ? this.#refuse(name, 'a value', 'nothing') : value;
  }

  object(name: string): JsonObject {
    const value = this.value[name];
    return isJsonObject(value) ? value : this.#refuse(name, 'an object', shown(value));
  }

  reader(name: string): FieldReader {
    return new FieldReader(this.object(name), `${this.path}.${name}`, this.code);
  }

  readerOrNull(name: string): FieldReader | null {
    return this.value[name] === null ? null : this.reader(name);
  }

  items(name: string, countMax = itemsMax): readonly Json[] {
    const value = this.value[name];
    if (!isJsonArray(value) || value.length > countMax) {
      return this.#refuse(name, `a list of at most ${countMax}`, shown(value));
    }
    return value;
  }

  readers(name: string, countMax = itemsMax): FieldReader[] {
    return this.items(name, countMax).map((item, index) =>
      FieldReader.of(item, `${this.path}.${name}[${index}]`, this.code),
    );
  }

  texts(name: string, countMax = itemsMax): string[] {
    return this.items(name, countMax).map((item, index) => {
      if (typeof item === 'string' && item.length <= textCharsMax) return item;
      return this.#refuse(`${name}[${index}]`, 'text', shown(item));
    });
  }

  digests(name: string, countMax = itemsMax): Digest[] {
    return this.items(name, countMax).map((item, index) => this.#digest(item, `${name}[${index}]`));
  }

  refuse(name: string, expected: string): never {
    return this.#refuse(name, expected, shown(this.value[name]));
  }

  #digest(value: Json | undefined, name: string): Digest {
    if (typeof value === 'string') {
      try {
        return parseDigest(value);
      } catch {
        // Falls through to the one message that names the place.
      }
    }
    return this.#refuse(name, 'sha256:<64 lower-case hex digits>', shown(value));
  }

  #refuse(name: string, expected: string, actual: string): never {
    throw new EvidenceError(
      this.code,
      `${this.path}.${printable(name)}: expected ${expected}, got ${actual}`,
    );
  }
}
