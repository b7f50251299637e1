import { type CheckList, fail, type Outcome, pass, passIf, skip } from '../check-list.js';
import type { TdxRules } from './policy-groups.js';

/** What a policy can ask of a TDX platform, read from verified evidence and collateral. */
export interface TdxFacts {
  readonly fmspc: string | null;
  readonly ppid: string | null;
  /** Lower-case hex, RTMR0 to RTMR3. */
  readonly rtmrs: readonly string[];
  /** Lower-case hex. */
  readonly mrConfigId: string;
  /** Whether a log was supplied and gives the RTMRs of the quote. */
  readonly eventLogReplays: boolean | null;
}

const policyRules = {
  eventLog: { id: 'TEE-POL-013', title: 'Event log explains the run-time measurements' },
  rtmrs: { id: 'TEE-POL-014', title: 'Run-time measurements are reference values' },
  fmspc: { id: 'TEE-POL-015', title: 'Platform family is on the list' },
  ppid: { id: 'TEE-POL-016', title: 'Platform is on the list' },
  mrConfigId: { id: 'TEE-POL-019', title: 'MRCONFIGID is the expected one' },
  crlAge: { id: 'TEE-POL-018', title: 'Revocation lists of the platform are recent enough' },
} as const;

const RTMR_NAMES = ['rtmr0', 'rtmr1', 'rtmr2', 'rtmr3'] as const;

/** Leaves a line for each member that the policy has. Null facts: the quote could not be read. */
export function judgeTdxRules(list: CheckList, rules: TdxRules, facts: TdxFacts | null): void {
  const { eventLog, rtmrs, mrConfigId, fmspcs, allowedPpids } = rules;
  if (eventLog === true) {
    list.judge(policyRules.eventLog, facts, ({ eventLogReplays }) => {
      const expected = 'an event log that replays to the RTMRs';
      if (eventLogReplays === null) return fail('COLLATERAL_MISSING', expected, 'none was supplied');
      return passIf(
        eventLogReplays,
        'EVENT_LOG_MISMATCH',
        expected,
        eventLogReplays ? 'replays' : 'does not replay',
      );
    });
  }
  if (rtmrs !== undefined) {
    list.judge(policyRules.rtmrs, facts, (present) => judgeRtmrs(rtmrs, present));
  }
  if (mrConfigId !== undefined) {
    list.judge(policyRules.mrConfigId, facts, ({ mrConfigId: actual }) =>
      onList(mrConfigId, actual, 'MEASUREMENT_UNKNOWN'),
    );
  }
  if (fmspcs !== undefined) {
    list.judge(policyRules.fmspc, facts, ({ fmspc }) => onList(fmspcs, fmspc, 'PLATFORM_NOT_ALLOWED'));
  }
  if (allowedPpids !== undefined) {
    list.judge(policyRules.ppid, facts, ({ ppid }) => onList(allowedPpids, ppid, 'CHIP_NOT_ALLOWED'));
  }
}

/** Beside the window of each list, which the verifier judges. Null ages: the quote could not be read. */
export function judgeCrlAge(list: CheckList, ageMsMax: number, agesMs: readonly number[] | null): void {
  list.judge(policyRules.crlAge, agesMs, (crlAgesMs) => {
    if (crlAgesMs.length === 0) return skip('no revocation list was relied on');
    const oldest = Math.max(...crlAgesMs);
    return passIf(oldest <= ageMsMax, 'REVOCATION_STALE', `at most ${ageMsMax} ms old`, `${oldest} ms old`);
  });
}

function judgeRtmrs(rules: NonNullable<TdxRules['rtmrs']>, { rtmrs }: TdxFacts): Outcome {
  for (const [index, name] of RTMR_NAMES.entries()) {
    const allowed = rules[name];
    const actual = rtmrs[index] ?? 'none';
    if (allowed !== undefined && !allowed.includes(actual)) {
      return fail('MEASUREMENT_UNKNOWN', `${name}: one of ${allowed.join(', ') || 'nothing'}`, actual);
    }
  }
  return pass();
}

function onList(
  allowed: readonly string[],
  actual: string | null,
  reason: 'PLATFORM_NOT_ALLOWED' | 'CHIP_NOT_ALLOWED' | 'MEASUREMENT_UNKNOWN',
): Outcome {
  const found = actual !== null && allowed.includes(actual);
  return passIf(found, reason, `one of ${allowed.join(', ') || 'nothing'}`, actual ?? 'not named');
}
