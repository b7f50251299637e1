import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '#canonical';
import { authority, boot, MRTD, random } from '../machine.fixture.js';
import { simulateTdxQuote } from '../simulated/simulate-tdx-quote.js';
import { parseTdxQuote } from './quote.js';

const reportData = random(64);
const rtmrs = ['01', '02', '03', '04'].map((byte) => byte.repeat(48));
const mrConfigId = '05'.repeat(48);
const quote = simulateTdxQuote(authority, { reportData, mrtd: MRTD, mrConfigId, rtmrs }, random);

describe('a TDX quote', () => {
  it('gives back its fields from the offsets of the format', () => {
    const { version, body, signedBytes, attestationKey, qeReport } = parseTdxQuote(quote);
    expect(version).toBe(4);
    expect(toHex(body.mrTd)).toBe(MRTD);
    expect(toHex(body.mrConfigId)).toBe(mrConfigId);
    expect(toHex(quote.subarray(232, 280))).toBe(mrConfigId);
    expect([body.mrOwner, body.mrOwnerConfig].map(toHex)).toEqual(['00'.repeat(48), '00'.repeat(48)]);
    expect(body.rtmrs.map(toHex)).toEqual(rtmrs);
    expect(body.reportData).toEqual(reportData);
    expect(signedBytes).toEqual(quote.subarray(0, 632));
    expect(attestationKey).toEqual(quote.subarray(700, 764));
    expect(qeReport).toEqual(quote.subarray(770, 1154));
  });

  it('may be padded with zero bytes, as providers hand out fixed buffers', () => {
    const { pckChain } = parseTdxQuote(concatBytes(quote, new Uint8Array(3000)));
    expect(pckChain).toEqual(parseTdxQuote(quote).pckChain);
  });

  const edits: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['version', set(0, 3)],
    ['attestation key type', set(2, 3)],
    ['TEE type', set(4, 0)],
    ['reserved header field', set(8, 1)],
    ['QE vendor id', set(12, 0)],
    ['signature data length', set(632, 0)],
    ['outer certification data type', set(764, 5)],
    ['outer certification data size', set(766, 0)],
    ['QE authentication data length', set(1218, 33)],
    ['inner certification data type', set(1252, 4)],
    ['inner certification data size', set(1254, 0)],
    ['tail', (bytes) => concatBytes(bytes, Uint8Array.of(1))],
    ['size', (bytes) => concatBytes(bytes, new Uint8Array(64 * 1024))],
    ['emptiness', () => new Uint8Array()],
  ];

  it.each(edits)('is malformed by its %s', (_field, edit) => {
    const bytes = edit(Uint8Array.from(boot().quote));
    expect(() => parseTdxQuote(bytes)).toThrowError(expect.objectContaining({ code: 'QUOTE_MALFORMED' }));
  });
});

function set(offset: number, value: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    bytes[offset] = value;
    return bytes;
  };
}
