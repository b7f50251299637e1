import { ByteReader } from '../byte-reader.js';

/** Field types of the opaque data, as NVIDIA's attestation SDK names them. */
export const opaqueType = {
  driverVersion: 3,
  vbiosVersion: 6,
  nvdec0Status: 11,
  chipSku: 15,
  project: 17,
  projectSku: 18,
  fwid: 20,
  protectedPcie: 21,
  /** On a GPU: the switches it is linked to, 8 bytes each, little endian. On a switch: its own identifier. */
  switchPdis: 22,
  /** On a switch: the GPUs at its ports, 8 bytes each. */
  switchGpuPdis: 26,
  chipInfo: 35,
  featureFlag: 36,
} as const;

/** Type-length-value list behind the measurements; values are views on the report. Unknown types are kept. */
export type OpaqueData = ReadonlyMap<number, Uint8Array>;

/** `base`: where in the report the data begins. @throws AttestationError `GPU_REPORT_MALFORMED` */
export function parseOpaqueData(bytes: Uint8Array, base: number): OpaqueData {
  const reader = new ByteReader(bytes, 'GPU_REPORT_MALFORMED', 'GPU opaque data', 'report', base);
  const fields = new Map<number, Uint8Array>();
  while (reader.left > 0) {
    const type = reader.u16('field type');
    const value = reader.take(reader.u16('field length'), `field ${type}`);
    // Two values of one type could be read differently by two readers.
    if (fields.has(type)) reader.fail(`field ${type} appears twice`);
    fields.set(type, value);
  }
  return fields;
}

/** Text of a field: printable ASCII up to the zero padding. Null when absent or not text. */
export function opaqueText(data: OpaqueData, type: number): string | null {
  const value = data.get(type);
  if (value === undefined) return null;
  const text = String.fromCharCode(...value).replace(/\0+$/, '');
  return /^[\x20-\x7e]{0,64}$/.test(text) ? text : null;
}

/** VBIOS version, 8 bytes little endian, in the form `96.00.9F.00.01` that reference manifests use. */
export function opaqueVbios(data: OpaqueData): string | null {
  const value = data.get(opaqueType.vbiosVersion);
  if (value?.length !== 8) return null;
  const hex = (index: number): string => (value[index] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return [3, 2, 1, 0, 4].map(hex).join('.');
}
