/**
 * Whose pages may call from a browser. A page runs with the credential that its own code was given: no cookie counts
 * here, so that an origin that is named can do nothing that its page could not do elsewhere. What the list keeps out is
 * a page that got a key by deceit and would like to use it from the browser of somebody inside.
 */
import type { TlsConfig } from '../tls/tls-config.js';

const ORIGINS_MAX = 64;

/**
 * Origins of `SEALFLOW_BROWSER_ORIGINS`, separated by spaces: a scheme, a host and a port (RFC 6454). Over the network in
 * the clear a page could be anybody's; on this machine it is not.
 *
 * @throws Error that names the first entry which is none; where nobody calls without a certificate, for any: a page shows none
 */
export function readBrowserOrigins(
  environment: NodeJS.ProcessEnv,
  tls: Pick<TlsConfig, 'clientAuth'> | undefined,
): ReadonlySet<string> {
  const entries = (environment['SEALFLOW_BROWSER_ORIGINS'] ?? '')
    .split(/\s+/)
    .filter((entry) => entry !== '');
  const wrong = entries.find((entry) => !isOrigin(entry));
  if (wrong !== undefined || entries.length > ORIGINS_MAX) {
    throw new Error(
      `configuration: SEALFLOW_BROWSER_ORIGINS: expected at most ${ORIGINS_MAX} origins such as https://app.example.com, with spaces between them, or http on the loopback, got ${wrong ?? `${entries.length} of them`}`,
    );
  }
  if (entries.length > 0 && tls?.clientAuth === 'everybody') {
    throw new Error(
      'configuration: SEALFLOW_BROWSER_ORIGINS: expected none since SEALFLOW_TLS_CLIENTS is everybody, and a page shows no certificate',
    );
  }
  return new Set(entries);
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.origin !== text) return false;
  return url.protocol === 'https:' || /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname);
}

/** What a page may send beside its message. No cookie is among it. */
const HEADERS = 'authorization, content-type, grpc-timeout, traceparent, x-grpc-web';
const PREFLIGHT_SECONDS = 7_200;

/** Answers of the Fetch Standard's CORS protocol (section 3.2) for a page of an origin that is named. */
export function corsHeaders(origin: string, isPreflight: boolean): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin,
    vary: 'origin',
    ...(isPreflight
      ? {
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': HEADERS,
          'access-control-max-age': String(PREFLIGHT_SECONDS),
        }
      : {}),
  };
}
