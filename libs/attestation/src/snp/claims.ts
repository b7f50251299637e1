import { type JsonObject, toHex } from '#canonical';
import type { SnpProduct } from '../policy/policy-groups.js';
import type { RootKind } from '../x509/chain.js';
import { isProvisional } from './chip-checks.js';
import { hexNumber, namedFlags, platformBit, policyBit, signerOf, unknownPlatformBits } from './flags.js';
import { type SnpReport, snpTcbKinds } from './report.js';
import { readTcb } from './tcb.js';
import type { VekExtensions } from './vek.js';

export interface SnpClaimsInput {
  readonly report: SnpReport;
  readonly extensions: VekExtensions | null;
  readonly product: SnpProduct | null;
  readonly root: RootKind;
  readonly revocation: JsonObject;
}

/** The values a reader of the verdict may want to see, unknown flag bits included as raw values. */
export function buildSnpClaims({
  report,
  extensions,
  product,
  root,
  revocation,
}: SnpClaimsInput): JsonObject {
  const { cpuid, mitigations } = report;
  return {
    version: report.version,
    root,
    product,
    productName: extensions?.productName ?? null,
    signer: signerOf(report.keyInfo),
    vekStructVersion: extensions?.structVersion ?? null,
    cspId: extensions?.cspId ?? null,
    chipId: toHex(report.chipId),
    cpuid: cpuid === null ? null : { ...cpuid },
    guestSvn: report.guestSvn,
    policy: hexNumber(report.policy),
    policyFlags: namedFlags(report.policy, policyBit),
    /** Lowest firmware interface version that the guest's owner accepts. */
    policyAbi: `${Number((report.policy >> 8n) & 0xffn)}.${Number(report.policy & 0xffn)}`,
    platformInfo: hexNumber(report.platformInfo),
    platformFlags: namedFlags(report.platformInfo, platformBit),
    platformInfoUnknown: hexNumber(unknownPlatformBits(report.platformInfo)),
    keyInfo: hexNumber(report.keyInfo),
    vmpl: report.vmpl,
    measurement: toHex(report.measurement),
    reportData: toHex(report.reportData),
    hostData: toHex(report.hostData),
    familyId: toHex(report.familyId),
    imageId: toHex(report.imageId),
    idKeyDigest: toHex(report.idKeyDigest),
    authorKeyDigest: toHex(report.authorKeyDigest),
    reportId: toHex(report.reportId),
    reportIdMa: toHex(report.reportIdMa),
    tcb: tcbClaims(report, product),
    provisionalFirmware:
      product === null
        ? null
        : isProvisional(readTcb(report.tcb.current, product), readTcb(report.tcb.committed, product)),
    firmware: { ...report.firmware },
    mitigations:
      mitigations === null
        ? null
        : { launch: hexNumber(mitigations.launch), current: hexNumber(mitigations.current) },
    revocation,
  };
}

/** Raw bytes where the product, and with it the layout, is not known. */
function tcbClaims(report: SnpReport, product: SnpProduct | null): JsonObject {
  return Object.fromEntries(
    snpTcbKinds.map((kind) => [
      kind,
      product === null ? toHex(report.tcb[kind]) : { ...readTcb(report.tcb[kind], product) },
    ]),
  );
}
