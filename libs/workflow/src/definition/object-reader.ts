import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { limits } from '../limits.js';
import { listed, shown, WorkflowError, type WorkflowErrorCode } from '../workflow-error.js';
import { didYouMean } from './did-you-mean.js';

/** Step, input, output and workflow names. No dot and no slash: both have a meaning in ids. */
export const NAME = {
  pattern: /^[a-z][a-z0-9-]*$/,
  charsMax: limits.nameCharsMax,
  text: `a name: lower-case letter, then letters, digits or "-", at most ${limits.nameCharsMax} characters`,
};
/** Ports, fields and parameters are the catalogue's and the runtimes' words. */
export const PORT = {
  pattern: /^[a-z][a-zA-Z0-9-]*$/,
  charsMax: limits.nameCharsMax,
  text: `a port or field: letters, digits or "-", at most ${limits.nameCharsMax} characters`,
};
export const REFERENCE = {
  pattern: /^[a-z][a-z0-9-]*\/[a-z][a-zA-Z0-9-]*$/,
  charsMax: 2 * limits.nameCharsMax + 1,
  text: 'a reference: inputs/<name> or <step>/<port>',
};
/** A dotted operation of the catalogue. */
export const OPERATION = {
  pattern: /^[a-z][a-z-]*(\.[a-z][a-z-]*)+$/,
  charsMax: 2 * limits.nameCharsMax,
  text: 'an operation such as document.extract',
};

export interface TextForm {
  readonly pattern: RegExp;
  readonly charsMax: number;
  /** Names the form in an error. */
  readonly text: string;
}

/** Reads the members of one untrusted object, strictly: what it is not asked for is an error. */
export class ObjectReader {
  readonly #value: JsonObject;

  constructor(
    value: Json | undefined,
    readonly path: string,
  ) {
    if (!isJsonObject(value)) {
      throw new WorkflowError('SCHEMA_INVALID', {
        path,
        expected: 'a map of names to values',
        // A whole document that is one text is no definition; it may be anything, and nothing of it is repeated.
        got: path === '' && typeof value === 'string' ? 'a text' : kindOf(value),
        hint: 'Compare with the example workflows.',
      });
    }
    this.#value = value;
  }

  only(names: readonly string[]): this {
    for (const name of Object.keys(this.#value)) {
      if (!names.includes(name)) {
        throw new WorkflowError('UNKNOWN_FIELD', {
          path: this.pathOf(printableName(name)),
          expected: `one of ${listed(names)}`,
          got: shown(name),
          hint: didYouMean(name, names, 'Remove it or correct its spelling.'),
        });
      }
    }
    return this;
  }

  /** The object's own keys, each of the given form, sorted: no result may depend on the order of keys. */
  names(form: TextForm, what: string, countMax: number = limits.edgesMax): readonly string[] {
    const names = Object.keys(this.#value).sort();
    if (names.length > countMax) throw overLimit(this.path, `at most ${countMax} ${what}`, `${names.length}`);
    for (const name of names) this.#checkForm(name, form, this.pathOf(printableName(name)));
    return names;
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#value, name);
  }

  value(name: string): Json | undefined {
    return this.has(name) ? this.#value[name] : undefined;
  }

  object(name: string): ObjectReader {
    return new ObjectReader(this.value(name), this.pathOf(name));
  }

  optionalObject(name: string): ObjectReader | undefined {
    return this.has(name) ? this.object(name) : undefined;
  }

  text(name: string, form: TextForm): string {
    const value = this.value(name);
    if (typeof value !== 'string') throw this.invalid(name, form.text);
    this.#checkForm(value, form, this.pathOf(name));
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.value(name);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const hint = typeof value === 'string' ? didYouMean(value, choices, 'Correct the value.') : undefined;
    throw this.invalid(name, choices.join(' | '), 'SCHEMA_INVALID', hint);
  }

  optionalChoice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.has(name) ? this.choice(name, choices) : undefined;
  }

  integer(name: string, min: number, max: number): number {
    const value = this.value(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw this.invalid(name, `an integer in ${min}..${max}`);
    }
    if (value < min || value > max) {
      throw overLimit(this.pathOf(name), `an integer in ${min}..${max}`, `${value}`);
    }
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.has(name) ? this.value(name) : fallback;
    if (typeof value !== 'boolean') throw this.invalid(name, 'true or false');
    return value;
  }

  optionalList(name: string, countMax: number): readonly Json[] {
    if (!this.has(name)) return [];
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.invalid(name, 'a list');
    if (value.length > countMax) {
      throw overLimit(this.pathOf(name), `at most ${countMax} entries`, `${value.length}`);
    }
    return value;
  }

  invalid(
    name: string,
    expected: string,
    code: WorkflowErrorCode = 'SCHEMA_INVALID',
    hint: string = this.has(name) ? 'Correct the value.' : 'Add it.',
  ): WorkflowError {
    return new WorkflowError(code, {
      path: this.pathOf(name),
      expected,
      got: kindOf(this.value(name)),
      hint,
    });
  }

  #checkForm(value: string, form: TextForm, path: string): void {
    if (value.length > form.charsMax) throw overLimit(path, form.text, `${value.length} characters`);
    if (!form.pattern.test(value)) {
      throw new WorkflowError('SCHEMA_INVALID', {
        path,
        expected: form.text,
        got: shown(value),
        hint: 'Rename it.',
      });
    }
  }
}

export function overLimit(path: string, expected: string, got: string): WorkflowError {
  return new WorkflowError('LIMIT_EXCEEDED', {
    path,
    expected,
    got,
    hint: 'Split the workflow or shorten it.',
  });
}

/** A path is shown on terminals: a hostile key is replaced by a quoted, cut form of itself. */
function printableName(name: string): string {
  return PORT.pattern.test(name) && name.length <= limits.nameCharsMax ? name : shown(name);
}

export function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return shown(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'a map' : String(value);
}
