import { toHex } from '#canonical';
import { ByteReader, isZero } from '../byte-reader.js';
import { attestationLimits } from '../limits.js';
import { ENCLAVE_REPORT_BYTES } from './enclave-report.js';

/**
 * An Intel TDX quote, read and not judged. Slices are views on the quote's bytes.
 *
 * Source: Intel TDX DCAP Quoting Library API, quote format v4 (TD 1.0 body at 48) and v5 (body descriptor
 * at 48, TD 1.0 or TD 1.5 body at 54). All integers are little endian.
 */
export interface TdxQuote extends QuoteSignature {
  readonly version: 4 | 5;
  readonly body: TdBody;
  /** Header and body: what the attestation key signed. */
  readonly signedBytes: Uint8Array;
}

/** What follows the signed bytes of every ECDSA quote. */
export interface QuoteSignature {
  /** r || s. */
  readonly signature: Uint8Array;
  /** x || y, P-256. */
  readonly attestationKey: Uint8Array;
  /** SGX report body of the quoting enclave, 384 bytes. */
  readonly qeReport: Uint8Array;
  /** r || s by the PCK. */
  readonly qeReportSignature: Uint8Array;
  readonly qeAuthData: Uint8Array;
  /** PEM chain of the PCK, leaf first. */
  readonly pckChain: Uint8Array;
}

/** TDREPORT fields of the guest. */
export interface TdBody {
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  readonly mrTd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly rtmrs: readonly Uint8Array[];
  readonly reportData: Uint8Array;
  /** TD 1.5 only. */
  readonly teeTcbSvn2: Uint8Array | null;
  /** TD 1.5 only. */
  readonly mrServiceTd: Uint8Array | null;
}

export const QE_VENDOR_INTEL = '939a7233f79c4ca9940a0db3957f0607';
export const TD_BODY_BYTES = 584;
export const TD_BODY_15_BYTES = 648;
export const QE_REPORT_BYTES = ENCLAVE_REPORT_BYTES;
export const REPORT_DATA_BYTES = 64;

export const quoteConstant = {
  attestationKeyEcdsaP256: 2,
  teeTypeSgx: 0,
  teeTypeTdx: 0x81,
  bodyTd10: 2,
  bodyTd15: 3,
  certDataPckChain: 5,
  certDataQeReport: 6,
} as const;

/** Parses a quote strictly. @throws AttestationError `QUOTE_MALFORMED` */
export function parseTdxQuote(quote: Uint8Array): TdxQuote {
  const reader = new ByteReader(quote, 'QUOTE_MALFORMED', 'TDX quote', 'quote');
  if (quote.length > attestationLimits.quoteBytesMax) {
    reader.fail(`has ${quote.length} bytes, limit ${attestationLimits.quoteBytesMax}`);
  }
  const version = readHeader(reader);
  const bodyBytes = version === 4 ? TD_BODY_BYTES : readBodyDescriptor(reader);
  const body = readBody(reader, bodyBytes);
  const signedBytes = quote.subarray(0, reader.offset);

  const signatureData = takeSignatureData(reader);
  const nested = { what: 'TDX quote', nested: true, base: signedBytes.length + SIGNATURE_LENGTH_BYTES };
  return { version, body, signedBytes, ...readSignatureData(signatureData, nested) };
}

/** The length stands before the signature data. */
export const SIGNATURE_LENGTH_BYTES = 4;

export function takeSignatureData(reader: ByteReader): Uint8Array {
  const signatureData = reader.take(reader.u32('signature data length'), 'signature data');
  // Providers hand out fixed buffers, so zero padding is common; anything else would be unsigned content.
  if (!isZero(reader.take(reader.left, 'tail')))
    reader.fail('bytes other than zero follow the signature data');
  return signatureData;
}

function readHeader(reader: ByteReader): 4 | 5 {
  const version = reader.u16('version');
  if (version !== 4 && version !== 5) return reader.fail(`version is ${version}, expected 4 or 5`);
  readHeaderTail(reader, quoteConstant.teeTypeTdx);
  return version;
}

