/**
 * TLS between processes: certificates, keys and roots that follow their files, checked before they are used, and the
 * SPIFFE names in them. TLS says who speaks on a connection; that a worker runs known code is for its evidence alone.
 */
export { RotatingChannelCredentials } from './channel-credentials.js';
export { contextOptions } from './contexts.js';
export { type FetchOptions, fetchWith } from './fetch-with.js';
export { tlsLimits } from './limits.js';
export { loadMaterial, type TlsMaterial } from './material.js';
export type { TlsFiles } from './read-files.js';
export { type ClientAuth, clientAuths, RotatingServerCredentials } from './server-credentials.js';
export { readTlsFiles, tlsFiles, tlsVariables } from './settings.js';
export {
  parseSpiffeId,
  requireTrustDomain,
  type SpiffeId,
  spiffeIdOf,
  workerOf,
  workerSpiffeId,
} from './spiffe-id.js';
export { TlsError, type TlsErrorCode } from './tls-error.js';
export { type TlsLogger, type TlsProblem, WatchedTls, type WatchOptions } from './watched-tls.js';
