import type { TlsFiles } from './read-files.js';
import { TlsError } from './tls-error.js';

/** Variables that name the files of a process; empty is as good as not there. */
export const tlsVariables = {
  certificate: 'SEALFLOW_TLS_CERT',
  key: 'SEALFLOW_TLS_KEY',
  ca: 'SEALFLOW_TLS_CA',
} as const;

/**
 * The files that an environment names; null for none.
 *
 * @throws TlsError SETTING_MISSING for a certificate without its key, and the other way round
 */
export function readTlsFiles(environment: NodeJS.ProcessEnv): TlsFiles | null {
  const value = (name: string): string | undefined => environment[name] || undefined;
  return tlsFiles(
    {
      certificate: value(tlsVariables.certificate),
      key: value(tlsVariables.key),
      ca: value(tlsVariables.ca),
    },
    tlsVariables,
  );
}

/** @param names what the three are called where they were given */
export function tlsFiles(
  given: { readonly [name in keyof TlsFiles]: string | undefined },
  names: Readonly<Record<keyof TlsFiles, string>>,
): TlsFiles | null {
  const { certificate, key, ca } = given;
  if ((certificate === undefined) !== (key === undefined)) {
    const [there, missing] =
      certificate === undefined ? [names.key, names.certificate] : [names.certificate, names.key];
    throw new TlsError(
      'SETTING_MISSING',
      `${missing}: expected the file that belongs to ${there}, got nothing`,
    );
  }
  const files = {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(ca === undefined ? {} : { ca }),
  };
  return Object.keys(files).length === 0 ? null : files;
}
