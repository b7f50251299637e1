import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '#canonical';
import { reportData, sgxQuote } from './intel.fixture.js';
import { parseSgxQuote } from './sgx-quote.js';

const quote = sgxQuote({ mrSigner: 'a7'.repeat(32), isvSvn: 9 });

describe('an SGX quote', () => {
  it('gives back its fields from the offsets of the format', () => {
    const { report, signedBytes, attestationKey, qeReport } = parseSgxQuote(quote);
    expect(toHex(report.mrEnclave)).toBe('e1'.repeat(32));
    expect(toHex(report.mrSigner)).toBe('a7'.repeat(32));
    expect(report.isvSvn).toBe(9);
    expect(report.reportData).toEqual(reportData);
    expect(signedBytes).toEqual(quote.subarray(0, 432));
    expect(attestationKey).toEqual(quote.subarray(500, 564));
    expect(qeReport).toEqual(quote.subarray(564, 948));
  });

  it('carries the versions of its makers where later formats are zero', () => {
    const bytes = Uint8Array.from(quote);
    bytes[8] = 10;
    expect(parseSgxQuote(bytes).version).toBe(3);
  });

  const edits: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['version', set(0, 4)],
    ['attestation key type', set(2, 3)],
    ['TEE type', set(4, 0x81)],
    ['QE vendor id', set(12, 0)],
    ['signature data length', set(432, 0)],
    ['QE authentication data length', set(1012, 33)],
    ['inner certification data type', set(1046, 4)],
    ['inner certification data size', set(1048, 0)],
    ['tail', (bytes) => concatBytes(bytes, Uint8Array.of(1))],
    ['size', (bytes) => concatBytes(bytes, new Uint8Array(64 * 1024))],
    ['emptiness', () => new Uint8Array()],
  ];

  it.each(edits)('is malformed by its %s', (_field, edit) => {
    const bytes = edit(Uint8Array.from(quote));
    expect(() => parseSgxQuote(bytes)).toThrowError(expect.objectContaining({ code: 'QUOTE_MALFORMED' }));
  });
});

function set(offset: number, value: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    bytes[offset] = value;
    return bytes;
  };
}
