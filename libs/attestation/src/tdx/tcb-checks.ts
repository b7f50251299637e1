/**
 * Steps e and h to l: what the verified collateral says of this platform, and whether the relying party takes it.
 */
import { equalBytes, formatTime, type JsonObject, toHex } from '#canonical';
import { isZero } from '../byte-reader.js';
import { type CheckList, fail, type Outcome, pass, passIf, warn } from '../check-list.js';
import type { ReasonCode } from '../reasons.js';
import { parseEnclaveReport } from './enclave-report.js';
import type { IntelRequirements, IntelRuleSet } from './intel-rules.js';
import type { PckPlatform } from './pck.js';
import type { QuoteSignature, TdBody } from './quote.js';
import { equalUnderMask } from './quote-checks.js';
import type { QeIdentity, SvnLevel, TcbInfo, TcbVerdict, Tee } from './tcb-info.js';
import {
  converge,
  describeShortfalls,
  findModule,
  type LevelMatch,
  type ModuleMatch,
  matchLevels,
  matchSvn,
  moduleId,
  relaunchStatus,
  type Shortfall,
  type TcbStatus,
} from './tcb-level.js';

/** How current a platform is, after everything converged. Proved only if no check failed. */
export interface TcbEvaluation {
  readonly status: TcbStatus;
  readonly platformStatus: TcbStatus;
  readonly moduleStatus: TcbStatus | null;
  readonly qeStatus: TcbStatus;
  /** `TDX_01`; null for SGX and for modules without an identity of their own. */
  readonly moduleId: string | null;
  /** The oldest date of the levels that were met. */
  readonly tcbDateMs: number;
  readonly advisories: readonly string[];
  readonly behind: readonly Shortfall[];
}

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

export interface TcbInput {
  readonly tee: Tee;
  readonly tcbInfo: TcbInfo | null;
  readonly qeIdentity: QeIdentity | null;
  readonly platform: PckPlatform | null;
  readonly quote: QuoteSignature | null;
  /** Null for SGX. */
  readonly body: TdBody | null;
  readonly requirements: IntelRequirements;
  readonly atMs: number;
}

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

export function tcbClaims(evaluation: TcbEvaluation): JsonObject {
  return {
    status: evaluation.status,
    platformStatus: evaluation.platformStatus,
    moduleStatus: evaluation.moduleStatus,
    qeStatus: evaluation.qeStatus,
    tdxModule: evaluation.moduleId,
    tcbDate: formatTime(evaluation.tcbDateMs),
    advisories: evaluation.advisories,
    behind: evaluation.behind.map(({ part, index, have, need }) => ({ part, index, have, need })),
  };
}

function matchPlatform({ tee, tcbInfo, platform, body }: TcbInput): LevelMatch | null {
  if (tcbInfo === null || platform === null || (tee === 'TDX' && body === null)) return null;
  return matchLevels(tcbInfo, platform, body?.teeTcbSvn ?? null);
}

function judgeLevel(match: LevelMatch): Outcome {
  if (match.platform !== null) return pass(match.platform.status);
  const half = match.sgx === null ? 'SGX' : 'TDX';
  const expected = `a level whose ${half} components this platform meets`;
  return fail('TCB_NOT_SUPPORTED', expected, describeShortfalls(match.behind).slice(0, 512) || 'no level');
}

interface PartMatch {
  readonly level: SvnLevel | null;
  readonly isvSvn: number;
}

/** Null where there is no module to judge; a level of null where the module is older than all levels. */
function matchModule({ tcbInfo, body }: TcbInput): (PartMatch & { readonly found: ModuleMatch }) | null {
  const found = tcbInfo === null || body === null ? null : findModule(tcbInfo, body.teeTcbSvn);
  if (found === null || body === null) return null;
  const isvSvn = body.teeTcbSvn[0] ?? 0;
  return { found, isvSvn, level: found.levels === null ? null : matchSvn(found.levels, isvSvn) };
}

function matchQe({ qeIdentity, quote }: TcbInput): PartMatch | null {
  if (qeIdentity === null || quote === null) return null;
  const { isvSvn } = parseEnclaveReport(quote.qeReport);
  return { isvSvn, level: matchSvn(qeIdentity.levels, isvSvn) };
}

function evaluate(
  { tee, tcbInfo, body }: TcbInput,
  match: LevelMatch | null,
  module: ReturnType<typeof matchModule>,
  qe: PartMatch | null,
): TcbEvaluation | null {
  const platform = match?.platform ?? null;
  if (tcbInfo === null || match === null || platform === null || qe === null || qe.level === null)
    return null;
  if (tee === 'TDX' && module === null) return null;
  const hasLevels = module !== null && module.found.levels !== null;
  if (hasLevels && module.level === null) return null;
  const moduleLevel = module?.level ?? null;
  const parts: TcbVerdict[] = [qe.level, ...(moduleLevel === null ? [] : [moduleLevel])];
  const relaunch =
    body === null || body.teeTcbSvn2 === null
      ? null
      : relaunchStatus({
          tcbInfo,
          sgx: match.sgx?.status ?? platform.status,
          tdx: platform.status,
          module: moduleLevel?.status ?? null,
          qe: qe.level.status,
          teeTcbSvn2: body.teeTcbSvn2,
        });
  const all: TcbVerdict[] = [platform, ...parts];
  return {
    status: relaunch ?? converge(platform.status, parts),
    platformStatus: platform.status,
    moduleStatus: moduleLevel?.status ?? null,
    qeStatus: qe.level.status,
    moduleId: module?.found.id ?? null,
    tcbDateMs: Math.min(...all.map(({ tcbDateMs }) => tcbDateMs)),
    advisories: [...new Set(all.flatMap(({ advisories }) => advisories))].sort(),
    behind: [...match.behind, ...moduleShortfall(module)],
  };
}

function moduleShortfall(match: ReturnType<typeof matchModule>): Shortfall[] {
  const need = match?.found.levels?.[0]?.isvSvn;
  if (match === null || need === undefined || match.isvSvn >= need) return [];
  return [{ part: 'module', index: null, have: match.isvSvn, need }];
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
