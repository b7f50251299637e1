/** Steps h to k: which levels a platform meets, and what they converge to. Judges nothing. */
import { formatTime, type JsonObject } from '#canonical';
import { parseEnclaveReport } from './enclave-report.js';
import type { IntelRequirements } from './intel-rules.js';
import type { PckPlatform } from './pck.js';
import type { QuoteSignature, TdBody } from './quote.js';
import type { QeIdentity, SvnLevel, TcbInfo, TcbVerdict, Tee } from './tcb-info.js';
import {
  converge,
  findModule,
  type LevelMatch,
  type ModuleMatch,
  matchLevels,
  matchSvn,
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

export function matchPlatform({ tee, tcbInfo, platform, body }: TcbInput): LevelMatch | null {
  if (tcbInfo === null || platform === null || (tee === 'TDX' && body === null)) return null;
  return matchLevels(tcbInfo, platform, body?.teeTcbSvn ?? null);
}

export interface PartMatch {
  readonly level: SvnLevel | null;
  readonly isvSvn: number;
}

/** Null where there is no module to judge; a level of null where the module is older than all levels. */
export function matchModule({
  tcbInfo,
  body,
}: TcbInput): (PartMatch & { readonly found: ModuleMatch }) | null {
  const found = tcbInfo === null || body === null ? null : findModule(tcbInfo, body.teeTcbSvn);
  if (found === null || body === null) return null;
  const isvSvn = body.teeTcbSvn[0] ?? 0;
  return { found, isvSvn, level: found.levels === null ? null : matchSvn(found.levels, isvSvn) };
}

export function matchQe({ qeIdentity, quote }: TcbInput): PartMatch | null {
  if (qeIdentity === null || quote === null) return null;
  const { isvSvn } = parseEnclaveReport(quote.qeReport);
  return { isvSvn, level: matchSvn(qeIdentity.levels, isvSvn) };
}

export function evaluate(
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
