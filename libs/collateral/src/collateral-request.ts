import { digestOf } from '#canonical';
import { CollateralError } from './collateral-error.js';

export type AmdProduct = 'Milan' | 'Genoa' | 'Turin';
export type AmdSigner = 'VCEK' | 'VLEK';
/** Firmware versions that a VCEK is made for; `fmc` on Turin alone. */
export type AmdTcb = Readonly<Partial<Record<'fmc' | 'bootloader' | 'tee' | 'snp' | 'microcode', number>>>;

/** One piece of collateral, by what it is about and not by where it lies. */
export type CollateralRequest =
  | { readonly kind: 'tcb-info'; readonly tee: 'TDX' | 'SGX'; readonly fmspc: string }
  | { readonly kind: 'qe-identity'; readonly tee: 'TDX' | 'SGX' }
  | { readonly kind: 'intel-root-crl' }
  | { readonly kind: 'pck-crl'; readonly ca: 'platform' | 'processor' }
  | { readonly kind: 'amd-chain'; readonly product: AmdProduct; readonly signer: AmdSigner }
  | { readonly kind: 'amd-crl'; readonly product: AmdProduct; readonly signer: AmdSigner }
  | { readonly kind: 'vcek'; readonly product: AmdProduct; readonly chipId: string; readonly tcb: AmdTcb }
  | { readonly kind: 'rim'; readonly id: string }
  | { readonly kind: 'ocsp'; readonly certificate: Uint8Array; readonly issuer: Uint8Array };

export type CollateralKindName = CollateralRequest['kind'];

/** What the vendor's answer may weigh, whatever it says of itself. */
export const answerBytesMax: Readonly<Record<CollateralKindName, number>> = {
  'tcb-info': 256 * 1024,
  'qe-identity': 64 * 1024,
  'intel-root-crl': 1024 * 1024,
  'pck-crl': 1024 * 1024,
  'amd-chain': 64 * 1024,
  'amd-crl': 1024 * 1024,
  vcek: 16 * 1024,
  rim: 1536 * 1024,
  ocsp: 64 * 1024,
};

const PARTS = ['fmc', 'bootloader', 'tee', 'snp', 'microcode'] as const;

/**
 * The name of a piece: a relative path of lower-case words, also used in the offline folder. Every part is checked,
 * since requests are made from quotes that anybody may have sent.
 *
 * @throws CollateralError `COLLATERAL_REQUEST_INVALID`
 */
export function collateralKey(request: CollateralRequest): string {
  switch (request.kind) {
    case 'tcb-info':
      return `intel/${request.tee.toLowerCase()}/tcb-info/${hex('FMSPC', request.fmspc, [12])}`;
    case 'qe-identity':
      return `intel/${request.tee.toLowerCase()}/qe-identity`;
    case 'intel-root-crl':
      return 'intel/root-crl';
    case 'pck-crl':
      return `intel/pck-crl/${request.ca}`;
    case 'amd-chain':
    case 'amd-crl':
      return `amd/${request.product.toLowerCase()}/${request.signer.toLowerCase()}/${request.kind.slice(4)}`;
    case 'vcek': {
      const { product, chipId, tcb } = request;
      const id = hex('chip id', chipId, product === 'Turin' ? [16] : [128]);
      const versions = PARTS.filter((part) => tcb[part] !== undefined).map((part) =>
        version(part, tcb[part]),
      );
      return `amd/${product.toLowerCase()}/vcek/${id}-${versions.join('.')}`;
    }
    case 'rim':
      if (/^NV_[A-Z0-9_.]{3,120}$/i.test(request.id)) return `nvidia/rim/${request.id.toLowerCase()}`;
      return invalid('manifest id', 'NV_ and letters, digits, dots or underscores');
    case 'ocsp':
      return `nvidia/ocsp/${digestOf(request.certificate).slice('sha256:'.length)}`;
  }
}

function hex(what: string, text: string, lengths: readonly number[]): string {
  if (/^[0-9a-f]+$/.test(text) && lengths.includes(text.length)) return text;
  return invalid(what, `${lengths.join(' or ')} lower-case hex digits`);
}

function version(part: string, value: number | undefined): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255) return value;
  return invalid(`version of ${part}`, '0 to 255');
}

function invalid(what: string, expected: string): never {
  throw new CollateralError(
    'COLLATERAL_REQUEST_INVALID',
    `collateral request: ${what}: expected ${expected}`,
  );
}
