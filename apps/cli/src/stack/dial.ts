import { type ConnectOptions, connectServices, type ServiceClients } from '#contracts';
import {
  fetchWith,
  loadMaterial,
  RotatingChannelCredentials,
  readTlsFiles,
  type TlsFiles,
  WatchedTls,
} from '#tls';

const silent = { info: () => undefined, warn: () => undefined };

/** Clients of an orchestrator, over TLS where files for it are given. */
export function dial(
  target: string,
  options: Pick<ConnectOptions, 'bearer'> & { readonly tls: TlsFiles | null },
): ServiceClients {
  const { bearer, tls } = options;
  if (tls === null) return connectServices(target, { bearer });
  const watched = new WatchedTls(tls, { now: () => Date.now(), logger: silent });
  return connectServices(target, { bearer, channel: new RotatingChannelCredentials(watched) });
}

/** GET over HTTP or HTTPS, the latter under the roots that are given. */
export function get(
  url: string,
  tls: TlsFiles | null,
  options: { readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  // HTTP asks nobody for a certificate.
  const material = tls?.ca === undefined ? null : loadMaterial({ ca: tls.ca }, Date.now());
  const { timeoutMs, headers = {} } = options;
  return fetchWith(url, material, { headers, signal: AbortSignal.timeout(timeoutMs) });
}

/** Files for TLS that the environment names, or the options --tls-ca, --tls-cert and --tls-key. */
export function tlsOfEnvironment(): TlsFiles | null {
  return readTlsFiles(process.env);
}
