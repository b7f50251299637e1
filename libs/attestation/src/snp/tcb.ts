import { isZero } from '../byte-reader.js';
import type { SnpProduct, SnpTcbMinimum } from '../policy/policy-groups.js';

/** Security versions of the firmware parts, each 0..255. Versions of different parts say nothing about each other. */
export interface SnpTcb {
  readonly bootloader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
  /** Turin only, null before. */
  readonly fmc: number | null;
}

export const tcbParts = ['bootloader', 'tee', 'snp', 'microcode', 'fmc'] as const;
export const TCB_BYTES = 8;

interface TcbLayout {
  readonly offsets: { readonly [part in keyof SnpTcb]: number | null };
  readonly reserved: readonly [from: number, to: number];
}

/** SEV-SNP ABI, TCB_VERSION: Turin moved the parts and put FMC first. */
const early: TcbLayout = {
  offsets: { bootloader: 0, tee: 1, snp: 6, microcode: 7, fmc: null },
  reserved: [2, 6],
};
const layouts: Readonly<Record<SnpProduct, TcbLayout>> = {
  Milan: early,
  Genoa: early,
  Turin: { offsets: { bootloader: 1, tee: 2, snp: 3, microcode: 7, fmc: 0 }, reserved: [4, 7] },
};

export function readTcb(bytes: Uint8Array, product: SnpProduct): SnpTcb {
  const { offsets } = layouts[product];
  const at = (offset: number | null): number => (offset === null ? 0 : (bytes[offset] ?? 0));
  return {
    bootloader: at(offsets.bootloader),
    tee: at(offsets.tee),
    snp: at(offsets.snp),
    microcode: at(offsets.microcode),
    fmc: offsets.fmc === null ? null : at(offsets.fmc),
  };
}

/** The inverse of `readTcb`, for simulated hardware. */
export function writeTcb(tcb: SnpTcb, product: SnpProduct): Uint8Array {
  const bytes = new Uint8Array(TCB_BYTES);
  for (const part of tcbParts) {
    const offset = layouts[product].offsets[part];
    if (offset !== null) bytes[offset] = tcb[part] ?? 0;
  }
  return bytes;
}

export function isTcbReservedZero(bytes: Uint8Array, product: SnpProduct): boolean {
  return isZero(bytes.subarray(...layouts[product].reserved));
}

/**
 * The first part that is below its minimum, or null. Part by part: as one integer, a high boot loader would
 * hide an old SNP firmware, and the byte order would decide which part counts.
 */
export function partBelow(
  tcb: SnpTcb,
  minimum: SnpTcbMinimum,
): { readonly part: keyof SnpTcb; readonly minimum: number; readonly actual: number } | null {
  for (const part of tcbParts) {
    const least = minimum[part];
    // A minimum for a part that the product does not have asks for what it cannot show: 0 is below it.
    const actual = tcb[part] ?? 0;
    if (least !== undefined && actual < least) return { part, minimum: least, actual };
  }
  return null;
}

export function describeTcb({ bootloader, tee, snp, microcode, fmc }: SnpTcb): string {
  const first = fmc === null ? '' : `fmc ${fmc}, `;
  return `${first}bootloader ${bootloader}, tee ${tee}, snp ${snp}, microcode ${microcode}`;
}
