import { fromBase64, fromUtf8, toBase64 } from '#canonical';
import { attestationLimits } from '../limits.js';
import { type Certificate, parseCertificateAt } from './certificate.js';
import { malformed } from './der-reader.js';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/**
 * Reads a PEM chain, leaf first (RFC 7468, certificates only, nothing between or around the blocks).
 * Intel's quoting library ends the text with one zero byte, as a C string: that one is allowed.
 *
 * @throws AttestationError `CERT_MALFORMED`
 */
export function parseCertificateChain(pem: Uint8Array): readonly Certificate[] {
  if (pem.length > attestationLimits.chainBytesMax) {
    malformed(`chain has ${pem.length} bytes, limit ${attestationLimits.chainBytesMax}`);
  }
  const lines = readText(pem.at(-1) === 0 ? pem.subarray(0, -1) : pem)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const certificates: Certificate[] = [];
  let block: string[] | null = null;
  for (const line of lines) {
    if (block === null) {
      if (line !== BEGIN) malformed('text outside of a certificate block');
      block = [];
    } else if (line === END) {
      certificates.push(parseCertificateAt(readBase64(block.join('')), `chain[${certificates.length}]`));
      block = null;
      if (certificates.length > attestationLimits.certificatesMax) {
        malformed(`chain has more than ${attestationLimits.certificatesMax} certificates`);
      }
    } else {
      block.push(line);
    }
  }
  if (block !== null || certificates.length === 0)
    malformed('chain ends inside a block, or has no certificate');
  return certificates;
}

export function encodeCertificateChain(certificates: readonly Uint8Array[]): string {
  return certificates
    .map((der) => `${BEGIN}\n${(toBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n${END}\n`)
    .join('');
}

function readText(pem: Uint8Array): string {
  try {
    return fromUtf8(pem);
  } catch {
    return malformed('chain is not text');
  }
}

function readBase64(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    return malformed('certificate block is not base64');
  }
}
