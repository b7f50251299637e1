/** One line of a verification: what was looked at, what was expected, what was found. */
export interface Check {
  /** Stable identifier, e.g. `TEE-TDX-004`. */
  readonly id: string;
  readonly title: string;
  readonly result: CheckResult;
  /** Stable reason code, e.g. `QUOTE_SIGNATURE_INVALID`; null when the check passed. */
  readonly reason: string | null;
  readonly severity: 'blocker' | 'major' | 'info';
  readonly expected?: string;
  readonly actual?: string;
  /** What of the evidence it read: a byte range (`quote[0x2c..0x30]`) or a member (`collateral.tcbInfo`). */
  readonly where?: string;
  /** Digests of the blobs that the check read. */
  readonly evidence?: readonly string[];
}

export type CheckResult = 'pass' | 'warn' | 'fail' | 'skip' | 'error';

export function failedChecks(checks: readonly Check[]): readonly Check[] {
  return checks.filter((check) => check.result === 'fail' || check.result === 'error');
}
