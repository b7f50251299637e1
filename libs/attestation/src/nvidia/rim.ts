import { fromBase64, fromHex } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { canonicalXml } from './canonical-xml.js';
import { parseXml, type XmlElement } from './xml-reader.js';

/** A reference integrity manifest (SWID tag, ISO/IEC 19770-2) of NVIDIA, read and not judged. */
export interface Rim {
  /** Driver version or VBIOS version that the values are for. */
  readonly version: string;
  /** Chip, such as `GH100`. */
  readonly product: string;
  /** All entries by their index, the inactive ones too. */
  readonly entries: ReadonlyMap<number, RimEntry>;
  readonly signature: RimSignature;
}

export interface RimEntry {
  readonly active: boolean;
  /** SHA-384 values, any of which is good. */
  readonly values: readonly Uint8Array[];
}

export interface RimSignature {
  /** Canonical bytes of SignedInfo. */
  readonly signedInfo: Uint8Array;
  /** Canonical bytes of the document without its signature. */
  readonly document: Uint8Array;
  /** SHA-384 of the document as the signer states it. */
  readonly digest: Uint8Array;
  /** r || s, P-384. */
  readonly value: Uint8Array;
  /** Signer first. */
  readonly chain: readonly Certificate[];
  /** The document offers a bare key beside the certificates. It is never used. */
  readonly hasKeyValue: boolean;
}

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const SWID = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd';
const HASH = 'http://www.w3.org/2001/04/xmlenc#sha384';
const CANONICALIZATIONS = [
  'http://www.w3.org/2006/12/xml-c14n11',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
];
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const ECDSA_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384';
const DIGEST_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384';
const SHA384_BYTES = 48;
const SIGNATURE_BYTES = 96;
/** SPDM counts measurements from 1 to 254 (DSP0274 section 10.11), a manifest from 0. */
const INDEX_MAX = 253;
const ALTERNATIVES_MAX = 16;
const VERSION = /^[\x21-\x7e]{1,32}$/;
const PRODUCT = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * Reads a manifest strictly. Exactly one signature is allowed anywhere in the document: with two, one reader
 * may check the first and another take its values from what the second covers.
 *
 * @throws AttestationError `RIM_MALFORMED`, `RIM_SIGNATURE_AMBIGUOUS`, `CERT_MALFORMED`
 */
export function parseRim(bytes: Uint8Array): Rim {
  const root = parseXml(bytes);
  if (root.local !== 'SoftwareIdentity' || root.namespace !== SWID) malformed('is not a SWID tag');
  const entries = readPayload(only(root, SWID, 'Payload'));
  const meta = only(root, SWID, 'Meta');
  const version = attribute(meta, '', 'colloquialVersion');
  const product = attribute(meta, '', 'product');
  if (!VERSION.test(version) || !PRODUCT.test(product)) malformed('has no usable version or product');
  return { version, product, entries, signature: readSignature(root) };
}

function readPayload(payload: XmlElement): ReadonlyMap<number, RimEntry> {
  const entries = new Map<number, RimEntry>();
  for (const resource of elements(payload)) {
    if (resource.local !== 'Resource' || resource.namespace !== SWID)
      malformed('payload holds something else');
    if (attribute(resource, '', 'type') !== 'Measurement') malformed('a resource is no measurement');
    const index = integer(attribute(resource, '', 'index'), 0, INDEX_MAX, 'an index');
    if (entries.has(index)) malformed(`index ${index} appears twice`);
    entries.set(index, readEntry(resource, index));
  }
  return entries.size > 0 ? entries : malformed('payload is empty');
}

function readEntry(resource: XmlElement, index: number): RimEntry {
  const active = attribute(resource, '', 'active').toLowerCase();
  if (active !== 'true' && active !== 'false') malformed(`index ${index} is neither active nor inactive`);
  const count = integer(
    attribute(resource, '', 'alternatives'),
    1,
    ALTERNATIVES_MAX,
    'a number of alternatives',
  );
  const hashes = resource.attributes.filter(({ namespace }) => namespace === HASH);
  if (hashes.length !== count) malformed(`index ${index} has ${hashes.length} values, states ${count}`);
  if (attribute(resource, '', 'size') !== `${SHA384_BYTES}`) malformed(`index ${index} is not SHA-384`);
  const values = Array.from({ length: count }, (_, number) => {
    const text = attribute(resource, HASH, `Hash${number}`);
    if (!/^[0-9a-fA-F]{96}$/.test(text)) malformed(`index ${index} has a value that is not SHA-384`);
    return fromHex(text.toLowerCase());
  });
  return { active: active === 'true', values };
}

