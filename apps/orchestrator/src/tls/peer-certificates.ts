/**
 * Which worker stands behind a connection.
 *
 * Trusted: the authorities of SEALFLOW_TLS_CA, for the name in a certificate; TLS, for that whoever holds its key
 * speaks. Not trusted: what the worker says of itself, in its registration or by its API key alone. That it runs known
 * code is for its evidence, and for those who seal to it.
 */
import { X509Certificate } from 'node:crypto';
import { ApiError } from '#contracts';
import { type SpiffeId, spiffeIdOf, TlsError, workerOf } from '#tls';
import { type Principal, workerHolder } from '../auth/principal.js';

/** What grpc-js knows of the other side; the certificate is there only if OpenSSL accepted its chain. */
export interface Peer {
  readonly sslPeerCertificate?: { readonly raw: Buffer };
}

/** Puts callers beside the certificates of their connections. */
export class PeerCertificates {
  constructor(private readonly trustDomain: string) {}

  /**
   * A key of a worker counts on a worker's connection only. Other callers show no certificate.
   *
   * @throws ApiError CERTIFICATE_REQUIRED, CERTIFICATE_IDENTITY_INVALID, WORKER_ID_MISMATCH
   */
  admit(principal: Principal, { sslPeerCertificate }: Peer): Principal {
    if (!principal.roles.includes('worker')) return principal;
    if (sslPeerCertificate === undefined) {
      throw new ApiError(
        'CERTIFICATE_REQUIRED',
        'connection: expected a certificate that an authority of the workers signed and that is valid now, got none that counts: set SEALFLOW_TLS_CERT and SEALFLOW_TLS_KEY of the worker, and look when it ends',
      );
    }
    const id = readId(sslPeerCertificate.raw);
    const worker = id.trustDomain === this.trustDomain ? workerOf(id) : null;
    if (worker === null) {
      const expected = `spiffe://${this.trustDomain}/worker/<worker id>`;
      const actual = `spiffe://${id.trustDomain}${id.path}`;
      throw new ApiError(
        'CERTIFICATE_IDENTITY_INVALID',
        `certificate: expected the name ${expected}, got ${actual}`,
        { facts: { expected, actual } },
      );
    }
    requireHolder(principal.holder, worker);
    return { ...principal, worker };
  }
}

function readId(certificate: Buffer): SpiffeId {
  try {
    return spiffeIdOf(new X509Certificate(certificate));
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw new ApiError('CERTIFICATE_IDENTITY_INVALID', error.message);
  }
}

/** A key may be one worker's own, `workers/<worker id>`, or for all of them, `workers/*`. */
function requireHolder(holder: string, worker: string): void {
  const own = workerHolder(holder).worker;
  if (own !== null) requireSameWorker('API key', own, worker);
}

/**
 * @param what names the worker `actual`
 * @throws ApiError WORKER_ID_MISMATCH
 */
export function requireSameWorker(what: string, actual: string, certified: string): void {
  if (actual === certified) return;
  throw new ApiError(
    'WORKER_ID_MISMATCH',
    `${what}: expected that of the worker ${certified}, whose certificate this connection shows, got that of ${actual}`,
    { facts: { expected: certified, actual } },
  );
}
