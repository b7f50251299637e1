import { type ClientAuth, clientAuths, readTlsFiles, requireTrustDomain, type TlsFiles } from '#tls';

export interface TlsConfig {
  /** Certificate and key of the server, and the roots of those who show certificates to it. */
  readonly files: Required<TlsFiles>;
  /** Of the names of workers, `spiffe://<trust domain>/worker/<worker id>`. */
  readonly trustDomain: string;
  readonly clientAuth: ClientAuth;
}

/**
 * TLS is configured as a whole or not at all: half of it would be a port that looks safe.
 *
 * @returns undefined where nothing is set
 */
export function readTlsConfig(environment: NodeJS.ProcessEnv): TlsConfig | undefined {
  const files = readTlsFiles(environment);
  const trustDomain = environment['SEALFLOW_TLS_TRUST_DOMAIN'] ?? '';
  const clients = environment['SEALFLOW_TLS_CLIENTS'] ?? '';
  if (files === null && trustDomain === '' && clients === '') return undefined;
  const { certificate, key, ca } = files ?? {};
  if (certificate === undefined || key === undefined || ca === undefined || trustDomain === '') {
    const missing = [
      ...(certificate === undefined ? ['SEALFLOW_TLS_CERT', 'SEALFLOW_TLS_KEY'] : []),
      ...(ca === undefined ? ['SEALFLOW_TLS_CA'] : []),
      ...(trustDomain === '' ? ['SEALFLOW_TLS_TRUST_DOMAIN'] : []),
    ];
    throw new Error(
      `configuration: ${missing.join(', ')}: expected a value since another setting of TLS has one, got nothing`,
    );
  }
  const clientAuth = clientAuths.find((known) => known === (clients || 'workers'));
  if (clientAuth === undefined) {
    throw new Error(`configuration: SEALFLOW_TLS_CLIENTS: expected ${clientAuths.join(' or ')}`);
  }
  try {
    requireTrustDomain(trustDomain);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new Error(`configuration: SEALFLOW_TLS_TRUST_DOMAIN: ${reason}`);
  }
  return { files: { certificate, key, ca }, trustDomain, clientAuth };
}
