/** Malformed is a verdict with an offset: every parser of a verdict names the place, in the evidence as a whole. */
import { describe, expect, it } from 'vitest';
import { type Check, concatBytes, utf8 } from '#canonical';
import { boot, judge as judgePackage, pack } from './machine.fixture.js';
import { report as gpuReport, judgeGpu } from './nvidia/nvidia.fixture.js';
import { judge as judgeSnp, lists, measure } from './snp/snp-machine.fixture.js';
import { judgeSgx, judgeTdx } from './tdx/intel.fixture.js';

function placeOf(checks: readonly Check[], reason: string): string | undefined {
  return checks.find((check) => check.reason === reason)?.where;
}

function set(offset: number, value: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => Uint8Array.from(bytes, (byte, at) => (at === offset ? value : byte));
}

describe('the place of a malformed', () => {
  it('TDX quote is a byte range of the quote, also inside of its signature data', () => {
    const at = (edit: (quote: Uint8Array) => Uint8Array) =>
      placeOf(judgeTdx({ editQuote: edit }).checks, 'QUOTE_MALFORMED');
    expect(at(set(0, 9))).toBe('quote[0x0..0x2]');
    expect(at((quote) => quote.subarray(0, 0x40))).toBe('quote[0x40]');
    // Certification data type, behind header, body, length, signature and key.
    expect(at(set(764, 5))).toBe('quote[0x2fc..0x2fe]');
  });

  it('SGX quote is a byte range of the quote', () => {
    expect(placeOf(judgeSgx({ editQuote: set(4, 0x81) }).checks, 'QUOTE_MALFORMED')).toBe('quote[0x4..0x8]');
  });

  it('SNP report is a byte of the report', () => {
    const { report, certificates } = measure();
    const at = (edit: (report: Uint8Array) => Uint8Array) =>
      placeOf(judgeSnp({ report: edit(report), certificates }).checks, 'SNP_MALFORMED');
    expect(at(set(0x24f, 1))).toBe('report[0x24f]');
    expect(at(set(0x34, 2))).toBe('report[0x34]');
  });

  it('GPU report is a byte range of the report, also inside of its opaque data', () => {
    const { report, chain } = gpuReport();
    const at = (edit: (report: Uint8Array) => Uint8Array, reason = 'GPU_REPORT_MALFORMED') =>
      placeOf(judgeGpu({ evidence: { report: edit(report), chain } }).checks, reason);
    expect(at(set(1, 0xe1))).toBe('report[0x1..0x2]');
    const end = report.length;
    expect(at((bytes) => concatBytes(bytes, utf8('x')), 'GPU_TRAILING_BYTES')).toBe(
      `report[0x${end.toString(16)}..0x${(end + 1).toString(16)}]`,
    );
  });

  it('certificate and list is a byte of it', () => {
    const evidence = measure();
    const [vek = new Uint8Array(), ...chain] = evidence.certificates;
    const broken = judgeSnp({ ...evidence, certificates: [set(4, 0x31)(vek), ...chain] });
    expect(placeOf(broken.checks, 'CERT_MALFORMED')).toBe('certificate[0x5]');
    const crl = judgeSnp(evidence, { crl: set(4, 0x31)(lists.Genoa) });
    expect(crl.checks.find(({ id }) => id === 'TEE-SNP-011')?.where).toMatch(/^crl\[0x[0-9a-f]+\]$/);
  });

  it('TCB info is a member of it', () => {
    const { checks } = judgeTdx({ collateral: { editTcbInfo: (info) => ({ ...info, fmspc: 'xyz' }) } });
    expect(placeOf(checks, 'COLLATERAL_MALFORMED')).toBe('TCB info.fmspc');
  });

  it('package is a member of it', () => {
    const text = Buffer.from(pack(boot())).toString().replace('tdx-quote-v4', 'tdx-quote-v9');
    expect(placeOf(judgePackage(utf8(text)).checks, 'EVIDENCE_MALFORMED')).toBe(
      'evidence package cpu.format',
    );
  });
});

it('a finding about content names what it read', () => {
  const { checks } = judgeSnp(measure({ policy: (1n << 17n) | (1n << 19n) }));
  expect(placeOf(checks, 'DEBUG_ENABLED')).toBe('report[0x8..0x10]');
});