/** All of the header behind its version. */
export function readHeaderTail(reader: ByteReader, teeType: number): void {
  reader.expect(
    reader.u16('attestation key type'),
    quoteConstant.attestationKeyEcdsaP256,
    'attestation key type',
  );
  reader.expect(reader.u32('TEE type'), teeType, 'TEE type');
  // Version 3 keeps the versions of the quoting enclave and the PCE here; later ones took them out.
  const reserved = reader.u32('reserved header field');
  if (teeType !== quoteConstant.teeTypeSgx) reader.expect(reserved, 0, 'reserved header field');
  const vendor = toHex(reader.take(16, 'QE vendor id'));
  if (vendor !== QE_VENDOR_INTEL) reader.fail(`QE vendor id is ${vendor}, expected ${QE_VENDOR_INTEL}`);
  reader.take(20, 'user data');
}

function readBodyDescriptor(reader: ByteReader): number {
  const type = reader.u16('body type');
  const bytes = reader.u32('body size');
  if (type === quoteConstant.bodyTd10) reader.expect(bytes, TD_BODY_BYTES, 'size of a TD 1.0 body');
  else if (type === quoteConstant.bodyTd15) reader.expect(bytes, TD_BODY_15_BYTES, 'size of a TD 1.5 body');
  else reader.fail(`body type is ${type}, expected 2 or 3`);
  return bytes;
}

function readBody(reader: ByteReader, bytes: number): TdBody {
  const is15 = bytes === TD_BODY_15_BYTES;
  return {
    teeTcbSvn: reader.take(16, 'TEE_TCB_SVN'),
    mrSeam: reader.take(48, 'MRSEAM'),
    mrSignerSeam: reader.take(48, 'MRSIGNERSEAM'),
    seamAttributes: reader.take(8, 'SEAMATTRIBUTES'),
    tdAttributes: reader.take(8, 'TDATTRIBUTES'),
    xfam: reader.take(8, 'XFAM'),
    mrTd: reader.take(48, 'MRTD'),
    mrConfigId: reader.take(48, 'MRCONFIGID'),
    mrOwner: reader.take(48, 'MROWNER'),
    mrOwnerConfig: reader.take(48, 'MROWNERCONFIG'),
    rtmrs: [0, 1, 2, 3].map((index) => reader.take(48, `RTMR${index}`)),
    reportData: reader.take(REPORT_DATA_BYTES, 'REPORTDATA'),
    teeTcbSvn2: is15 ? reader.take(16, 'TEE_TCB_SVN_2') : null,
    mrServiceTd: is15 ? reader.take(48, 'MRSERVICETD') : null,
  };
}

export interface SignatureDataForm {
  readonly what: string;
  /** Quotes from version 4 wrap the quoting enclave's part in certification data of type 6. */
  readonly nested: boolean;
  /** Where in the quote the data begins. */
  readonly base: number;
}

export function readSignatureData(
  bytes: Uint8Array,
  { what, nested, base }: SignatureDataForm,
): QuoteSignature {
  const reader = new ByteReader(bytes, 'QUOTE_MALFORMED', `${what} signature data`, 'quote', base);
  const signature = reader.take(64, 'signature');
  const attestationKey = reader.take(64, 'attestation key');
  if (nested) {
    const type = reader.u16('certification data type');
    reader.expect(type, quoteConstant.certDataQeReport, 'certification data type');
    // Both lengths must reach the end exactly: what lies behind them would be read by nobody and trusted by somebody.
    reader.expect(reader.u32('certification data size'), reader.left, 'certification data size');
  }
  const qeReport = reader.take(QE_REPORT_BYTES, 'QE report');
  const qeReportSignature = reader.take(64, 'QE report signature');
  const qeAuthData = reader.take(reader.u16('QE authentication data length'), 'QE authentication data');
  const type = reader.u16('inner certification data type');
  reader.expect(type, quoteConstant.certDataPckChain, 'inner certification data type');
  reader.expect(reader.u32('inner certification data size'), reader.left, 'inner certification data size');
  const pckChain = reader.take(reader.left, 'PCK chain');
  return { signature, attestationKey, qeReport, qeReportSignature, qeAuthData, pckChain };
}
