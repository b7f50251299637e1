import { fromUtf8, sha384, toBase64, toHex, utf8 } from '#canonical';
import { canonicalXml } from '../nvidia/canonical-xml.js';
import { parseXml, type XmlElement } from '../nvidia/xml-reader.js';
import { ecdsaSign } from '../primitives.js';
import type { SimulatedIdentity } from './authority.js';
import { keyOf } from './nvidia-authority.js';

export interface SimulatedRim {
  /** Driver or VBIOS version. */
  readonly version: string;
  readonly product?: string;
  /** Manifest index (one less than the SPDM index) to the values that are good there. */
  readonly values: ReadonlyMap<number, readonly Uint8Array[]>;
}

const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const C14N = 'http://www.w3.org/2006/12/xml-c14n11';
const PENDING = 'PENDING';

/** A reference manifest in NVIDIA's form, signed by the first identity of `signers`. */
export function signRim(rim: SimulatedRim, signers: readonly SimulatedIdentity[]): Uint8Array {
  return signRimBody(rimBody(rim), signers);
}

/** The document without its signature: for tests that change it before it is signed. */
export function rimBody({ version, product = 'GH100', values }: SimulatedRim): string {
  const resources = [...values].map(([index, hashes]) => {
    const list = hashes.map((hash, number) => `ns2:Hash${number}="${toHex(hash)}"`).join(' ');
    return `        <ns0:Resource type="Measurement" index="${index}" active="True" alternatives="${hashes.length}" ${list} name="Measurement_${index}" size="48"/>`;
  });
  return [
    '<SoftwareIdentity xmlns="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" xmlns:ns0="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" xmlns:ns2="http://www.w3.org/2001/04/xmlenc#sha384" corpus="false" name="GH100" patch="false" supplemental="false" tagId="simulated" version="1.0" tagVersion="0">',
    '    <ns0:Entity name="Sealflow simulated hardware" role="softwareCreator tagCreator"/>',
    `    <ns0:Meta colloquialVersion="${version}" edition="GPU" product="${product}" revision="r1"/>`,
    '    <ns0:Payload xmlns:SHA384="http://www.w3.org/2001/04/xmlenc#sha384">',
    ...resources,
    '    </ns0:Payload>',
    '</SoftwareIdentity>',
  ].join('\n');
}

export function signRimBody(body: string, [signer, ...issuers]: readonly SimulatedIdentity[]): Uint8Array {
  if (signer === undefined) throw new RangeError('a manifest needs a signer');
  const digest = toBase64(sha384(canonicalXml(parseXml(utf8(body)))));
  const certificates = [signer, ...issuers]
    .map(({ cert }) => `<ds:X509Certificate>${inLines(cert)}</ds:X509Certificate>`)
    .join('');
  const signature = `<ds:Signature xmlns:ds="${XMLDSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${C14N}"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"/><ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="${XMLDSIG}enveloped-signature"/><ds:Transform Algorithm="${C14N}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#sha384"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>${PENDING}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>${certificates}</ds:X509Data></ds:KeyInfo></ds:Signature>`;
  const end = body.lastIndexOf('</');
  const unsigned = `${body.slice(0, end)}${signature}${body.slice(end)}`;
  const signedInfo = find(parseXml(utf8(unsigned)), 'SignedInfo');
  if (signedInfo === null) throw new RangeError('the document has no place for a signature');
  const value = ecdsaSign(keyOf(signer), canonicalXml(signedInfo), 'raw');
  return utf8(unsigned.replace(PENDING, toBase64(value)));
}

/** Changes the text of a signed document. */
export function editRim(rim: Uint8Array, from: string | RegExp, to: string): Uint8Array {
  const text = fromUtf8(rim);
  const edited = text.replace(from, to);
  if (edited === text) throw new RangeError('the edit changed nothing');
  return utf8(edited);
}

function find(element: XmlElement, local: string): XmlElement | null {
  if (element.local === local) return element;
  for (const child of element.children) {
    const found = typeof child === 'string' ? null : find(child, local);
    if (found !== null) return found;
  }
  return null;
}

function inLines(base64: string): string {
  return (base64.match(/.{1,64}/g) ?? []).join('\n');
}
