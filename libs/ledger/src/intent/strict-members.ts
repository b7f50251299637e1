import {
  CanonicalError,
  type Commitment,
  commitmentAlg,
  type Digest,
  fromBase64,
  isDigest,
  isJsonObject,
  type Json,
  type JsonObject,
  parseTime,
} from '#canonical';
import { amountMax } from '#ciphertext';

/** Names of ledgers, assets and accounts. They end up in receipts, paths and file names. */
const name = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;
/** 18 digits stay below 2^60; `amountMax` sets the exact bound. */
const decimal = /^(?:0|[1-9][0-9]{0,17})$/;

/** A member that is not as the format says. The message never repeats the value: it may be an amount. */
export class MemberError extends Error {
  override readonly name = 'MemberError';

  constructor(
    /** `amount` where a number is out of range, `form` for everything else. */
    readonly kind: 'form' | 'amount',
    /** The member, with its path. */
    readonly place: string,
    expected: string,
  ) {
    super(`${place}: expected ${expected}`);
  }
}

/**
 * Reads one untrusted object that has exactly the members it is told. `null` in their place ignores those that nobody
 * asks for, as in-toto wants it of predicates.
 */
export class StrictMembers {
  readonly value: JsonObject;

  constructor(
    value: Json | undefined,
    members: readonly string[] | null,
    private readonly what: string,
  ) {
    if (!isJsonObject(value)) throw new MemberError('form', what, 'an object');
    this.value = value;
    if (members === null) return;
    const names = Object.keys(value);
    if (names.length !== members.length || !members.every((member) => Object.hasOwn(value, member)))
      throw new MemberError('form', what, `exactly the members ${members.join(', ')}`);
  }

  constant(member: string, expected: string): void {
    if (this.value[member] !== expected) this.refuse(member, expected);
  }

  name(member: string): string {
    const text = this.text(member, 128);
    return name.test(text) ? text : this.refuse(member, 'a name of at most 128 letters, digits and . _ / -');
  }

  text(member: string, charsMax: number): string {
    const value = this.value[member];
    if (typeof value === 'string' && value.length <= charsMax) return value;
    return this.refuse(member, `text of at most ${charsMax} characters`);
  }

  oneOf<T extends string>(member: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value[member]);
    return found ?? this.refuse(member, choices.join(' | '));
  }

  integer(member: string, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.value[member];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
    return this.refuse(member, `an integer from 0 to ${max}`);
  }

  /** Minor units as a decimal text, 0 to `max`. */
  amount(member: string, { min = 1n, max = amountMax }: { min?: bigint; max?: bigint } = {}): bigint {
    const value = this.value[member];
    if (typeof value !== 'string' || !/^-?(?:0|[1-9][0-9]{0,63})$/.test(value))
      return this.refuse(member, 'a decimal number of minor units as text');
    const amount = decimal.test(value) ? BigInt(value) : -1n;
    if (amount >= min && amount <= max) return amount;
    throw new MemberError('amount', this.place(member), `a decimal number from ${min} to ${max}`);
  }

  digest(member: string): Digest {
    const value = this.value[member];
    return typeof value === 'string' && isDigest(value)
      ? value
      : this.refuse(member, 'sha256: and 64 lower-case hex digits');
  }

  digestOrNull(member: string): Digest | null {
    return this.isNull(member) ? null : this.digest(member);
  }

  commitment(member: string): Commitment {
    const text = this.text(member, 128);
    try {
      if (commitmentAlg(text) === 'sha256') return text;
    } catch (error) {
      if (!(error instanceof CanonicalError)) throw error;
    }
    return this.refuse(member, 'a salted commitment, commit:sha256: and 64 lower-case hex digits');
  }

  /** The base64 text of exactly `bytes` bytes. */
  base64(member: string, bytes: number): string {
    const text = this.value[member];
    // Length first: a hostile text may have kilobytes.
    if (typeof text === 'string' && text.length === Math.ceil(bytes / 3) * 4) {
      try {
        if (fromBase64(text).length === bytes) return text;
      } catch (error) {
        if (!(error instanceof CanonicalError)) throw error;
      }
    }
    return this.refuse(member, `base64 of ${bytes} bytes`);
  }

  timeMs(member: string): number {
    try {
      return parseTime(this.text(member, 64));
    } catch (error) {
      if (!(error instanceof CanonicalError)) throw error;
      return this.refuse(member, 'a time as YYYY-MM-DDThh:mm:ss.sssZ');
    }
  }

  list(member: string, countMin: number, countMax: number): readonly Json[] {
    const value = this.value[member];
    if (Array.isArray(value) && value.length >= countMin && value.length <= countMax)
      return value as readonly Json[];
    return this.refuse(member, `a list of ${countMin} to ${countMax} elements`);
  }

  /** Distinct names. */
  names(member: string, countMin: number, countMax: number): readonly string[] {
    const names = this.list(member, countMin, countMax).map((item) =>
      typeof item === 'string' && name.test(item) ? item : this.refuse(member, 'a list of names'),
    );
    return new Set(names).size === names.length ? names : this.refuse(member, 'names that differ');
  }

  has(member: string): boolean {
    return Object.hasOwn(this.value, member);
  }

  isNull(member: string): boolean {
    return this.value[member] === null;
  }

  place(member: string): string {
    return `${this.what}.${member}`;
  }

  refuse(member: string, expected: string): never {
    throw new MemberError('form', this.place(member), expected);
  }
}
