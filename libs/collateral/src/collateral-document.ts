import { fromHex, fromUtf8, utf8 } from '#canonical';
import { CollateralError } from './collateral-error.js';

/** A piece as it is stored: what was published, verbatim, and the chain of its signer where it came apart. */
export interface CollateralDocument {
  readonly body: Uint8Array;
  /** PEM; no bytes where the piece needs none. */
  readonly chain: Uint8Array;
}

export interface SignedJson {
  /** The signed text verbatim. */
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

const NAMES = { 'tcb-info': 'tcbInfo', 'qe-identity': 'enclaveIdentity' } as const;

/**
 * Takes the signed text out of Intel's answer without reading it: `{"tcbInfo":{...},"signature":"<hex>"}`. Parsing
 * and writing it again would break the signature.
 *
 * @throws CollateralError `COLLATERAL_MALFORMED`
 */
export function splitSignedJson(kind: keyof typeof NAMES, body: Uint8Array): SignedJson {
  let text: string;
  try {
    text = fromUtf8(body).trim();
  } catch {
    return malformed(`${kind}: is not UTF-8`);
  }
  const prefix = `{"${NAMES[kind]}":`;
  const end = /,"signature":"([0-9a-fA-F]{128})"\}$/.exec(text);
  if (!text.startsWith(`${prefix}{`) || end === null || text[end.index - 1] !== '}') {
    return malformed(`${kind}: expected ${prefix}{...},"signature":"<128 hex digits>"}`);
  }
  return {
    data: utf8(text.slice(prefix.length, end.index)),
    signature: fromHex((end[1] ?? '').toLowerCase()),
  };
}

/** Header of PCS and PCCS: PEM, percent-encoded. */
export function issuerChainOf(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): Uint8Array {
  const found = names.map((name) => headers[name]).find((value) => value !== undefined);
  if (found === undefined) return malformed(`header ${names.join(' or ')} is missing`);
  try {
    return utf8(decodeURIComponent(found));
  } catch {
    return malformed(`header ${names[0]} is not percent-encoded text`);
  }
}

/** Lists come as DER from PCS and as hex from some PCCS versions. */
export function derOrHex(body: Uint8Array): Uint8Array {
  if (body[0] === 0x30 && body[1] !== 0x30 && (body[1] ?? 0) >= 0x80) return body;
  const text = new TextDecoder().decode(body).trim();
  return /^([0-9a-fA-F]{2})+$/.test(text) ? fromHex(text.toLowerCase()) : body;
}

/** The last certificate of a PEM chain: the root, which alone signs the list of its CAs. */
export function rootOf(chain: Uint8Array): Uint8Array {
  const blocks = new TextDecoder()
    .decode(chain)
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  const last = blocks?.at(-1);
  return last === undefined ? malformed('a chain without a certificate') : utf8(`${last}\n`);
}

export function malformed(message: string): never {
  throw new CollateralError('COLLATERAL_MALFORMED', message);
}
