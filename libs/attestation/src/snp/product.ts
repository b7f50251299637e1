/**
 * Product lines of AMD's key hierarchy, each with an ARK of its own. Siena and Bergamo (Zen 4c) belong to Genoa:
 * AMD's key server knows no line of their name.
 */
import { type SnpProduct, snpProducts } from '../policy/policy-groups.js';
import { vendorRootKeys } from '../policy/trust-roots.js';

/** CPUID family and model as a report of version 3 or later states them, extended parts included. */
export interface SnpCpuid {
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
}

/** Seen: 19/01 Milan, 19/11 and 19/A0 Genoa, 1A/02 Turin. AMD numbers the models of one design in blocks of 16. */
export function productOfCpuid({ family, model }: SnpCpuid): SnpProduct | null {
  const block = model >> 4;
  if (family === 0x19 && block === 0x0) return 'Milan';
  if (family === 0x19 && (block === 0x1 || block === 0xa)) return 'Genoa';
  if (family === 0x1a && (block === 0x0 || block === 0x1)) return 'Turin';
  return null;
}

/** Parts that carry a name of their own below another line's keys. */
const zen4c: ReadonlyMap<string, SnpProduct> = new Map([
  ['Siena', 'Genoa'],
  ['Bergamo', 'Genoa'],
]);

/** Product line of a certificate's `productName`, e.g. `Milan-B0`, `Genoa`. */
export function productOfName(name: string): SnpProduct | null {
  const [line = ''] = name.split('-', 1);
  return snpProducts.find((product) => product === line) ?? zen4c.get(line) ?? null;
}

const vendorArks: ReadonlyMap<string, SnpProduct> = new Map([
  [vendorRootKeys.amdArkMilan, 'Milan'],
  [vendorRootKeys.amdArkGenoa, 'Genoa'],
  [vendorRootKeys.amdArkTurin, 'Turin'],
]);

/** The root keys of AMD, for the `amd` list of trust roots. */
export const amdRootKeys: readonly string[] = [...vendorArks.keys()];

/** AMD's keys say themselves which line they are for; another pinned key says it by the name it signed. */
export function productOfArk(ark: {
  readonly spkiSha256: string;
  readonly commonName: string | null;
}): SnpProduct | null {
  const vendor = vendorArks.get(ark.spkiSha256);
  if (vendor !== undefined) return vendor;
  return snpProducts.find((product) => ark.commonName === `ARK-${product}`) ?? null;
}
