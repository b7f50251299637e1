import type { Certificate } from '../x509/certificate.js';
import type { GpuReport } from './gpu-report.js';
import { opaqueText, opaqueType, opaqueVbios } from './opaque-data.js';
import { switchBios } from './rim-ids.js';

/** What tells the devices apart whose reports have the one SPDM form. */
export interface DeviceKind {
  readonly name: string;
  /** Name of the leaf certificate; the first group is the chip. */
  readonly leafName: RegExp;
  readonly leafExample: string;
  /** Needs a manifest for its driver beside the one for its VBIOS or BIOS. */
  readonly hasDriver: boolean;
  readonly driver: (report: GpuReport) => string | null;
  readonly vbios: (report: GpuReport) => string | null;
}

/**
 * Name of a device as NVIDIA's services write it: the serial number of its leaf certificate, in decimal. It is the one
 * name that policies, pairings, claims and reports use.
 */
export function ueidOf({ serial }: Pick<Certificate, 'serial'>): string {
  return BigInt(`0x${serial}`).toString();
}

/** `GH100 A01 GSP FMC LF`: chip, stepping, and the key that the first mutable code of the GPU holds. */
export const gpuKind: DeviceKind = {
  name: 'GPU',
  leafName: /^(?:SIMULATED )?(G[HB]\d{3}) [A-Z]\d{2} GSP FMC LF$/,
  leafExample: 'a GPU firmware certificate (… GSP FMC LF)',
  hasDriver: true,
  driver: ({ opaque }) => opaqueText(opaque, opaqueType.driverVersion),
  vbios: ({ opaque }) => opaqueVbios(opaque),
};

export const switchKind: DeviceKind = {
  name: 'NVSwitch',
  leafName: /^(?:SIMULATED )?(LS_10) [A-Z]\d{2} FSP FMC LF$/,
  leafExample: 'an NVSwitch firmware certificate (LS_10 … FSP FMC LF)',
  hasDriver: false,
  driver: () => null,
  vbios: switchBios,
};
