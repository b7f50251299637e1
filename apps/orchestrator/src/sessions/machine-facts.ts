import {
  type Appraisal,
  AttestationError,
  appraise,
  type Collateral,
  collateralOf,
  parseBinding,
  parseEvidencePackage,
  parseIntelCollateral,
  parseTcbInfo,
  type TrustRoots,
} from '#attestation';
import { type Check, type JsonObject, parseTime } from '#canonical';
import { anyGuest } from './attested-key.js';

export interface FirmwareVersion {
  /** `cpu`, `gpu 0`, `switch 0`. */
  readonly device: string;
  readonly part: string;
  readonly version: string;
}

/** What evidence says of a machine. JSON, since replicas tell each other. */
export interface MachineFacts {
  /** When the evidence came, milliseconds since the epoch. */
  readonly evidenceMs: number;
  readonly level: Appraisal['level'];
  /** Empty where the evidence cannot be read. */
  readonly platform: string;
  /** Intel's word for the levels that the machine meets; null where none is known. AMD and NVIDIA have no such word. */
  readonly tcbStatus: string | null;
  /** The oldest date of these levels, milliseconds since the epoch. */
  readonly tcbMs: number | null;
  /** When Intel issued the data that the levels stand in. */
  readonly collateralMs: number | null;
  readonly advisories: readonly string[];
  readonly firmware: readonly FirmwareVersion[];
  /** Why the level is NONE: codes of checks that do not hold. */
  readonly reasons: readonly string[];
}

const LISTED_MAX = 32;

/** What a client would ask of guests: here it is about the machine alone. */
const ofGuests = /^TEE-(?:POL|EAT|RUL|PHY)-/;

/**
 * Reads what the evidence of a worker says about its machine, for people who look after machines. It decides nothing:
 * who seals appraises the evidence himself, under a policy of his own.
 */
export function machineFacts(
  evidence: Uint8Array,
  known: readonly Collateral[],
  { roots, atMs }: { readonly roots: TrustRoots; readonly atMs: number },
): MachineFacts {
  const carried = parseEvidencePackage(evidence);
  const { policyDigest } = parseBinding(carried.binding);
  const { checks, claims } = appraise({
    evidence,
    roots,
    policy: anyGuest,
    policyDigest,
    expectedNonce: null,
    at: atMs,
    collateral: known,
  });
  const cpu = claims.tdx ?? claims.snp ?? claims.sgx;
  const devices = [cpu, ...claims.gpus, ...claims.switches];
  const open = checks.filter((check) => !ofGuests.test(check.id) && !holds(check));
  const reasons = [...new Set(open.flatMap(({ reason }) => (reason === null ? [] : [reason])))];
  const simulated = devices.some((device) => device?.['root'] === 'simulated');
  const tcb = objectOf(cpu?.['tcb']);
  const tcbDate = tcb?.['tcbDate'];
  const readable = cpu !== null && open.length === 0;
  return {
    evidenceMs: atMs,
    level: !readable ? 'NONE' : simulated ? 'SIMULATED' : 'ATTESTED',
    platform: platformOf(claims),
    tcbStatus: claims.snp === null ? textOf(tcb?.['status']) : null,
    tcbMs: typeof tcbDate === 'string' ? parseTime(tcbDate) : null,
    collateralMs: issuedMs([...carried.collateral, ...known]),
    advisories: textsOf(tcb?.['advisories']).slice(0, LISTED_MAX),
    firmware: [
      ...cpuFirmware(claims),
      ...claims.gpus.flatMap((gpu, index) => deviceFirmware(`gpu ${index}`, gpu)),
      ...claims.switches.flatMap((device, index) => deviceFirmware(`switch ${index}`, device)),
    ].slice(0, LISTED_MAX),
    reasons: reasons.slice(0, LISTED_MAX),
  };
}

function holds({ result }: Check): boolean {
  return result !== 'fail' && result !== 'error';
}

function platformOf({ tdx, snp, sgx }: Appraisal['claims']): string {
  if (tdx !== null) return 'intel-tdx';
  if (snp !== null) return 'amd-sev-snp';
  return sgx === null ? '' : 'intel-sgx';
}

/** Security versions of AMD's parts are numbers without dates: the vendor publishes none in a signed form. */
function cpuFirmware({ tdx, snp }: Appraisal['claims']): FirmwareVersion[] {
  if (tdx !== null) {
    const module = textOf(objectOf(tdx['tcb'])?.['tdxModule']);
    const svn = textOf(tdx['teeTcbSvn']);
    return versions('cpu', { 'TDX module': module, TEE_TCB_SVN: svn });
  }
  if (snp === null) return [];
  const reported = objectOf(objectOf(snp['tcb'])?.['reported']) ?? {};
  const firmware = objectOf(snp['firmware'])?.['current'];
  return versions('cpu', { product: snp['product'], firmware, ...reported });
}

function deviceFirmware(device: string, claims: JsonObject | null): FirmwareVersion[] {
  return versions(device, { driver: claims?.['driver'], vbios: claims?.['vbios'] });
}

function versions(device: string, parts: Readonly<Record<string, unknown>>): FirmwareVersion[] {
  return Object.entries(parts).flatMap(([part, version]) =>
    typeof version === 'string' || typeof version === 'number'
      ? [{ device, part, version: String(version) }]
      : [],
  );
}

/** Of the TCB info that is judged by: what is known stands in for what was carried. Its signature is among the checks. */
function issuedMs(collateral: readonly Collateral[]): number | null {
  const [bytes] = collateralOf(collateral, 'intel-dcap').slice(-1);
  if (bytes === undefined) return null;
  try {
    return parseTcbInfo(parseIntelCollateral(bytes).tcbInfo).issueDateMs;
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}

function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
