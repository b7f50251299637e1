import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toBase64, utf8 } from '#canonical';
import { readCollateralFolder } from './collateral-folder.js';
import { readCpuEvidence, readGpuEvidence } from './device-evidence.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-evidence-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: Uint8Array | string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('a directory of collateral', () => {
  it('is told apart by content and name, and what is nothing is said', () => {
    const der = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0xff);
    write('c/collateral.json', '{"tcb_info":"{}"}');
    write('c/registry.json', '{"v":"sealflow/platform-registry/v1"}');
    write('c/token.json', '[["JWT","a.b.c"],{}]');
    write('c/jwks.json', '{"keys":[]}');
    write('c/rim-driver.xml', '<SoftwareIdentity/>');
    write('c/ocsp-device-l2.b64', `${toBase64(der)}\n`);
    write('c/amd/vcek.der', der);
    write('c/amd/genoa-ask-ark.pem', '-----BEGIN CERTIFICATE-----');
    write('c/amd/vcek-crl.der', der);
    write('c/ccel-data.bin', der);
    write('c/quote.bin', der);
    write('c/README.md', 'task: crl');
    const { collateral, unused } = readCollateralFolder(join(folder, 'c'));
    expect(collateral.map(({ kind, source }) => `${source} ${kind}`).sort()).toEqual([
      'ccel-data.bin tdx-event-log',
      'collateral.json intel-dcap',
      'genoa-ask-ark.pem amd-chain',
      'jwks.json nvidia-jwks',
      'ocsp-device-l2.b64 nvidia-ocsp',
      'registry.json platform-registry',
      'rim-driver.xml nvidia-rim',
      'token.json nvidia-eat',
      'vcek-crl.der amd-crl',
      'vcek.der amd-vek',
    ]);
    expect(collateral.find(({ kind }) => kind === 'nvidia-ocsp')?.data).toEqual(der);
    expect(unused.map((file) => file.split('/').at(-1))).toEqual(['README.md', 'quote.bin']);
  });

  it('that is none, or holds more than a verifier reads, is refused', () => {
    expect(() => readCollateralFolder(join(folder, 'nowhere'))).toThrowError(/ENOENT/);
    write('large/vcek.der', new Uint8Array(16 * 1024 + 1));
    expect(() => readCollateralFolder(join(folder, 'large'))).toThrowError(/at most 16384/);
  });
});

describe('evidence of a device', () => {
  it('is read as bytes and as hex, and its format follows from its first bytes', () => {
    const snp = new Uint8Array(1184);
    snp[0] = 3;
    expect(readCpuEvidence(write('report.bin', snp)).format).toBe('snp-report');
    const hex = Buffer.from(snp).toString('hex');
    expect(readCpuEvidence(write('report.hex', `0x${hex}\n`))).toEqual({ format: 'snp-report', quote: snp });
    const quote = new Uint8Array(700);
    quote.set([4, 0, 2, 0, 0x81]);
    expect(readCpuEvidence(write('quote.bin', quote)).format).toBe('tdx-quote-v4');
    quote[0] = 5;
    expect(readCpuEvidence(write('quote.bin', quote)).format).toBe('tdx-quote-v5');
  });

  it.each(['', 'abc', '{}', '00'.repeat(48)])('"%s" is no quote and no report', (text) => {
    expect(() => readCpuEvidence(write('none', text))).toThrowError(/expected a TDX quote/);
  });

  it('of GPUs is read in each of its three forms', () => {
    const report = utf8('report');
    const expected = [{ report, chain: 'PEM' }];
    write('gpu/chain.pem', 'PEM');
    expect(readGpuEvidence(write('gpu/report.bin', report), undefined)).toEqual(expected);
    const one = JSON.stringify({ report: toBase64(report), chain: 'PEM' });
    expect(readGpuEvidence(write('one.json', one), undefined)).toEqual(expected);
    const listed = JSON.stringify([
      { certificate: toBase64(utf8('PEM')), evidence: toBase64(report), nonce: '' },
    ]);
    expect(readGpuEvidence(write('listed.json', listed), undefined)).toEqual(expected);
    expect(() => readGpuEvidence(write('bad.json', '[{}]'), undefined)).toThrowError(/expected/);
    expect(() => readGpuEvidence(write('alone/report.bin', report), undefined)).toThrowError(/--gpu-chain/);
  });
});
