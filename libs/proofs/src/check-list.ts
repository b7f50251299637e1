import type { Check } from '#canonical';
import { ProofsError } from './proofs-error.js';

export interface Verdict {
  readonly passed: boolean;
  /** Reason code when it did not pass. */
  readonly reason: string;
  /** True when an earlier failure took away what this check looks at. */
  readonly skipped?: boolean;
  /** Not passed, and the policy lets it go: a warning. */
  readonly tolerated?: boolean;
  readonly expected?: string;
  readonly actual?: string;
  readonly evidence?: readonly string[];
}

/** Collects checks in the order in which they are made. */
export class CheckList {
  readonly #checks: Check[] = [];

  get all(): readonly Check[] {
    return this.#checks;
  }

  verdict(id: string, title: string, verdict: Verdict): void {
    const base = { id, title, severity: 'blocker' as const };
    if (verdict.skipped === true) {
      this.#checks.push({ ...base, result: 'skip', reason: 'EARLIER_CHECK_FAILED' });
      return;
    }
    const found = {
      ...(verdict.expected === undefined ? {} : { expected: verdict.expected }),
      ...(verdict.actual === undefined ? {} : { actual: verdict.actual }),
      ...(verdict.evidence === undefined ? {} : { evidence: verdict.evidence }),
    };
    if (verdict.passed) this.#checks.push({ ...base, result: 'pass', reason: null, ...found });
    else
      this.#checks.push({
        ...base,
        result: verdict.tolerated === true ? 'warn' : 'fail',
        reason: verdict.reason,
        ...found,
      });
  }

  /** Runs a parser; its error becomes a failed check and the value null. */
  parse<T>(id: string, title: string, read: () => T): T | null {
    try {
      const value = read();
      this.verdict(id, title, { passed: true, reason: '' });
      return value;
    } catch (error) {
      if (error instanceof ProofsError) {
        this.verdict(id, title, { passed: false, reason: error.code, actual: error.message });
      } else {
        // Not a shape the parser knows how to refuse: fail closed, and do not repeat an unknown text.
        this.#checks.push({ id, title, severity: 'blocker', result: 'error', reason: 'CHECK_ERROR' });
      }
      return null;
    }
  }
}
