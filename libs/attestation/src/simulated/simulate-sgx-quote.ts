import { concatBytes, fromHex } from '#canonical';
import { ENCLAVE_REPORT_BYTES, SGX_DEBUG } from '../tdx/enclave-report.js';
import { quoteConstant } from '../tdx/quote.js';
import type { Random, SimulationAuthority } from './authority.js';
import { u16le } from './little-endian.js';
import { quoteHeader, SGX_INIT_MODE64, type SimulatedQe, signQuote } from './quote-writer.js';

export interface SimulatedEnclave {
  /** 64 bytes. */
  readonly reportData: Uint8Array;
  /** Lower-case hex, 32 bytes. */
  readonly mrEnclave: string;
  readonly mrSigner?: string;
  readonly isvSvn?: number;
  readonly debug?: boolean;
  readonly qe?: SimulatedQe;
}

/** An SGX quote v3 of simulated hardware, with a new attestation key. */
export function simulateSgxQuote(
  authority: SimulationAuthority,
  enclave: SimulatedEnclave,
  random: Random,
): Uint8Array {
  const report = new Uint8Array(ENCLAVE_REPORT_BYTES);
  report[48] = SGX_INIT_MODE64 | (enclave.debug === true ? SGX_DEBUG : 0);
  report.set(fromHex(enclave.mrEnclave), 64);
  if (enclave.mrSigner !== undefined) report.set(fromHex(enclave.mrSigner), 128);
  report.set(u16le(enclave.isvSvn ?? 0), 258);
  report.set(enclave.reportData, 320);
  const signedBytes = concatBytes(quoteHeader(3, quoteConstant.teeTypeSgx, random), report);
  return signQuote(authority, signedBytes, { nested: false, qe: enclave.qe ?? {} }, random);
}
