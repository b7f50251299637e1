import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CpuEvidence, GpuEvidence } from '#attestation';
import { fromBase64, fromUtf8, isJsonObject, type Json } from '#canonical';
import { exitCode, UsageError } from '../output/failure.js';
import { bytesOrHex, jsonOf, readEvidenceFile } from './files.js';

const SNP_REPORT_BYTES = 1184;
const TEE_SGX = 0;
const TEE_TDX = 0x81;
/** Header, report and the length of what follows. */
const SGX_QUOTE_BYTES_MIN = 436;

/** Reads a quote or report, as bytes or hex, and tells its format from its first bytes. */
export function readCpuEvidence(file: string): CpuEvidence {
  const quote = bytesOrHex(readEvidenceFile(file));
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength);
  if (quote.length === SNP_REPORT_BYTES && view.getUint32(0, true) >= 2)
    return { format: 'snp-report', quote };
  if (quote.length > 48 && view.getUint32(4, true) === TEE_TDX) {
    const version = view.getUint16(0, true);
    if (version === 4) return { format: 'tdx-quote-v4', quote };
    if (version === 5) return { format: 'tdx-quote-v5', quote };
  }
  const isSgx = quote.length >= SGX_QUOTE_BYTES_MIN && view.getUint32(4, true) === TEE_SGX;
  if (isSgx && view.getUint16(0, true) === 3) return { format: 'sgx-quote-v3', quote };
  throw new UsageError(
    `${file}: ${quote.length} bytes, expected a TDX quote of version 4 or 5, an SGX quote of version 3 or an SEV-SNP report of ${SNP_REPORT_BYTES} bytes`,
    exitCode.malformed,
  );
}

/**
 * Reads the evidence of one or several GPUs or NVSwitches: NVIDIA's list `[{certificate, evidence, …}]`, one
 * `{report, chain}`, or a report with its chain in PEM beside it (`chain.pem`, or the file that is named).
 */
export function readGpuEvidence(file: string, chainFile: string | undefined): readonly GpuEvidence[] {
  const bytes = readEvidenceFile(file);
  const json = jsonOf(bytes);
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => listed(file, item));
  if (isJsonObject(json))
    return [{ report: base64Of(file, json['report']), chain: textOf(file, json['chain']) }];
  const chain = chainFile ?? join(dirname(file), 'chain.pem');
  if (!existsSync(chain)) {
    throw new UsageError(`${file}: has no certificate chain beside it: name one with --gpu-chain`);
  }
  return [{ report: bytesOrHex(bytes), chain: fromUtf8(readEvidenceFile(chain)) }];
}

function listed(file: string, item: Json): GpuEvidence {
  const device = isJsonObject(item) ? item : {};
  const chain = base64Of(file, device['certificate']);
  return { report: base64Of(file, device['evidence']), chain: fromUtf8(chain) };
}

function base64Of(file: string, value: Json | undefined): Uint8Array {
  try {
    return fromBase64(textOf(file, value));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: expected padded base64`, exitCode.malformed);
  }
}

function textOf(file: string, value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new UsageError(
    `${file}: expected {"report", "chain"} or a list of {"certificate", "evidence"}, each in base64`,
    exitCode.malformed,
  );
}
