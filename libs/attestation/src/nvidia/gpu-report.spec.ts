import { describe, expect, it } from 'vitest';
import { concatBytes } from '#canonical';
import { authority, random } from '../machine.fixture.js';
import { simulateGpuReport } from '../simulated/simulate-gpu-report.js';
import { parseGpuReport } from './gpu-report.js';
import { opaqueText, opaqueType, parseOpaqueData } from './opaque-data.js';

const nonce = random(32);
const { report } = simulateGpuReport(authority, { nonce, driver: '550.90.07' }, random);
const RECORD = 37 + 8;
const BLOCK = 55;
const OPAQUE_LENGTH = RECORD + 64 * BLOCK + 32;

describe('a GPU report', () => {
  it('gives back nonce, 64 measurements, driver and signature', () => {
    const parsed = parseGpuReport(report);
    expect(parsed.nonce).toEqual(nonce);
    expect([...parsed.measurements.keys()]).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
    expect(opaqueText(parsed.opaque, opaqueType.driverVersion)).toBe('550.90.07');
    expect(parsed.signedBytes).toEqual(report.subarray(0, -96));
    expect(parsed.signature).toEqual(report.subarray(-96));
  });

  const edits: readonly [string, number, number][] = [
    ['request version', 0, 0x12],
    ['request code', 1, 0xe1],
    ['missing signature request', 2, 0],
    ['measurement operation', 3, 1],
    ['response version', 37, 0x12],
    ['response code', 38, 0x61],
    ['block count', 41, 63],
    ['record length', 42, 0xff],
    ['block index', RECORD, 2],
    ['repeated block index', RECORD + BLOCK, 1],
    ['block specification', RECORD + 1, 0],
    ['block size', RECORD + 2, 50],
    ['value size', RECORD + 5, 32],
    ['opaque length', OPAQUE_LENGTH, 0xff],
    ['opaque field length', OPAQUE_LENGTH + 4, 0xff],
  ];

  it.each(edits)('is malformed by its %s', (_field, offset, value) => {
    const bytes = Uint8Array.from(report);
    bytes[offset] = value;
    expect(() => parseGpuReport(bytes)).toThrowError(
      expect.objectContaining({ code: 'GPU_REPORT_MALFORMED' }),
    );
  });

  it('is malformed when cut short anywhere', () => {
    for (let length = 0; length < report.length; length += 31) {
      const cut = report.subarray(0, length);
      expect(() => parseGpuReport(cut)).toThrowError(
        expect.objectContaining({ code: 'GPU_REPORT_MALFORMED' }),
      );
    }
  });

  it('may not have one byte behind its signature', () => {
    const longer = concatBytes(report, Uint8Array.of(0));
    expect(() => parseGpuReport(longer)).toThrowError(
      expect.objectContaining({ code: 'GPU_TRAILING_BYTES' }),
    );
  });
});

it('opaque data may not name one field twice', () => {
  const field = Uint8Array.of(3, 0, 1, 0, 0x41);
  expect(() => parseOpaqueData(concatBytes(field, field), 0)).toThrowError(
    expect.objectContaining({ code: 'GPU_REPORT_MALFORMED' }),
  );
});
