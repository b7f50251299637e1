import type { Check } from '#canonical';
import { printable } from '../field-reader.js';
import { outcomeFor, type WithheldReason } from './reasons.js';
import type { StageName } from './verdict.js';

export interface CheckDetail {
  readonly expected?: string;
  readonly actual?: string;
  readonly evidence?: readonly string[];
  /** The step that the check speaks of; a failure takes the step's assurance with it. */
  readonly step?: string;
}

const detailCharsMax = 400;

/** Collects the checks of one stage, in the order in which they were made. */
export class StageChecks {
  readonly #checks: Check[] = [];
  readonly #failedSteps = new Set<string>();
  readonly #withheld: string[] = [];

  /** @param acceptWithheld the relying party takes what is provably withheld for no failure */
  constructor(
    readonly stage: StageName,
    readonly acceptWithheld = false,
  ) {}

  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Steps with a finding against them. A rule of the policy that they break says nothing about what they are. */
  get failedSteps(): ReadonlySet<string> {
    return this.#failedSteps;
  }

  pass(id: string, title: string, detail: CheckDetail = {}): void {
    this.#add(id, title, 'pass', null, 'info', detail);
  }

  fail(id: string, title: string, reason: string, detail: CheckDetail = {}): void {
    if (detail.step !== undefined) this.#blame(detail.step, reason);
    this.#add(id, title, 'fail', reason, 'blocker', detail);
  }

  /** What could not be looked at because the sender provably withholds it: a gap, unless the relying party accepts it. */
  withheld(id: string, title: string, reason: WithheldReason, detail: CheckDetail = {}): void {
    if (this.acceptWithheld) this.skip(id, title, reason, detail);
    else this.fail(id, title, reason, detail);
    const shown = this.#checks.at(-1)?.title;
    if (shown !== undefined) this.#withheld.push(shown);
  }

  /** Titles of the checks that what is withheld has kept from being made. */
  get withheldChecks(): readonly string[] {
    return this.#withheld;
  }

  warn(id: string, title: string, reason: string, detail: CheckDetail = {}): void {
    this.#add(id, title, 'warn', reason, 'major', detail);
  }

  /** Something that was not looked at; `reason` says why in a word. */
  skip(id: string, title: string, reason: string, detail: CheckDetail = {}): void {
    this.#add(id, title, 'skip', reason, 'info', detail);
  }

  /** A fault of the verifier itself: never a reason to say "verified". */
  error(id: string, title: string, detail: CheckDetail = {}): void {
    this.#add(id, title, 'error', 'VERIFIER_ERROR', 'blocker', detail);
  }

  passIf(holds: boolean, id: string, title: string, reason: string, detail: CheckDetail = {}): boolean {
    if (holds)
      this.pass(id, title, { ...(detail.evidence ? { evidence: detail.evidence } : {}), ...stepOf(detail) });
    else this.fail(id, title, reason, detail);
    return holds;
  }

  /** Takes over checks that another library of the trust core made; failures are laid to `steps`. */
  adopt(checks: readonly Check[], titlePrefix: string, steps: readonly string[] = []): void {
    for (const check of checks) {
      if (check.result === 'fail' || check.result === 'error')
        for (const step of steps) this.#failedSteps.add(step);
      this.#checks.push({ ...check, title: `${cut(titlePrefix)}${check.title}` });
    }
  }

  #blame(step: string, reason: string | null): void {
    const outcome = outcomeFor(reason);
    if (outcome === 'failed' || outcome === 'trust-root') this.#failedSteps.add(step);
  }

  #add(
    id: string,
    title: string,
    result: Check['result'],
    reason: string | null,
    severity: Check['severity'],
    detail: CheckDetail,
  ): void {
    const prefix = detail.step === undefined ? '' : `${cut(detail.step)}: `;
    this.#checks.push({
      id,
      title: `${prefix}${title}`,
      result,
      reason,
      severity,
      ...(detail.expected === undefined ? {} : { expected: cut(detail.expected) }),
      ...(detail.actual === undefined ? {} : { actual: cut(detail.actual) }),
      ...(detail.evidence === undefined ? {} : { evidence: detail.evidence }),
    });
  }
}

function stepOf({ step }: CheckDetail): Pick<CheckDetail, 'step'> {
  return step === undefined ? {} : { step };
}

/** Names and values in a check come from the bundle: printable and bounded, whoever shows them. */
function cut(text: string): string {
  const clean = printable(text);
  return clean.length > detailCharsMax ? `${clean.slice(0, detailCharsMax - 3)}...` : clean;
}
