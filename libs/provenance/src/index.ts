/*
 * Who built what: Sigstore bundles, verified offline against the trusted root of whoever asks. Parsing and signatures
 * are a library's; the windows of the trusted root, the whole identity and the subject are checked here.
 */

export type { ProvenanceReason } from './provenance-error.js';
export type { ProvenanceSubject } from './provenance-statement.js';
export {
  type ExpectedSigner,
  type ProvenanceRequest,
  type ProvenanceVerdict,
  verifyProvenance,
} from './verify-provenance.js';
