import { ByteReader } from '../byte-reader.js';
import { attestationLimits } from '../limits.js';
import { ENCLAVE_REPORT_BYTES, type EnclaveReport, parseEnclaveReport } from './enclave-report.js';
import {
  type QuoteSignature,
  quoteConstant,
  readHeaderTail,
  readSignatureData,
  SIGNATURE_LENGTH_BYTES,
  takeSignatureData,
} from './quote.js';

/**
 * An Intel SGX quote, read and not judged. Slices are views on the quote's bytes.
 *
 * Source: Intel SGX ECDSA Quote Library Reference, appendix A (quote format v3). All integers are little endian.
 */
export interface SgxQuote extends QuoteSignature {
  readonly version: 3;
  readonly report: EnclaveReport;
  /** Header and report: what the attestation key signed. */
  readonly signedBytes: Uint8Array;
}

/** Parses a quote strictly. @throws AttestationError `QUOTE_MALFORMED` */
export function parseSgxQuote(quote: Uint8Array): SgxQuote {
  const reader = new ByteReader(quote, 'QUOTE_MALFORMED', 'SGX quote', 'quote');
  if (quote.length > attestationLimits.quoteBytesMax) {
    reader.fail(`has ${quote.length} bytes, limit ${attestationLimits.quoteBytesMax}`);
  }
  reader.expect(reader.u16('version'), 3, 'version');
  readHeaderTail(reader, quoteConstant.teeTypeSgx);
  const report = parseEnclaveReport(reader.take(ENCLAVE_REPORT_BYTES, 'enclave report'));
  const signedBytes = quote.subarray(0, reader.offset);
  const signatureData = takeSignatureData(reader);
  const flat = { what: 'SGX quote', nested: false, base: signedBytes.length + SIGNATURE_LENGTH_BYTES };
  return { version: 3, report, signedBytes, ...readSignatureData(signatureData, flat) };
}
