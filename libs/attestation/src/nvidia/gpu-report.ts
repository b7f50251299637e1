import { AttestationError } from '../attestation-error.js';
import { ByteReader, byteRange } from '../byte-reader.js';
import { attestationLimits } from '../limits.js';
import { type OpaqueData, parseOpaqueData } from './opaque-data.js';

/**
 * A GPU attestation report, read and not judged: the SPDM 1.1 GET_MEASUREMENTS request and the MEASUREMENTS
 * response, back to back (DMTF DSP0274 1.1 sections 10.11.1 and 10.11.2). Slices are views on the report.
 */
export interface GpuReport {
  /** 32 bytes chosen by whoever asked. */
  readonly nonce: Uint8Array;
  /** SPDM measurement index (from 1) to its SHA-384 value. */
  readonly measurements: ReadonlyMap<number, Uint8Array>;
  readonly opaque: OpaqueData;
  /** Request and response without the signature. */
  readonly signedBytes: Uint8Array;
  /** r || s, P-384. */
  readonly signature: Uint8Array;
}

export const spdm = {
  version11: 0x11,
  getMeasurements: 0xe0,
  measurements: 0x60,
  signatureRequested: 0x01,
  allMeasurements: 0xff,
  dmtfSpecification: 0x01,
  nonceBytes: 32,
  measurementBytes: 48,
  /** Type and size of the DMTF measurement, then its value. */
  measurementHeaderBytes: 3,
  signatureBytes: 96,
} as const;

/**
 * Parses a report strictly. Every length comes from the structure: reading "the last 96 bytes" as the
 * signature turns one stray byte into a false signature failure, or hides bytes that nobody signed.
 *
 * @throws AttestationError `GPU_REPORT_MALFORMED`, `GPU_TRAILING_BYTES`
 */
export function parseGpuReport(report: Uint8Array): GpuReport {
  const reader = new ByteReader(report, 'GPU_REPORT_MALFORMED', 'GPU report', 'report');
  if (report.length > attestationLimits.gpuReportBytesMax) {
    reader.fail(`has ${report.length} bytes, limit ${attestationLimits.gpuReportBytesMax}`);
  }
  const nonce = readRequest(reader);
  const { blockCount, recordBytes } = readResponseHeader(reader);
  const recordAt = reader.offset;
  const record = reader.take(recordBytes, 'measurement record');
  reader.take(spdm.nonceBytes, 'responder nonce');
  const opaqueBytes = reader.take(reader.u16('opaque data length'), 'opaque data');
  const opaque = parseOpaqueData(opaqueBytes, reader.offset - opaqueBytes.length);
  const signedBytes = report.subarray(0, reader.offset);
  const signature = reader.take(spdm.signatureBytes, 'signature');
  if (reader.left > 0) {
    throw new AttestationError(
      'GPU_TRAILING_BYTES',
      `GPU report: ${reader.left} bytes follow the signature`,
      byteRange('report', reader.offset, report.length),
    );
  }
  return {
    nonce,
    measurements: readMeasurements(record, recordAt, blockCount),
    opaque,
    signedBytes,
    signature,
  };
}

function readRequest(reader: ByteReader): Uint8Array {
  reader.expect(reader.u8('request version'), spdm.version11, 'request version');
  reader.expect(reader.u8('request code'), spdm.getMeasurements, 'request code');
  reader.expect(reader.u8('request attributes'), spdm.signatureRequested, 'request attributes');
  reader.expect(reader.u8('measurement operation'), spdm.allMeasurements, 'measurement operation');
  const nonce = reader.take(spdm.nonceBytes, 'requester nonce');
  reader.take(1, 'slot');
  return nonce;
}

function readResponseHeader(reader: ByteReader): { blockCount: number; recordBytes: number } {
  reader.expect(reader.u8('response version'), spdm.version11, 'response version');
  reader.expect(reader.u8('response code'), spdm.measurements, 'response code');
  reader.take(2, 'response parameters');
  return { blockCount: reader.u8('block count'), recordBytes: reader.u24('record length') };
}

function readMeasurements(
  record: Uint8Array,
  base: number,
  blockCount: number,
): ReadonlyMap<number, Uint8Array> {
  const reader = new ByteReader(record, 'GPU_REPORT_MALFORMED', 'GPU measurement record', 'report', base);
  const measurements = new Map<number, Uint8Array>();
  for (let block = 1; block <= blockCount; block += 1) {
    reader.expect(reader.u8('index'), block, 'measurement index');
    reader.expect(reader.u8('specification'), spdm.dmtfSpecification, 'measurement specification');
    const size = spdm.measurementHeaderBytes + spdm.measurementBytes;
    reader.expect(reader.u16('measurement size'), size, 'measurement size');
    reader.u8('DMTF measurement type');
    reader.expect(reader.u16('value size'), spdm.measurementBytes, 'value size');
    measurements.set(block, reader.take(spdm.measurementBytes, 'measurement value'));
  }
  if (blockCount === 0 || reader.left > 0) reader.fail(`${blockCount} blocks do not fill the record`);
  return measurements;
}
