/**
 * Entry `.` of the published package, for Node: the client, the verifier, and the errors of both. The package is built
 * by `npm run build:client`.
 */
export { OwnerFolder } from '#owner';
export { TlsError, type TlsFiles } from '#tls';
export * from './browser.js';
