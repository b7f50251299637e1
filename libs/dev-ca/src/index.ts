/** Certificates of a development CA: for `sealflow up` on one machine, and for tests. */
export { DevelopmentCa, type IssuedCertificate, type LeafRequest } from './development-ca.js';
