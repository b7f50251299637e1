import type { ApiError } from '#contracts';
import { invalidField } from '../request-fields.js';

/*
 * Filters of lists: a part of AIP-160 that is small enough to be read whole. A filter comes from outside, so its
 * length, its depth and the number of its comparisons are bounded before anything is made of it.
 *
 *   filter     = [ expression ]
 *   expression = factor { "AND" factor }
 *   factor     = term { "OR" term }            OR binds tighter than AND, as AIP-160 has it
 *   term       = [ "NOT" | "-" ] ( "(" expression ")" | comparison )
 *   comparison = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | ":" ) value
 *   value      = word | quoted text; "abc*" at the end of a text matches what begins with it
 */

export type FieldType =
  | { readonly type: 'text' }
  | { readonly type: 'time' }
  | { readonly type: 'number' }
  | { readonly type: 'boolean' }
  | { readonly type: 'texts' }
  | { readonly type: 'enum'; readonly values: readonly string[]; readonly prefix: string };

export type FieldTypes = Readonly<Record<string, FieldType>>;

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | ':';

export interface Comparison {
  readonly kind: 'compare';
  readonly field: string;
  readonly operator: Operator;
  /** Milliseconds for a time. */
  readonly value: string | number | boolean;
  /** The value is how a text begins. */
  readonly begins: boolean;
}

