import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { parseCertificateChain } from '../x509/pem.js';
import type { SnpChain } from './chain.js';

const SEQUENCE = 0x30;
const CHAIN_LENGTH = 3;

/**
 * Reads endorsement key, ASK or ASVK, and ARK, in this order: each item one DER certificate, or PEM with one or
 * several. Workers ship all three, because AMD's key server answers rarely and must not be needed for a verdict.
 *
 * @throws AttestationError `CERT_MALFORMED`
 */
export function parseSnpCertificates(items: readonly Uint8Array[]): SnpChain {
  const total = items.reduce((sum, { length }) => sum + length, 0);
  if (items.length > CHAIN_LENGTH || total > attestationLimits.chainBytesMax) {
    throw new AttestationError(
      'CERT_MALFORMED',
      `SNP certificates: ${items.length} items with ${total} bytes, ` +
        `limits ${CHAIN_LENGTH} and ${attestationLimits.chainBytesMax}`,
    );
  }
  const certificates = items.flatMap(parseItem);
  const [vek, ca, ark] = certificates;
  if (vek === undefined || ca === undefined || ark === undefined || certificates.length > CHAIN_LENGTH) {
    throw new AttestationError(
      'CERT_MALFORMED',
      `SNP certificates: ${certificates.length}, expected endorsement key, ASK or ASVK, and ARK`,
    );
  }
  return { vek, ca, ark };
}

function parseItem(bytes: Uint8Array): readonly Certificate[] {
  return bytes[0] === SEQUENCE ? [parseCertificate(bytes)] : parseCertificateChain(bytes);
}
