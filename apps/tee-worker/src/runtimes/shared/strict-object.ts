import { CanonicalError, fromBase64, isJsonObject, type Json, type JsonObject, parseTime } from '#canonical';
import { type LedgerCode, refusal } from './ledger-error.js';

/** Names of ledgers and accounts. They end up in receipts, edges and file names. */
const name = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;
/** At most 18 digits stay below 2^60; the page codec sets the exact bound. */
const amount = /^(?:0|[1-9][0-9]{0,17})$/;

/**
 * Reads one untrusted object with exactly the members it is told. Messages name the member and what was expected;
 * they never repeat the value, which may be an amount or an account.
 */
export class StrictObject {
  readonly #value: JsonObject;

  constructor(
    value: Json | undefined,
    members: readonly string[],
    private readonly code: LedgerCode,
    private readonly what: string,
  ) {
    if (!isJsonObject(value)) throw refusal(code, `${what}: expected an object`);
    const names = Object.keys(value);
    if (names.length !== members.length || !members.every((member) => Object.hasOwn(value, member))) {
      throw refusal(code, `${what}: expected exactly the members ${members.join(', ')}`);
    }
    this.#value = value;
  }

  constant(member: string, expected: string): void {
    if (this.#value[member] !== expected) throw this.#refuse(member, expected);
  }

  name(member: string): string {
    return this.#matching(member, name, 'a name of at most 128 letters, digits and . _ / -');
  }

  hex(member: string, bytes: number): string {
    return this.#matching(member, new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `${bytes} bytes in lower-case hex`);
  }

  cents(member: string): bigint {
    return BigInt(this.#matching(member, amount, 'a decimal number of cents with at most 18 digits'));
  }

  /** The base64 text of exactly `bytes` bytes. */
  base64(member: string, bytes: number): string {
    const text = this.#text(member);
    try {
      if (fromBase64(text).length === bytes) return text;
    } catch (error) {
      if (!(error instanceof CanonicalError)) throw error;
    }
    throw this.#refuse(member, `base64 of ${bytes} bytes`);
  }

  timeMs(member: string): number {
    try {
      return parseTime(this.#text(member));
    } catch (error) {
      if (!(error instanceof CanonicalError)) throw error;
      throw this.#refuse(member, 'a time as YYYY-MM-DDThh:mm:ss.sssZ');
    }
  }

  text(member: string, pattern: RegExp, expected: string): string {
    return this.#matching(member, pattern, expected);
  }

  list(member: string, countMax: number): readonly Json[] {
    const value = this.#value[member];
    if (Array.isArray(value) && value.length >= 1 && value.length <= countMax)
      return value as readonly Json[];
    throw this.#refuse(member, `a list of 1 to ${countMax} elements`);
  }

  #matching(member: string, pattern: RegExp, expected: string): string {
    const text = this.#text(member);
    if (pattern.test(text)) return text;
    throw this.#refuse(member, expected);
  }

  #text(member: string): string {
    const value = this.#value[member];
    if (typeof value === 'string') return value;
    throw this.#refuse(member, 'a string');
  }

  #refuse(member: string, expected: string): Error {
    return refusal(this.code, `${this.what}.${member}: expected ${expected}`);
  }
}
