/**
 * Entry `./verify` of the published package: the verifier and what shows a verdict. Nothing here knows a network, a
 * clock or Node, so the same sources run in a browser; the build puts the platform's cryptography under them.
 */
export { type Check, digestOf, type Json } from '#canonical';
export {
  type AsOf,
  type BundleVerdict,
  type Demands,
  type EvidenceCode,
  EvidenceError,
  type Explanation,
  encodeTrustFile,
  exitCodes,
  explain,
  exportReport,
  factsOf,
  headlineOf,
  type Outcome,
  outcomeFor,
  outcomeWords,
  type ProfileName,
  parseTrustFile,
  type ReportFormat,
  type RunExpectation,
  type RunSummary,
  redactBundle,
  renderVerdict,
  reportFormats,
  type StageName,
  type StepVerdict,
  type TrustFile,
  trustFileDigest,
  type VerifyOptions,
  verdictLines,
  verifyBundle,
} from '#evidence';
