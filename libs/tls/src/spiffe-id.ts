/**
 * Names of workloads, as the SPIFFE standards write them (SPIFFE-ID sections 2.1 and 2.2; X509-SVID section 2).
 * Trusted: whoever signed the certificate, for the name in it.
 */
import type { X509Certificate } from 'node:crypto';
import { TlsError } from './tls-error.js';

export interface SpiffeId {
  readonly trustDomain: string;
  /** With its leading slash. */
  readonly path: string;
}

const TEXT_MAX = 2_048;
const pattern = /^spiffe:\/\/(?<trustDomain>[a-z0-9._-]{1,255})(?<path>(?:\/[A-Za-z0-9._-]+)+)$/;
const domainPattern = /^[a-z0-9._-]{1,255}$/;

/** @throws TlsError SPIFFE_ID_INVALID */
export function parseSpiffeId(text: string): SpiffeId {
  const groups = text.length <= TEXT_MAX ? pattern.exec(text)?.groups : undefined;
  const { trustDomain, path } = groups ?? {};
  if (trustDomain === undefined || path === undefined || /\/\.{1,2}(?:\/|$)/.test(path)) {
    throw new TlsError(
      'SPIFFE_ID_INVALID',
      'SPIFFE ID: expected spiffe://<trust domain>/<path>, got another form',
    );
  }
  return { trustDomain, path };
}

/** @throws TlsError SPIFFE_ID_INVALID */
export function requireTrustDomain(text: string): string {
  if (domainPattern.test(text)) return text;
  throw new TlsError(
    'SPIFFE_ID_INVALID',
    'trust domain: expected small letters, digits, dots, hyphens and underscores, got another form',
  );
}

export function workerSpiffeId(trustDomain: string, workerId: string): string {
  return `spiffe://${trustDomain}/worker/${workerId}`;
}

/** The worker that an id names; null for the id of something else. */
export function workerOf({ path }: SpiffeId): string | null {
  return /^\/worker\/([^/]+)$/.exec(path)?.[1] ?? null;
}

/**
 * The one SPIFFE ID of a certificate.
 *
 * Node quotes names that hold a comma, a quote or a control character (CVE-2021-44532), so a list without a quote
 * splits where its names end. One URI and no other: with two, which of them counts would be a guess.
 *
 * @throws TlsError SPIFFE_ID_INVALID
 */
export function spiffeIdOf(certificate: X509Certificate): SpiffeId {
  const names = certificate.subjectAltName ?? '';
  const uris = names.includes('"') ? [] : names.split(', ').filter((name) => name.startsWith('URI:'));
  const [uri] = uris;
  if (uri === undefined || uris.length !== 1) {
    throw new TlsError(
      'SPIFFE_ID_INVALID',
      `certificate: expected one URI name, a SPIFFE ID, got ${uris.length}`,
    );
  }
  return parseSpiffeId(uri.slice('URI:'.length));
}
