/**
 * Finds what Intel thinks of a platform's firmware, in the order of Intel's Quote Verification Library
 * (sections 4.1.2.5.1 and 4.1.2.5.2 of its specification). Pure arithmetic on values that were verified before.
 */
import type { PckPlatform } from './pck.js';
import type {
  SvnLevel,
  TcbInfo,
  TcbLevel,
  TcbLevelStatus,
  TcbVerdict,
  TdxModule,
  TdxModuleIdentity,
} from './tcb-info.js';

export type TcbStatus = TcbLevelStatus | 'TDRelaunchAdvised' | 'TDRelaunchAdvisedConfigurationNeeded';

export interface LevelMatch {
  /** The first level that the CPU and the PCE meet. */
  readonly sgx: TcbLevel | null;
  /** The first that TDX meets as well; the same one for SGX. */
  readonly platform: TcbLevel | null;
  /** What is short of Intel's newest level. */
  readonly behind: readonly Shortfall[];
}

export interface Shortfall {
  readonly part: 'sgx' | 'pce' | 'tdx' | 'module';
  /** Component number from 0; null where there is one version only. */
  readonly index: number | null;
  readonly have: number;
  readonly need: number;
}

/** Byte of TEE_TCB_SVN that names the major version of the TDX module; byte 0 is then its ISVSVN. */
const MODULE_VERSION = 1;

/** `teeTcbSvn` is null for SGX. */
export function matchLevels(
  { levels }: TcbInfo,
  platform: PckPlatform,
  teeTcbSvn: Uint8Array | null,
): LevelMatch {
  const meetsSgx = (level: TcbLevel): boolean =>
    meets(platform.componentSvns, level.sgxComponents, 0) && platform.pceSvn >= level.pceSvn;
  const meetsTdx = (level: TcbLevel): boolean =>
    teeTcbSvn === null ||
    (level.tdxComponents !== null && meets([...teeTcbSvn], level.tdxComponents, firstComponent(teeTcbSvn)));
  const [latest] = levels;
  return {
    sgx: levels.find(meetsSgx) ?? null,
    platform: levels.find((level) => meetsSgx(level) && meetsTdx(level)) ?? null,
    behind: latest === undefined ? [] : shortfalls(latest, platform, teeTcbSvn),
  };
}

/** Components 0 and 1 tell the module's version, which its own identity judges when there is one. */
function firstComponent(teeTcbSvn: Uint8Array): number {
  return (teeTcbSvn[MODULE_VERSION] ?? 0) > 0 ? 2 : 0;
}

function meets(have: readonly number[], need: readonly number[], from: number): boolean {
  return need.every((svn, index) => index < from || (have[index] ?? -1) >= svn);
}

function shortfalls(latest: TcbLevel, platform: PckPlatform, teeTcbSvn: Uint8Array | null): Shortfall[] {
  const short = (part: 'sgx' | 'tdx', have: readonly number[], need: readonly number[], from: number) =>
    need.flatMap((svn, index) =>
      index >= from && (have[index] ?? 0) < svn ? [{ part, index, have: have[index] ?? 0, need: svn }] : [],
    );
  return [
    ...short('sgx', platform.componentSvns, latest.sgxComponents, 0),
    ...(platform.pceSvn < latest.pceSvn
      ? [{ part: 'pce' as const, index: null, have: platform.pceSvn, need: latest.pceSvn }]
      : []),
    ...(teeTcbSvn === null
      ? []
      : short('tdx', [...teeTcbSvn], latest.tdxComponents ?? [], firstComponent(teeTcbSvn))),
  ];
}

export function describeShortfalls(behind: readonly Shortfall[]): string {
  return behind
    .map(
      ({ part, index, have, need }) =>
        `${part}${index === null ? '' : `[${index}]`} has ${have}, needs ${need}`,
    )
    .join('; ');
}

export interface ModuleMatch {
  /** `TDX_01`; null when the module is so old that TCB info itself describes it. */
  readonly id: string | null;
  readonly module: TdxModule;
  readonly levels: readonly SvnLevel[] | null;
}

/** Null when Intel does not know a module of this version. */
export function findModule(tcbInfo: TcbInfo, teeTcbSvn: Uint8Array): ModuleMatch | null {
  const version = teeTcbSvn[MODULE_VERSION] ?? 0;
  if (version === 0) {
    return tcbInfo.tdxModule === null ? null : { id: null, module: tcbInfo.tdxModule, levels: null };
  }
  const module = identityOf(tcbInfo, version);
  return module === null ? null : { id: module.id, module, levels: module.levels };
}

function identityOf({ tdxModuleIdentities }: TcbInfo, version: number): TdxModuleIdentity | null {
  const id = moduleId(version);
  return tdxModuleIdentities.find((identity) => identity.id.toUpperCase() === id) ?? null;
}

export function moduleId(version: number): string {
  return `TDX_${version.toString(16).toUpperCase().padStart(2, '0')}`;
}

export function matchSvn(levels: readonly SvnLevel[], isvSvn: number): SvnLevel | null {
  return levels.find((level) => isvSvn >= level.isvSvn) ?? null;
}

/** A module or quoting enclave can make a platform worse, never better. */
export function converge(platform: TcbLevelStatus, parts: readonly TcbVerdict[]): TcbLevelStatus {
  if (platform === 'Revoked' || parts.some(({ status }) => status === 'Revoked')) return 'Revoked';
  // Intel gives parts only UpToDate, OutOfDate and Revoked. Any other word is not better than OutOfDate.
  if (parts.every(({ status }) => status === 'UpToDate')) return platform;
  if (platform === 'UpToDate' || platform === 'SWHardeningNeeded') return 'OutOfDate';
  if (platform === 'ConfigurationNeeded' || platform === 'ConfigurationAndSWHardeningNeeded') {
    return 'OutOfDateConfigurationNeeded';
  }
  return platform;
}

export interface RelaunchInput {
  readonly tcbInfo: TcbInfo;
  readonly sgx: TcbLevelStatus;
  readonly tdx: TcbLevelStatus;
  readonly module: TcbLevelStatus | null;
  readonly qe: TcbLevelStatus;
  /** TEE_TCB_SVN_2: what the host runs now, while TEE_TCB_SVN is what the guest was launched on. */
  readonly teeTcbSvn2: Uint8Array;
}

/** The host was updated under a running guest: a relaunch alone would make the guest current. Null when not so. */
export function relaunchStatus(input: RelaunchInput): TcbStatus | null {
  const { tcbInfo, sgx, tdx, module, qe, teeTcbSvn2 } = input;
  const sgxIsFine = !sgx.startsWith('OutOfDate') && sgx !== 'Revoked';
  if (!sgxIsFine || qe !== 'UpToDate') return null;
  if (!tdx.startsWith('OutOfDate') || module !== 'OutOfDate') return null;
  const latest = tcbInfo.levels[0]?.tdxComponents ?? null;
  if (latest === null || !meets([...teeTcbSvn2], latest, firstComponent(teeTcbSvn2))) return null;
  const version = teeTcbSvn2[MODULE_VERSION] ?? 0;
  if (version > 0) {
    const newest = identityOf(tcbInfo, version)?.levels[0];
    if (newest === undefined || (teeTcbSvn2[0] ?? 0) < newest.isvSvn) return null;
  }
  const needsConfiguration = [sgx, tdx].some((status) => status.includes('Configuration'));
  return needsConfiguration ? 'TDRelaunchAdvisedConfigurationNeeded' : 'TDRelaunchAdvised';
}
