import type { Check } from '#canonical';
import { AttestationError } from './attestation-error.js';
import type { ReasonCode } from './reasons.js';

/** What one rule found. Built by `pass`, `warn`, `fail` and `skip`. */
export interface Outcome {
  readonly result: 'pass' | 'warn' | 'fail' | 'skip' | 'error';
  readonly reason: ReasonCode | null;
  readonly expected?: string;
  readonly actual?: string;
  /** Narrower than that of the rule, where the judgement knows it. */
  readonly where?: string;
}

/** The part of a check that is the same in every appraisal. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity?: Check['severity'];
  /** What of the evidence the rule reads, e.g. `report[0x50..0x90]`. */
  readonly where?: string;
}

export function pass(actual?: string): Outcome {
  return { result: 'pass', reason: null, ...(actual === undefined ? {} : { actual }) };
}

export function warn(reason: ReasonCode, expected: string, actual: string): Outcome {
  return { result: 'warn', reason, expected, actual };
}

export function fail(reason: ReasonCode, expected: string, actual: string): Outcome {
  return { result: 'fail', reason, expected, actual };
}

/** Not judged, and why. Safe only where something else failed, or where the policy asks for nothing. */
export function skip(actual: string): Outcome {
  return { result: 'skip', reason: null, actual };
}

export function passIf(holds: boolean, reason: ReasonCode, expected: string, actual: string): Outcome {
  return holds ? pass(actual) : fail(reason, expected, actual);
}

/**
 * Collects the checks of one appraisal in a fixed order.
 *
 * Every rule leaves exactly one line, also when what it reads could not be parsed: two appraisals of the
 * same kind of evidence can then be compared line by line, and no rule is missing by accident.
 */
export class CheckList {
  readonly #checks: Check[] = [];
  readonly #prefix: string;
  readonly #evidence: readonly string[];

  /** `evidence`: digests of the blobs that the rules of this list read; `prefix`: e.g. `GPU 0: `. */
  constructor(evidence: readonly string[] = [], prefix = '') {
    this.#evidence = evidence;
    this.#prefix = prefix;
  }

  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Parses `input` and records whether that worked. Null input means that an earlier parse failed. */
  parse<I, T>(rule: Rule, input: I | null, read: (input: I) => T): T | null {
    let value: T | null = null;
    this.judge(rule, input, (present) => {
      value = read(present);
      return pass();
    });
    return value;
  }

  /** Judges `subject`, or records that it could not be judged because it could not be read. */
  judge<T>(rule: Rule, subject: T | null, judge: (subject: T) => Outcome): Outcome {
    const outcome =
      subject === null
        ? skip('not checked: what it reads is missing or malformed')
        : attempt(() => judge(subject));
    this.#checks.push({
      id: rule.id,
      title: `${this.#prefix}${rule.title}`,
      severity: rule.severity ?? 'blocker',
      ...(rule.where === undefined ? {} : { where: rule.where }),
      ...outcome,
      ...(this.#evidence.length === 0 ? {} : { evidence: this.#evidence }),
    });
    return outcome;
  }
}

/** A hostile input must end as a failed check, and a bug of ours as a check in error; neither as a throw. */
function attempt(judge: () => Outcome): Outcome {
  try {
    return judge();
  } catch (error) {
    if (error instanceof AttestationError) {
      const { code: reason, message: actual, where } = error;
      return { result: 'fail', reason, actual, ...(where === undefined ? {} : { where }) };
    }
    return { result: 'error', reason: 'VERIFIER_ERROR', actual: 'the verifier met an unexpected error' };
  }
}
