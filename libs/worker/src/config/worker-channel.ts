import type { ChannelCredentials } from '@grpc/grpc-js';
import {
  RotatingChannelCredentials,
  spiffeIdOf,
  TlsError,
  type TlsFiles,
  type TlsLogger,
  WatchedTls,
  workerOf,
} from '#tls';

/**
 * The channel of a worker: it shows the worker's certificate and follows its files.
 *
 * @throws TlsError for files that are not sound, and for the certificate of another worker: the orchestrator would
 *   refuse every session, and here it can be said why
 */
export function workerChannel(
  { workerId }: { readonly workerId: string },
  files: TlsFiles,
  now: () => number,
  logger: TlsLogger,
): ChannelCredentials {
  const tls = new WatchedTls(files, { now, logger });
  const { leaf } = tls.material;
  const named = leaf === null ? null : workerOf(spiffeIdOf(leaf));
  if (named !== workerId) {
    throw new TlsError(
      'SPIFFE_ID_INVALID',
      `SEALFLOW_TLS_CERT: expected a certificate of spiffe://<trust domain>/worker/${workerId}, got ${named === null ? 'none of a worker' : `that of ${named}`}`,
    );
  }
  return new RotatingChannelCredentials(tls.watch());
}
