import { concatBytes, sha384 } from '#canonical';
import { parseCertificate } from '../x509/certificate.js';
import { DerReader, derBitBytes, derTag, derWhole } from '../x509/der-reader.js';

/** AlgorithmIdentifier of SHA-384 with NULL parameters: the hash in which NVIDIA's responder answers. */
const SHA384_ALGORITHM = Uint8Array.of(
  0x30,
  0x0d,
  0x06,
  0x09,
  0x60,
  0x86,
  0x48,
  0x01,
  0x65,
  0x03,
  0x04,
  0x02,
  0x02,
  0x05,
  0,
);

/**
 * An OCSP request for one certificate (RFC 6960 section 4.1.1), without a nonce: the answer is to be stored and
 * shown to others, so its own window tells its age.
 *
 * @throws AttestationError `CERT_MALFORMED`
 */
export function encodeOcspRequest(certificate: Uint8Array, issuer: Uint8Array): Uint8Array {
  const { subject, spki } = parseCertificate(issuer);
  const serial = serialOf(certificate);
  const key = new DerReader(derWhole(spki, derTag.sequence).content);
  key.next(derTag.sequence);
  const keyBits = derBitBytes(key.next(derTag.bitString).content);
  const octets = (bytes: Uint8Array): Uint8Array => der(derTag.octetString, bytes);
  const id = sequence(SHA384_ALGORITHM, octets(sha384(subject)), octets(sha384(keyBits)), serial);
  return sequence(sequence(sequence(sequence(id))));
}

/** The serial as encoded: its value may be negative or padded by its issuer, and the responder compares bytes. */
function serialOf(certificate: Uint8Array): Uint8Array {
  parseCertificate(certificate);
  const tbs = new DerReader(derWhole(certificate, derTag.sequence).content).enter(derTag.sequence);
  tbs.next(derTag.context(0));
  return tbs.next(derTag.integer).encoded;
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(derTag.sequence, concatBytes(...parts));
}

/** Contents here are shorter than 64 KiB. */
function der(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...size), content);
}
