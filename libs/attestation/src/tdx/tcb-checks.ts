/**
 * Steps e and h to l: what the verified collateral says of this platform, and whether the relying party takes it.
 */
import { equalBytes, formatTime, toHex } from '#canonical';
import { isZero } from '../byte-reader.js';
import { type CheckList, fail, type Outcome, pass, passIf, warn } from '../check-list.js';
import type { ReasonCode } from '../reasons.js';
import type { IntelRequirements, IntelRuleSet } from './intel-rules.js';
import type { TdBody } from './quote.js';
import { equalUnderMask } from './quote-checks.js';
import {
  evaluate,
  matchModule,
  matchPlatform,
  matchQe,
  type PartMatch,
  type TcbEvaluation,
  type TcbInput,
} from './tcb-evaluation.js';
import type { SvnLevel, TcbInfo } from './tcb-info.js';
import {
  describeShortfalls,
  findModule,
  type LevelMatch,
  type ModuleMatch,
  moduleId,
  type TcbStatus,
} from './tcb-level.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const REASONS: Readonly<Record<Exclude<TcbStatus, 'UpToDate'>, ReasonCode>> = {
  SWHardeningNeeded: 'TCB_SW_HARDENING_NEEDED',
  ConfigurationNeeded: 'TCB_CONFIGURATION_NEEDED',
  ConfigurationAndSWHardeningNeeded: 'TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED',
  OutOfDate: 'TCB_OUT_OF_DATE',
  OutOfDateConfigurationNeeded: 'TCB_OUT_OF_DATE_CONFIGURATION_NEEDED',
  Revoked: 'TCB_REVOKED',
  TDRelaunchAdvised: 'TD_RELAUNCH_ADVISED',
  TDRelaunchAdvisedConfigurationNeeded: 'TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED',
};

/** Step e. */
export function judgeModuleIdentity(tcbInfo: TcbInfo, body: TdBody): Outcome {
  const found = findModule(tcbInfo, body.teeTcbSvn);
  const reason = 'TDX_MODULE_MISMATCH';
  if (found === null) {
    const id = moduleId(body.teeTcbSvn[1] ?? 0);
    const known = tcbInfo.tdxModuleIdentities.map((identity) => identity.id).join(', ');
    return fail(reason, `one of ${known.slice(0, 128) || 'no module'}`, id);
  }
  const { module } = found;
  if (!equalBytes(body.mrSignerSeam, module.mrSigner)) {
    return fail(reason, `MRSIGNERSEAM ${toHex(module.mrSigner)}`, toHex(body.mrSignerSeam));
  }
  return passIf(
    equalUnderMask(body.seamAttributes, module.attributes, module.attributesMask),
    reason,
    `SEAMATTRIBUTES ${toHex(module.attributes)} under ${toHex(module.attributesMask)}`,
    toHex(body.seamAttributes),
  );
}

/** Intel signs its own modules with a zero MRSIGNERSEAM; true without collateral too. */
export function judgeModule(body: TdBody): Outcome {
  const genuine = isZero(body.mrSignerSeam) && isZero(body.seamAttributes);
  return passIf(
    genuine,
    'TDX_MODULE_MISMATCH',
    'zero MRSIGNERSEAM and SEAMATTRIBUTES',
    toHex(body.mrSignerSeam),
  );
}

/** Steps h to l. Null where some level could not be found; the check that says so has failed. */
export function checkTcb(list: CheckList, rules: IntelRuleSet, input: TcbInput): TcbEvaluation | null {
  const match = matchPlatform(input);
  list.judge(rules.level, match, judgeLevel);
  const module = matchModule(input);
  const qe = matchQe(input);
  const evaluation = evaluate(input, match, module, qe);
  const { requirements, atMs } = input;

  if (input.tee === 'TDX') {
    list.judge(rules.moduleLevel, module, (present) => judgeModuleLevel(present, evaluation, input));
  }
  list.judge(rules.qeLevel, qe, ({ level, isvSvn }) =>
    judgePart(
      level,
      `ISVSVN ${isvSvn}`,
      'TCB_NOT_SUPPORTED',
      'QE_OUT_OF_DATE',
      'QE_REVOKED',
      evaluation,
      input,
    ),
  );
  list.judge(rules.status, evaluation, (present) => judgeStatus(present, requirements, atMs));
  list.judge(rules.advisories, evaluation, ({ advisories }) => {
    const found = advisories.filter((id) => requirements.forbiddenAdvisories.includes(id));
    const expected = 'no advisory that the policy forbids';
    return passIf(found.length === 0, 'ADVISORY_FORBIDDEN', expected, found.join(', ') || 'none applies');
  });
  return evaluation;
}

function judgeLevel(match: LevelMatch): Outcome {
  if (match.platform !== null) return pass(match.platform.status);
  const half = match.sgx === null ? 'SGX' : 'TDX';
  const expected = `a level whose ${half} components this platform meets`;
  return fail('TCB_NOT_SUPPORTED', expected, describeShortfalls(match.behind).slice(0, 512) || 'no level');
}

function judgeModuleLevel(
  match: PartMatch & { readonly found: ModuleMatch },
  evaluation: TcbEvaluation | null,
  input: TcbInput,
): Outcome {
  if (match.found.levels === null) return pass('TCB info itself judges modules of version 0');
  const what = `${match.found.id ?? ''} ISVSVN ${match.isvSvn}`;
  const codes = ['TCB_NOT_SUPPORTED', 'TDX_MODULE_OUT_OF_DATE', 'TDX_MODULE_REVOKED'] as const;
  return judgePart(match.level, what, ...codes, evaluation, input);
}

/** A part that is not current is a warning where the status that it leads to is accepted. */
function judgePart(
  level: SvnLevel | null,
  what: string,
  notSupported: ReasonCode,
  outOfDate: ReasonCode,
  revoked: ReasonCode,
  evaluation: TcbEvaluation | null,
  { requirements, atMs }: TcbInput,
): Outcome {
  const expected = 'a level that is UpToDate';
  if (level === null) return fail(notSupported, 'a level that Intel supports', what);
  if (level.status === 'UpToDate') return pass(`${what} is UpToDate`);
  const found = `${what} is ${level.status}`;
  if (level.status === 'Revoked') return fail(revoked, expected, found);
  const accepted = evaluation !== null && judgeStatus(evaluation, requirements, atMs).result !== 'fail';
  return accepted ? warn(outOfDate, expected, found) : fail(outOfDate, expected, found);
}

function judgeStatus(evaluation: TcbEvaluation, requirements: IntelRequirements, atMs: number): Outcome {
  const { status, tcbDateMs, behind } = evaluation;
  if (status === 'UpToDate') return pass(status);
  const accepted = ['UpToDate', ...requirements.tcbStatuses].join(', ');
  const actual = [`${status} since ${formatTime(tcbDateMs)}`, describeShortfalls(behind).slice(0, 512)]
    .filter((text) => text !== '')
    .join(': ');
  const reason = REASONS[status];
  if (status === 'Revoked') return fail(reason, accepted, actual);
  if (requirements.tcbStatuses.includes(status)) return warn(reason, accepted, actual);
  const inGrace = status.startsWith('OutOfDate') && atMs <= tcbDateMs + requirements.graceDays * DAY_MS;
  return inGrace
    ? warn(reason, `${accepted}, or ${requirements.graceDays} days of grace`, actual)
    : fail(reason, accepted, actual);
}
