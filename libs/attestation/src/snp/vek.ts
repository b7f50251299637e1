import { toHex } from '#canonical';
import { type SnpProduct, type SnpSigner, snpProducts } from '../policy/policy-groups.js';
import type { Certificate } from '../x509/certificate.js';
import { derSmallInteger, derTag, derWhole, malformed } from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';
import { productOfName } from './product.js';
import type { SnpTcb } from './tcb.js';

/**
 * What an endorsement key's certificate says about chip and firmware. It means nothing before the certificate's
 * chain holds.
 *
 * Source: AMD VCEK Certificate and KDS Interface Specification, X.509 extensions below 1.3.6.1.4.1.3704.1.
 */
export interface VekExtensions {
  readonly structVersion: number;
  /** As written, e.g. `Milan-B0`. */
  readonly productName: string;
  readonly product: SnpProduct | null;
  /** The firmware versions that the key was derived for. */
  readonly tcb: SnpTcb;
  /** Versions of parts that no product has; zero on every certificate seen. */
  readonly reservedVersions: readonly number[];
  /** Chip, lower-case hex of 8 (Turin) or 64 bytes; null on a VLEK. */
  readonly hwid: string | null;
  /** Cloud provider that loaded the key; null on a VCEK. */
  readonly cspId: string | null;
}

const IA5_STRING = 0x16;
const VERSION_MAX = 255;
const TEXT_MAX = 64;
const HWID_BYTES: readonly number[] = [8, 64];
const RESERVED_PARTS = ['3.4', '3.5', '3.6', '3.7'];

/** @throws AttestationError `CERT_MALFORMED` */
export function parseVekExtensions(vek: Certificate): VekExtensions {
  const productName = text(vek, '2');
  return {
    structVersion: derSmallInteger(derWhole(required(vek, '1'), derTag.integer).content),
    productName,
    product: productOfName(productName),
    tcb: {
      bootloader: version(vek, '3.1'),
      tee: version(vek, '3.2'),
      snp: version(vek, '3.3'),
      microcode: version(vek, '3.8'),
      fmc: optional(vek, '3.9') === null ? null : version(vek, '3.9'),
    },
    reservedVersions: RESERVED_PARTS.filter((part) => optional(vek, part) !== null).map((part) =>
      version(vek, part),
    ),
    hwid: readHwid(optional(vek, '4')),
    cspId: optional(vek, '5') === null ? null : text(vek, '5'),
  };
}

/** The role that AMD gave the key, by the subject's common name. */
export function roleOfVek({ commonName }: Certificate): SnpSigner | null {
  if (commonName === 'SEV-VCEK') return 'VCEK';
  return commonName === 'SEV-VLEK' ? 'VLEK' : null;
}

/** What an ASK or ASVK certifies, by its name: `SEV-Milan`, `SEV-VLEK-Milan`. */
export function roleOfCa({ commonName }: Certificate): { signer: SnpSigner; product: SnpProduct } | null {
  const match = /^SEV-(VLEK-)?([A-Za-z]+)$/.exec(commonName ?? '');
  const product = snpProducts.find((line) => line === match?.[2]);
  return product === undefined ? null : { signer: match?.[1] === undefined ? 'VCEK' : 'VLEK', product };
}

function version(vek: Certificate, part: string): number {
  const value = derSmallInteger(derWhole(required(vek, part), derTag.integer).content);
  return value <= VERSION_MAX
    ? value
    : malformed(`AMD extension .${part} is ${value}, more than the report can hold`);
}

function text(vek: Certificate, part: string): string {
  const { content } = derWhole(required(vek, part), IA5_STRING);
  const isPrintable = content.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isPrintable && content.length > 0 && content.length <= TEXT_MAX
    ? String.fromCharCode(...content)
    : malformed(`AMD extension .${part} is not a text of 1 to ${TEXT_MAX} ASCII characters`);
}

/** Raw octets: AMD puts no inner tag around them. */
function readHwid(value: Uint8Array | null): string | null {
  if (value === null) return null;
  return HWID_BYTES.includes(value.length)
    ? toHex(value)
    : malformed(`AMD extension .4 (hardware id) has ${value.length} bytes, expected 8 or 64`);
}

function required(vek: Certificate, part: string): Uint8Array {
  return optional(vek, part) ?? malformed(`endorsement key certificate lacks the AMD extension .${part}`);
}

function optional(vek: Certificate, part: string): Uint8Array | null {
  return vek.extensions.get(`${oid.amdSnp}.${part}`)?.value ?? null;
}