export type Filter =
  | { readonly kind: 'all'; readonly of: readonly Filter[] }
  | { readonly kind: 'any'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | Comparison;

export const filterMax = { chars: 2_048, depth: 8, comparisons: 32 } as const;

interface Token {
  readonly kind: 'word' | 'text' | 'operator' | 'open' | 'close' | 'minus';
  readonly text: string;
  /** Where it begins, from 1. */
  readonly at: number;
}

const tokenPattern = /\s*(?:(<=|>=|!=|[=<>:])|(\()|(\))|"((?:[^"\\]|\\["\\])*)"|([A-Za-z0-9_.:/+*-]+))/y;

/** Null where nothing was asked. Raises INVALID_REQUEST that says where the filter is wrong. */
export function parseFilter(text: string, fields: FieldTypes): Filter | null {
  if (text.length > filterMax.chars) throw refusal(`at most ${filterMax.chars} characters`, `${text.length}`);
  const tokens = tokensOf(text);
  if (tokens.length === 0) return null;
  const parser = new Parser(tokens, fields);
  return parser.whole();
}

function refusal(expected: string, got: string): ApiError {
  return invalidField('filter', expected, got.length > 40 ? `${got.slice(0, 37)}...` : got);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  const pattern = new RegExp(tokenPattern);
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const afterOperator = tokens.at(-1)?.kind === 'operator';
    const found = pattern.exec(text);
    if (found === null) throw refusal(`a field, an operator or a value at character ${from + 1}`, 'another');
    const [all, operator, open, close, quoted, word] = found;
    const at = from + all.length - all.trimStart().length + 1;
    if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, at });
    else if (open !== undefined) tokens.push({ kind: 'open', text: open, at });
    else if (close !== undefined) tokens.push({ kind: 'close', text: close, at });
    else if (quoted !== undefined)
      tokens.push({ kind: 'text', text: quoted.replace(/\\(["\\])/g, '$1'), at });
    else if (word !== undefined && !afterOperator) {
      // Before its operator a word is a field: `operations:x` is three tokens, and `-state = X` is NOT.
      const negative = word.startsWith('-') ? 1 : 0;
      const name = /^[A-Za-z_][A-Za-z0-9_.]*/.exec(word.slice(negative))?.[0] ?? '';
      if (name === '') throw refusal(`a field at character ${at}`, word);
      if (negative === 1) tokens.push({ kind: 'minus', text: '-', at });
      tokens.push({ kind: 'word', text: name, at: at + negative });
      pattern.lastIndex = at - 1 + negative + name.length;
    } else tokens.push({ kind: 'word', text: word ?? '', at });
  }
  return tokens;
}

class Parser {
  #next = 0;
  #comparisons = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly fields: FieldTypes,
  ) {}

  whole(): Filter {
    const filter = this.#expression(0);
    const left = this.tokens[this.#next];
    if (left !== undefined) throw refusal(`AND, OR or the end at character ${left.at}`, left.text);
    return filter;
  }

  #expression(depth: number): Filter {
    if (depth > filterMax.depth) throw refusal(`at most ${filterMax.depth} levels of parentheses`, 'more');
    return this.#joined('AND', 'all', () => this.#joined('OR', 'any', () => this.#term(depth)));
  }

  #joined(word: string, kind: 'all' | 'any', part: () => Filter): Filter {
    const first = part();
    const of = [first];
    while (this.#isWord(word)) {
      this.#next += 1;
      of.push(part());
    }
    return of.length === 1 ? first : { kind, of };
  }

  #term(depth: number): Filter {
    const negated = this.#isWord('NOT') || this.tokens[this.#next]?.kind === 'minus';
    if (negated) this.#next += 1;
    const filter = this.#simple(depth);
    return negated ? { kind: 'not', of: filter } : filter;
  }

  #simple(depth: number): Filter {
    if (this.tokens[this.#next]?.kind !== 'open') return this.#comparison();
    this.#next += 1;
    const filter = this.#expression(depth + 1);
    this.#take('close', 'a closing parenthesis');
    return filter;
  }

  #comparison(): Comparison {
    this.#comparisons += 1;
    if (this.#comparisons > filterMax.comparisons)
      throw refusal(`at most ${filterMax.comparisons} comparisons`, 'more');
    const names = Object.keys(this.fields);
    const field = this.#take('word', `one of ${names.join(', ')}`);
    // A field named after a member of every object is none.
    const type = names.includes(field.text) ? this.fields[field.text] : undefined;
    if (type === undefined) throw refusal(`one of ${names.join(', ')} at character ${field.at}`, field.text);
    const operator = this.#take('operator', 'an operator (=, !=, <, <=, >, >=, :)');
    const value = this.tokens[this.#next];
    if (value === undefined || (value.kind !== 'word' && value.kind !== 'text'))
      throw refusal(`a value after ${field.text} ${operator.text}`, value?.text ?? 'the end');
    this.#next += 1;
    return comparison(field.text, operator.text as Operator, value, type);
  }

  #isWord(text: string): boolean {
    const token = this.tokens[this.#next];
    return token?.kind === 'word' && token.text === text;
  }

  #take(kind: Token['kind'], expected: string): Token {
    const token = this.tokens[this.#next];
    if (token?.kind !== kind) {
      throw refusal(
        token === undefined ? expected : `${expected} at character ${token.at}`,
        token?.text ?? 'the end',
      );
    }
    this.#next += 1;
    return token;
  }
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function comparison(field: string, operator: Operator, token: Token, type: FieldType): Comparison {
  const { text, at } = token;
  const allow = (operators: string): void => {
    if (!operators.split(' ').includes(operator))
      throw refusal(`${field} with one of ${operators}`, operator);
  };
  const plain = (value: Comparison['value']): Comparison => ({
    kind: 'compare',
    field,
    operator,
    value,
    begins: false,
  });
  switch (type.type) {
    case 'text': {
      allow('= !=');
      const begins = text.endsWith('*');
      return { ...plain(begins ? text.slice(0, -1) : text), begins };
    }
    case 'texts':
      allow(':');
      return plain(text);
    case 'enum': {
      allow('= !=');
      const value = text.startsWith(type.prefix) ? text.slice(type.prefix.length) : text;
      if (!type.values.includes(value)) throw refusal(`${field}: one of ${type.values.join(', ')}`, text);
      return plain(value);
    }
    case 'boolean':
      allow('= !=');
      if (text !== 'true' && text !== 'false') throw refusal(`${field}: true or false`, text);
      return plain(text === 'true');
    case 'number': {
      allow('= != < <= > >=');
      if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw refusal(`${field}: a decimal number`, text);
      return plain(Number(text));
    }
    case 'time': {
      allow('= != < <= > >=');
      const ms = timePattern.test(text) ? Date.parse(text) : Number.NaN;
      if (Number.isNaN(ms))
        throw refusal(`${field}: a time like 2026-11-21T08:00:00Z at character ${at}`, text);
      return plain(ms);
    }
  }
}

/** What a field of one entry holds: null where it has nothing. */
export type FieldValue = string | number | boolean | readonly string[] | null;

/** Whether an entry that is in memory passes; the same meaning as `filterSql` has in the database. */
export function passes(filter: Filter | null, value: (field: string) => FieldValue): boolean {
  if (filter === null) return true;
  switch (filter.kind) {
    case 'all':
      return filter.of.every((part) => passes(part, value));
    case 'any':
      return filter.of.some((part) => passes(part, value));
    case 'not':
      return !passes(filter.of, value);
    case 'compare':
      return compare(filter, value(filter.field));
  }
}

function compare({ operator, value, begins }: Comparison, held: FieldValue): boolean {
  if (Array.isArray(held)) return held.includes(value);
  // A text that is not there is empty, as it is in messages.
  const actual = held === null && typeof value === 'string' ? '' : held;
  if (operator === '!=') return !equal(actual, value, begins);
  if (operator === '=' || operator === ':') return equal(actual, value, begins);
  if (typeof actual !== 'number' || typeof value !== 'number') return false;
  if (operator === '<') return actual < value;
  if (operator === '<=') return actual <= value;
  return operator === '>' ? actual > value : actual >= value;
}

function equal(actual: FieldValue, value: Comparison['value'], begins: boolean): boolean {
  return begins ? typeof actual === 'string' && actual.startsWith(String(value)) : actual === value;
}
