/** Judges what the report says about the guest and its machine against what the relying party asks for. */
import { equalBytes, toHex } from '#canonical';
import { fail, type Outcome, pass, passIf, skip } from '../check-list.js';
import type { SnpProduct } from '../policy/policy-groups.js';
import type { ReasonCode } from '../reasons.js';
import { hasBit, hexNumber, platformBit, policyBit, signerOf } from './flags.js';
import type { SnpReport } from './report.js';
import type { SnpExpectations, SnpRequirements } from './requirements.js';
import type { VekExtensions } from './vek.js';

export function judgeDebug({ policy }: SnpReport): Outcome {
  return passIf(!hasBit(policy, policyBit.debug), 'DEBUG_ENABLED', 'policy bit 19 clear', hexNumber(policy));
}

export function judgePolicyBits({ policy }: SnpReport, { rules }: SnpRequirements): Outcome {
  return judgeBits('SNP_POLICY_MISMATCH', policy, policyBit, { ...rules.policyBits });
}

/** The alias check has a rule of its own, because firmware of the time before it cannot state it. */
export function judgePlatformBits({ platformInfo }: SnpReport, { rules }: SnpRequirements): Outcome {
  const { aliasCheckComplete: _, ...others } = rules.platformInfo ?? {};
  return judgeBits('SNP_PLATFORM_INFO_MISMATCH', platformInfo, platformBit, others);
}

/**
 * BadRAM (AMD-SB-3015): memory modules that lie about their size let a host read and replay the guest's pages.
 * Without a rule the bit must be set where firmware states it, in reports of version 3 and later. A rule `true`
 * refuses older reports too; `false` does not ask.
 */
export function judgeAliasCheck({ version, platformInfo }: SnpReport, { rules }: SnpRequirements): Outcome {
  const asked = rules.platformInfo?.aliasCheckComplete;
  if (asked === false) return skip('the policy does not ask for it');
  if (asked === undefined && version < 3) return skip(`reports of version ${version} do not state it`);
  return passIf(
    hasBit(platformInfo, platformBit.aliasCheckComplete),
    'BADRAM_ALIAS_CHECK',
    'ALIAS_CHECK_COMPLETE set',
    hexNumber(platformInfo),
  );
}

/** A report asked for by the host carries VMPL FFFFFFFF: it says nothing about who inside the guest spoke. */
export function judgeVmpl({ vmpl }: SnpReport, { rules }: SnpRequirements): Outcome {
  const expected = rules.vmpl ?? 0;
  return passIf(vmpl === expected, 'VMPL_MISMATCH', `${expected}`, `${vmpl}`);
}

export function judgeProductTrust(
  { report, product }: { readonly report: SnpReport; readonly product: SnpProduct },
  { rules, refuseCompromisedProducts }: SnpRequirements,
): Outcome {
  const signer = signerOf(report.keyInfo);
  // Whether the attack reaches VLEKs, which AMD's servers derive, is not known; they are not refused for it.
  if (refuseCompromisedProducts && product === 'Milan' && signer === 'VCEK') {
    return fail('PRODUCT_ROOT_COMPROMISED', 'a product whose key seed cannot be extracted', 'Milan VCEK');
  }
  const { products, signers } = rules;
  if (products !== undefined && !products.includes(product)) {
    return fail('PLATFORM_NOT_ALLOWED', products.join(', '), product);
  }
  if (signers !== undefined && !signers.some((accepted) => accepted === signer)) {
    return fail('PLATFORM_NOT_ALLOWED', signers.join(', '), signer ?? 'no signer');
  }
  return pass(`${product} with ${signer ?? 'no signer'}`);
}

/** A VLEK says which provider and not which chip; a list of chips therefore refuses a report that hides its chip. */
export function judgeChip(
  { report, extensions }: { readonly report: SnpReport; readonly extensions: VekExtensions },
  { rules }: SnpRequirements,
): Outcome {
  const { allowedChipIds, cspIds } = rules;
  if (allowedChipIds === undefined && cspIds === undefined) return skip('the policy accepts any chip');
  const chipId = toHex(report.chipId);
  if (allowedChipIds !== undefined && !allowedChipIds.includes(chipId)) {
    return fail('CHIP_NOT_ALLOWED', `one of ${allowedChipIds.length} chips`, chipId);
  }
  const { cspId } = extensions;
  if (cspIds !== undefined && cspId !== null && !cspIds.includes(cspId)) {
    return fail('CHIP_NOT_ALLOWED', `a VLEK of ${cspIds.join(', ')}`, cspId);
  }
  return pass(cspId ?? chipId);
}

/** The whole field: a prefix that matches would leave the rest to whoever asked for the report. */
export function judgeReportData({ reportData }: SnpReport, expected: SnpExpectations): Outcome {
  if (expected.reportData === null) return skip(NOTHING_ASKED);
  const equal = equalBytes(expected.reportData, reportData);
  return passIf(equal, 'BINDING_MISMATCH', toHex(expected.reportData), toHex(reportData));
}

export function judgeMeasurement({ measurement }: SnpReport, { measurements }: SnpExpectations): Outcome {
  return judgeListed(measurement, measurements ?? undefined);
}

export function judgeHostData({ hostData }: SnpReport, { rules }: SnpRequirements): Outcome {
  return judgeListed(hostData, rules.hostData);
}

export function judgeIdKey({ idKeyDigest }: SnpReport, { rules }: SnpRequirements): Outcome {
  return judgeListed(idKeyDigest, rules.idKeyDigests);
}

export function judgeAuthorKey({ authorKeyDigest }: SnpReport, { rules }: SnpRequirements): Outcome {
  return judgeListed(authorKeyDigest, rules.authorKeyDigests);
}

export function judgeGuestSvn({ guestSvn }: SnpReport, { rules }: SnpRequirements): Outcome {
  const { minGuestSvn } = rules;
  if (minGuestSvn === undefined) return skip(NOTHING_ASKED);
  return passIf(guestSvn >= minGuestSvn, 'TCB_BELOW_MINIMUM', `at least ${minGuestSvn}`, `${guestSvn}`);
}

const NOTHING_ASKED = 'nothing to compare with was given';

function judgeListed(actual: Uint8Array, accepted: readonly string[] | undefined): Outcome {
  if (accepted === undefined) return skip(NOTHING_ASKED);
  const value = toHex(actual);
  return passIf(
    accepted.includes(value),
    'MEASUREMENT_UNKNOWN',
    `one of ${accepted.length} known values`,
    value,
  );
}

/** Every bit that the policy names must have the value it names. */
function judgeBits(
  reason: ReasonCode,
  flags: bigint,
  bits: Readonly<Record<string, number>>,
  asked: Readonly<Record<string, boolean>>,
): Outcome {
  const names = Object.keys(asked);
  if (names.length === 0) return skip('the policy asks for no bit');
  // A name without a bit would never hold; the policy's parser lets none through.
  const wrong = names.filter(
    (name) => hasBit(flags, bits[name] ?? 0) !== asked[name] || bits[name] === undefined,
  );
  const expected = names.map((name) => `${name} ${asked[name] === true ? 'set' : 'clear'}`).join(', ');
  const actual = wrong.length === 0 ? hexNumber(flags) : `${hexNumber(flags)}: not so ${wrong.join(', ')}`;
  return passIf(wrong.length === 0, reason, expected, actual);
}
