/** Judges what ties a report to one chip with one firmware: product, signer, hardware id, TCB versions. */
import { toHex } from '#canonical';
import { isZero } from '../byte-reader.js';
import { fail, type Outcome, pass, passIf, skip } from '../check-list.js';
import type { SnpProduct, SnpSigner } from '../policy/policy-groups.js';
import type { SnpChain } from './chain.js';
import { hexNumber, signerOf } from './flags.js';
import { productOfArk, productOfCpuid } from './product.js';
import type { SnpReport, SnpTcbKind } from './report.js';
import type { SnpRequirements } from './requirements.js';
import { describeTcb, isTcbReservedZero, partBelow, readTcb, type SnpTcb, tcbParts } from './tcb.js';
import { roleOfCa, roleOfVek, type VekExtensions } from './vek.js';

/** All that says which chip this is. The parts come from different senders and must agree. */
export interface ChipEvidence {
  readonly report: SnpReport;
  readonly chain: SnpChain;
  readonly extensions: VekExtensions;
}

/**
 * The layout of the report is that of the chip's product, so the report's own statement counts first. Reports of
 * version 2 make none; then it is the certificate's.
 */
export function productOf(report: SnpReport, extensions: VekExtensions | null): SnpProduct | null {
  return report.cpuid === null ? (extensions?.product ?? null) : productOfCpuid(report.cpuid);
}

export function judgeProduct({ report, chain, extensions }: ChipEvidence): Outcome {
  const product = productOf(report, extensions);
  const statements: readonly (readonly [string, SnpProduct | null])[] = [
    ['endorsement key', extensions.product],
    ['its CA', roleOfCa(chain.ca)?.product ?? null],
    ['root', productOfArk(chain.ark)],
  ];
  const expected =
    report.cpuid === null
      ? 'one product in all certificates'
      : `${product ?? 'a known product'} as by CPUID ${hexNumber(report.cpuid.family)}/${hexNumber(report.cpuid.model)}`;
  const actual = statements.map(([who, stated]) => `${who}: ${stated ?? 'unknown'}`).join(', ');
  const agree = product !== null && statements.every(([, stated]) => stated === product);
  return passIf(agree, 'SNP_PRODUCT_MISMATCH', expected, actual);
}

/** KEY_INFO is signed by the chip; names in certificates must follow it and not the other way round. */
export function judgeSigner({ report, chain }: Pick<ChipEvidence, 'report' | 'chain'>): Outcome {
  const stated = signerOf(report.keyInfo);
  const actual = `endorsement key ${roleOfVek(chain.vek) ?? 'without a role'}, CA for ${roleOfCa(chain.ca)?.signer ?? 'no role'}`;
  if (stated === null) {
    return fail(
      'SNP_SIGNER_MISMATCH',
      'a report signed by VCEK or VLEK',
      `key info ${hexNumber(report.keyInfo)}`,
    );
  }
  const agree = roleOfVek(chain.vek) === stated && roleOfCa(chain.ca)?.signer === stated;
  return passIf(agree, 'SNP_SIGNER_MISMATCH', `${stated} as the report states`, actual);
}

/** A VCEK names its chip. A VLEK names the provider that loaded it, and the report may hide the chip. */
export function judgeHwid({ report, chain, extensions }: ChipEvidence): Outcome {
  const { hwid, cspId } = extensions;
  const role: SnpSigner | null = roleOfVek(chain.vek);
  if (role === 'VLEK') {
    if (hwid !== null) return fail('SNP_HWID_MISMATCH', 'a VLEK that names no chip', hwid);
    return passIf(cspId !== null, 'SNP_HWID_MISMATCH', 'a VLEK that names its provider', cspId ?? 'none');
  }
  const chipId = toHex(report.chipId);
  if (hwid === null) return fail('SNP_HWID_MISMATCH', chipId, 'the certificate names no chip');
  const length = hwid.length / 2;
  const isTurin = productOf(report, extensions) === 'Turin';
  if (length !== (isTurin ? 8 : 64)) {
    return fail('SNP_HWID_MISMATCH', `${isTurin ? 8 : 64} bytes of hardware id`, `${length} bytes`);
  }
  const agree = chipId.startsWith(hwid) && isZero(report.chipId.subarray(length));
  return passIf(agree, 'SNP_HWID_MISMATCH', chipId, hwid);
}

/** The key was derived from exactly these versions: a signature proves the TCB only if they are the reported ones. */
export function judgeTcbExtensions({ report, extensions }: ChipEvidence): Outcome {
  const product = productOf(report, extensions);
  if (product === null) return fail('SNP_TCB_EXT_MISMATCH', 'a known product', 'the TCB layout is unknown');
  const reported = readTcb(report.tcb.reported, product);
  const expected = describeTcb(reported);
  const actual = describeTcb(extensions.tcb);
  if (
    !isTcbReservedZero(report.tcb.reported, product) ||
    extensions.reservedVersions.some((part) => part !== 0)
  ) {
    return fail('SNP_TCB_EXT_MISMATCH', `${expected}, other bytes zero`, toHex(report.tcb.reported));
  }
  const agree = tcbParts.every((part) => reported[part] === extensions.tcb[part]);
  return passIf(agree, 'SNP_TCB_EXT_MISMATCH', expected, actual);
}

export function judgeTcbMinimum(
  { report, product }: { readonly report: SnpReport; readonly product: SnpProduct },
  kind: SnpTcbKind,
  { rules }: SnpRequirements,
): Outcome {
  const tcb = readTcb(report.tcb[kind], product);
  const minimum = rules.minTcb?.[product];
  if (minimum === undefined) return skip(`the policy sets no minimum for ${product}`);
  if (!isTcbReservedZero(report.tcb[kind], product)) {
    return fail('TCB_BELOW_MINIMUM', 'reserved TCB bytes zero', toHex(report.tcb[kind]));
  }
  const below = partBelow(tcb, minimum);
  return below === null
    ? pass(describeTcb(tcb))
    : fail('TCB_BELOW_MINIMUM', `${below.part} at least ${below.minimum}`, describeTcb(tcb));
}

/**
 * CURRENT above COMMITTED: the machine runs firmware that its operator may still take back, so a guest cannot rely
 * on it for longer than it runs.
 */
export function isProvisional(current: SnpTcb, committed: SnpTcb): boolean {
  return tcbParts.some((part) => (current[part] ?? 0) > (committed[part] ?? 0));
}
