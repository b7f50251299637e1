import type { SnpPlatformInfo, SnpPolicyBits, SnpSigner } from '../policy/policy-groups.js';

/** Bits of POLICY: what the guest's owner demanded at launch. Source: SEV-SNP ABI, GUEST_POLICY. */
export const policyBit: Readonly<Record<keyof SnpPolicyBits | 'debug', number>> = {
  smt: 16,
  migrateMa: 18,
  debug: 19,
  singleSocket: 20,
  cxl: 21,
  aes256Xts: 22,
  raplDis: 23,
  ciphertextHiding: 24,
  pageSwapDisable: 25,
};

/** Bits of PLATFORM_INFO: how the machine is set up. The names of bits 6 and 7 are not settled; they stay raw. */
export const platformBit: Readonly<Record<keyof SnpPlatformInfo, number>> = {
  smt: 0,
  tsme: 1,
  ecc: 2,
  raplDis: 3,
  ciphertextHiding: 4,
  aliasCheckComplete: 5,
};

/** KEY_INFO bits 4:2. */
export function signerOf(keyInfo: number): SnpSigner | null {
  const selector = (keyInfo >>> 2) & 7;
  if (selector === 0) return 'VCEK';
  return selector === 1 ? 'VLEK' : null;
}

export function hasBit(flags: bigint, bit: number): boolean {
  return ((flags >> BigInt(bit)) & 1n) === 1n;
}

/** Each named bit as true or false. */
export function namedFlags(
  flags: bigint,
  bits: Readonly<Record<string, number>>,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(bits).map(([name, bit]) => [name, hasBit(flags, bit)]));
}

/** Set bits that no name stands for, as a mask. A reader must see them: they may mean something to a later ABI. */
export function unknownPlatformBits(platformInfo: bigint): bigint {
  const known = Object.values(platformBit).reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);
  return platformInfo & ~known;
}

export function hexNumber(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
