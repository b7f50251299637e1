/** Reads a DER SubjectPublicKeyInfo, for browsers: as much of X.690 as keys of EC and RSA use, and no lenience. */
import { toHex } from '#canonical';

export type PublicKeyInfo =
  /** `point` is uncompressed, with its leading 04. */
  | { readonly kind: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521'; readonly point: Uint8Array }
  | {
      readonly kind: 'rsa';
      readonly modulus: bigint;
      readonly exponent: bigint;
      /** Its owner signs with RSASSA-PSS alone. */
      readonly pssOnly: boolean;
    };

const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;
const BIT_STRING = 0x03;
const INTEGER = 0x02;
const NULL = 0x05;

const EC_KEY = '2a8648ce3d0201';
const RSA_KEY = '2a864886f70d010101';
const RSA_PSS_KEY = '2a864886f70d01010a';
const curveOfOid = new Map<string, 'P-256' | 'P-384' | 'P-521'>([
  ['2a8648ce3d030107', 'P-256'],
  ['2b81040022', 'P-384'],
  ['2b81040023', 'P-521'],
]);

/** Null for what is no such key, and for an RSASSA-PSS key that restricts its parameters: that one is not checked here. */
export function parsePublicKey(spki: Uint8Array): PublicKeyInfo | null {
  const outer = members(spki, 0, spki.length);
  const [info] = outer ?? [];
  if (outer?.length !== 1 || info?.tag !== SEQUENCE) return null;
  const parts = members(spki, info.start, info.end);
  const [algorithm, key] = parts ?? [];
  if (parts?.length !== 2 || algorithm?.tag !== SEQUENCE || key?.tag !== BIT_STRING) return null;
  // The first byte counts the bits that are not used.
  if (key.end - key.start < 2 || spki[key.start] !== 0) return null;
  const fields = members(spki, algorithm.start, algorithm.end);
  const [oid, parameter] = fields ?? [];
  if (fields === null || fields.length > 2 || oid?.tag !== OBJECT_ID) return null;
  const name = toHex(spki.subarray(oid.start, oid.end));
  const bytes = spki.subarray(key.start + 1, key.end);
  if (name === EC_KEY) {
    if (parameter?.tag !== OBJECT_ID) return null;
    const curve = curveOfOid.get(toHex(spki.subarray(parameter.start, parameter.end)));
    return curve === undefined ? null : { kind: 'ec', curve, point: bytes };
  }
  if (name === RSA_KEY && parameter?.tag === NULL) return rsaKey(bytes, false);
  return name === RSA_PSS_KEY && parameter === undefined ? rsaKey(bytes, true) : null;
}

function rsaKey(der: Uint8Array, pssOnly: boolean): PublicKeyInfo | null {
  const outer = members(der, 0, der.length);
  const [sequence] = outer ?? [];
  if (outer?.length !== 1 || sequence?.tag !== SEQUENCE) return null;
  const numbers = members(der, sequence.start, sequence.end);
  const [modulus, exponent] = (numbers ?? []).map((member) => positive(der, member));
  if (numbers?.length !== 2 || modulus == null || exponent == null) return null;
  return { kind: 'rsa', modulus, exponent, pssOnly };
}

function positive(der: Uint8Array, { tag, start, end }: Member): bigint | null {
  const first = der[start] ?? 0x80;
  if (tag !== INTEGER || end === start || first >= 0x80) return null;
  const value = BigInt(`0x${toHex(der.subarray(start, end))}`);
  return value > 0n ? value : null;
}

interface Member {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** What lies from `start` to `end`, one after the other; null where a length is not as DER writes it or leads outside. */
function members(der: Uint8Array, start: number, end: number): Member[] | null {
  const found: Member[] = [];
  for (let at = start; at < end; ) {
    const tag = der[at] ?? 0;
    const first = der[at + 1];
    if (first === undefined) return null;
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || more > 3) return null;
    let length = more === 0 ? first : 0;
    for (let index = 0; index < more; index++) length = length * 256 + (der[at + 2 + index] ?? 0);
    if (more > 0 && (length < 0x80 || der[at + 2] === 0)) return null;
    const from = at + 2 + more;
    if (from + length > end) return null;
    found.push({ tag, start: from, end: from + length });
    at = from + length;
  }
  return found;
}