/** XML signature, enveloped, over the whole document (W3C XML Signature 1.1), in the one form NVIDIA uses. */
function readSignature(root: XmlElement): RimSignature {
  const found = countSignatures(root);
  if (found > 1) ambiguous(`${found} signatures, expected one`);
  const signature = only(root, DSIG, 'Signature');
  const parts = childrenNamed(signature, ['SignedInfo', 'SignatureValue', 'KeyInfo']);
  const signedInfo = nth(parts, 0);
  const info = childrenNamed(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference']);
  requireAlgorithm(nth(info, 0), CANONICALIZATIONS);
  requireAlgorithm(nth(info, 1), [ECDSA_SHA384]);
  const reference = nth(info, 2);
  if (attribute(reference, '', 'URI') !== '' || reference.attributes.length !== 1) {
    malformed('signature does not cover the whole document');
  }
  const digest = childrenNamed(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
  const transforms = childrenNamed(nth(digest, 0), ['Transform', 'Transform']);
  requireAlgorithm(nth(transforms, 0), [ENVELOPED]);
  requireAlgorithm(nth(transforms, 1), CANONICALIZATIONS);
  requireAlgorithm(nth(digest, 1), [DIGEST_SHA384]);
  return {
    signedInfo: canonicalXml(signedInfo),
    document: canonicalXml(root, signature),
    digest: base64(nth(digest, 2), SHA384_BYTES),
    value: base64(nth(parts, 1), SIGNATURE_BYTES),
    ...readKeyInfo(nth(parts, 2)),
  };
}

function readKeyInfo(keyInfo: XmlElement): { chain: readonly Certificate[]; hasKeyValue: boolean } {
  const children = elements(keyInfo);
  const data = children.filter(({ local }) => local === 'X509Data');
  const [x509] = data;
  if (x509 === undefined || data.length !== 1) return ambiguous('expected one list of certificates');
  const hasKeyValue = children.some(({ local }) => local === 'KeyValue');
  if (children.length !== (hasKeyValue ? 2 : 1)) ambiguous('key information names other keys');
  const certificates = elements(x509);
  if (certificates.length > attestationLimits.certificatesMax) malformed('has too many certificates');
  const chain = certificates.map((element) => {
    if (element.local !== 'X509Certificate' || element.namespace !== DSIG)
      malformed('a certificate is expected');
    return parseCertificate(base64(element, null));
  });
  return chain.length > 0 ? { chain, hasKeyValue } : malformed('has no certificate');
}

/** Wherever it hides and whatever its namespace: an element of this name is a signature to some reader. */
function countSignatures(element: XmlElement): number {
  return elements(element).reduce(
    (count, child) => count + (child.local === 'Signature' ? 1 : 0) + countSignatures(child),
    0,
  );
}

function elements(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** The one child element of this name, at whatever place among others. */
function only(parent: XmlElement, namespace: string, local: string): XmlElement {
  const found = elements(parent).filter((child) => child.local === local && child.namespace === namespace);
  const [first] = found;
  return first !== undefined && found.length === 1 ? first : malformed(`expected one ${local}`);
}

/** Exactly these child elements of XML Signature in this order, with nothing but space between them. */
function childrenNamed(parent: XmlElement, names: readonly string[]): readonly XmlElement[] {
  const children = elements(parent);
  const fits =
    children.length === names.length &&
    children.every((child, index) => child.local === names[index] && child.namespace === DSIG) &&
    parent.children.every((child) => typeof child !== 'string' || child.trim() === '');
  return fits ? children : malformed(`${parent.local} must hold ${names.join(', ')}`);
}

function nth(children: readonly XmlElement[], index: number): XmlElement {
  return children[index] ?? malformed('an element is missing');
}

function requireAlgorithm(element: XmlElement, accepted: readonly string[]): void {
  const name = attribute(element, '', 'Algorithm');
  const isPlain = element.attributes.length === 1 && element.children.length === 0;
  if (!isPlain || !accepted.includes(name)) malformed(`${element.local} names another algorithm`);
}

function attribute(element: XmlElement, namespace: string, local: string): string {
  const found = element.attributes.find(
    (candidate) => candidate.local === local && candidate.namespace === namespace,
  );
  return found?.value ?? malformed(`${element.local} has no ${local}`);
}

function integer(text: string, min: number, max: number, what: string): number {
  const value = /^(?:0|[1-9]\d{0,3})$/.test(text) ? Number(text) : -1;
  return value >= min && value <= max ? value : malformed(`${what} is not a number from ${min} to ${max}`);
}

/** Base64 in lines, as XML Signature allows; `length` null for any. */
function base64(element: XmlElement, length: number | null): Uint8Array {
  const [text] = element.children;
  if (element.children.length !== 1 || typeof text !== 'string')
    return malformed(`${element.local} is no text`);
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(text.replace(/[ \t\n]/g, ''));
  } catch {
    return malformed(`${element.local} is not base64`);
  }
  if (length !== null && bytes.length !== length) malformed(`${element.local} has ${bytes.length} bytes`);
  return bytes;
}

function ambiguous(message: string): never {
  throw new AttestationError('RIM_SIGNATURE_AMBIGUOUS', `reference manifest: ${message}`);
}

function malformed(message: string): never {
  throw new AttestationError('RIM_MALFORMED', `reference manifest: ${message}`);
}
