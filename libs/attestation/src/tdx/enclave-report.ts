import { AttestationError } from '../attestation-error.js';

/**
 * SGX report body, 384 bytes (Intel SDM volume 3D, table 38-21): of a quoting enclave, and of the enclave that an
 * SGX quote is about. Slices are views on the report.
 */
export interface EnclaveReport {
  readonly cpuSvn: Uint8Array;
  readonly miscSelect: Uint8Array;
  readonly attributes: Uint8Array;
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Uint8Array;
}

export const ENCLAVE_REPORT_BYTES = 384;
/** ATTRIBUTES.FLAGS.DEBUG: the enclave's memory is readable by its host. */
export const SGX_DEBUG = 0x02;

/** @throws AttestationError `QUOTE_MALFORMED` */
export function parseEnclaveReport(report: Uint8Array): EnclaveReport {
  if (report.length !== ENCLAVE_REPORT_BYTES) {
    throw new AttestationError('QUOTE_MALFORMED', `enclave report: has ${report.length} bytes, expected 384`);
  }
  const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
  return {
    cpuSvn: report.subarray(0, 16),
    miscSelect: report.subarray(16, 20),
    attributes: report.subarray(48, 64),
    mrEnclave: report.subarray(64, 96),
    mrSigner: report.subarray(128, 160),
    isvProdId: view.getUint16(256, true),
    isvSvn: view.getUint16(258, true),
    reportData: report.subarray(320, 384),
  };
}
