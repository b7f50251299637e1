import type { CpuFormat } from '#attestation';
import { equalBytes } from '#canonical';
import { QuoteError } from './quote-error.js';

/** What a CPU signed over our report data, and what the machine gave along with it. */
export interface CpuQuote {
  readonly format: CpuFormat;
  readonly quote: Uint8Array;
  /** Certificate table of the host (SNP, GHCB section 4.1.8.1) as delivered; null when the host has none. */
  readonly certificates: Uint8Array | null;
  /** Event log as the source words it (CCEL bytes, or JSON of dstack); null when the source gives none. */
  readonly eventLog: Uint8Array | null;
}

/** One way to reach the CPU. Every source checks its answer with `checkedQuote` before it hands it on. */
export interface CpuQuoteSource {
  readonly name: string;
  /**
   * @param reportData 64 bytes
   * @throws QuoteError
   */
  cpuQuote(reportData: Uint8Array): Promise<CpuQuote>;
  /**
   * 32 bytes that only this measured code on this machine gets again.
   *
   * @throws QuoteError `SEALING_KEY_UNAVAILABLE` where the platform has no such key
   */
  sealingKey(): Promise<Uint8Array>;
}

export const REPORT_DATA_BYTES = 64;
export const SNP_REPORT_BYTES = 1184;
const SNP_REPORT_DATA_AT = 0x50;
const SNP_VERSIONS = [2, 3, 4, 5];
const TDX_TEE_TYPE = 0x81;
/** Body at 48 (v4) or behind its 6-byte descriptor (v5), REPORTDATA at 520 of the body. */
const TDX_REPORT_DATA_AT = { 4: 48 + 520, 5: 54 + 520 } as const;
/** Signature data begins at 636 at the earliest; a quote that ends before cannot be one. */
const TDX_QUOTE_BYTES_MIN = 636;
export const QUOTE_BYTES_MAX = 64 * 1024;

export function requireReportData(source: string, reportData: Uint8Array): void {
  if (reportData.length === REPORT_DATA_BYTES) return;
  // Sources pad short data with zeros; a verifier compares all 64 bytes.
  throw new QuoteError('QUOTE_REQUEST_INVALID', {
    what: `${source}: report data`,
    expected: `${REPORT_DATA_BYTES} bytes`,
    got: `${reportData.length}`,
    advice: 'this is a fault of the caller',
  });
}

/** Tells a format by its bytes, which no source can mislabel. @throws QuoteError `QUOTE_MALFORMED` */
export function quoteFormatOf(source: string, quote: Uint8Array): CpuFormat {
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength);
  if (quote.length === SNP_REPORT_BYTES && SNP_VERSIONS.includes(view.getUint32(0, true)))
    return 'snp-report';
  if (quote.length >= TDX_QUOTE_BYTES_MIN && view.getUint32(4, true) === TDX_TEE_TYPE) {
    const version = view.getUint16(0, true);
    if (version === 4) return 'tdx-quote-v4';
    if (version === 5) return 'tdx-quote-v5';
  }
  throw new QuoteError('QUOTE_MALFORMED', {
    what: `${source}: quote`,
    expected: `a TDX quote v4 or v5, or an SNP report of ${SNP_REPORT_BYTES} bytes, version 2 to 5`,
    got: `${quote.length} bytes that begin with ${Buffer.from(quote.subarray(0, 8)).toString('hex') || 'nothing'}`,
    advice: 'look at the log of the guest agent or the kernel; this platform may not be supported',
  });
}

/**
 * A source may answer with somebody else's quote (a race, a cache, a wrong padding): refuse here, where the reason is
 * still known, and not at the verifier.
 *
 * @throws QuoteError `QUOTE_TOO_LARGE`, `QUOTE_MALFORMED`, `QUOTE_REPORT_DATA_MISMATCH`
 */
export function checkedQuote(
  source: string,
  quote: Uint8Array,
  reportData: Uint8Array,
  extras: { readonly certificates?: Uint8Array | null; readonly eventLog?: Uint8Array | null } = {},
): CpuQuote {
  if (quote.length > QUOTE_BYTES_MAX) throw tooLarge(`${source}: quote`, QUOTE_BYTES_MAX);
  const format = quoteFormatOf(source, quote);
  const at =
    format === 'snp-report' ? SNP_REPORT_DATA_AT : TDX_REPORT_DATA_AT[format === 'tdx-quote-v4' ? 4 : 5];
  const found = quote.subarray(at, at + REPORT_DATA_BYTES);
  if (!equalBytes(found, reportData)) {
    throw new QuoteError('QUOTE_REPORT_DATA_MISMATCH', {
      what: `${source}: report data inside the quote`,
      expected: `${hexStart(reportData)}`,
      got: `${hexStart(found)}`,
      advice:
        'another process may share the interface, or the source pads or encodes the data in its own way',
    });
  }
  return { format, quote, certificates: extras.certificates ?? null, eventLog: extras.eventLog ?? null };
}

export function tooLarge(what: string, bytesMax: number): QuoteError {
  return new QuoteError('QUOTE_TOO_LARGE', {
    what,
    expected: `at most ${bytesMax} bytes`,
    got: 'more',
    advice: 'this is not what the interface is specified to give; check what answers there',
  });
}

export function sealingKeyUnavailable(source: string, why: string, advice: string): QuoteError {
  return new QuoteError('SEALING_KEY_UNAVAILABLE', {
    what: `${source}: sealing key`,
    expected: 'a key that this measured code gets again after a restart',
    got: why,
    advice,
  });
}

function hexStart(bytes: Uint8Array): string {
  return `${Buffer.from(bytes.subarray(0, 8)).toString('hex')}...`;
}
