import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createSimulationAuthority } from '../simulated/authority.js';
import { simulateSgxQuote } from '../simulated/simulate-sgx-quote.js';
import { simulateTdxQuote } from '../simulated/simulate-tdx-quote.js';
import { type CollateralNeed, collateralNeeds, type DevicesToEndorse } from './collateral-needs.js';

const vectors = fileURLToPath(new URL('../../../../../shared/vectors/attestation/', import.meta.url));
if (!existsSync(vectors)) console.log('vectors absent: needs of real devices skipped');
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(vectors, name)));

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
const authority = createSimulationAuthority(random, Date.parse('2026-01-01T00:00:00.000Z'));
const reportData = random(64);

function needs(parts: Partial<DevicesToEndorse>): CollateralNeed[] {
  return collateralNeeds({ cpu: null, gpus: [], switches: [], collateral: [], ...parts });
}

describe('what vendors would have to say', () => {
  it('is nothing about bytes that are no device', () => {
    expect(needs({})).toEqual([]);
    for (const format of ['tdx-quote-v4', 'sgx-quote-v3', 'snp-report'] as const) {
      expect(needs({ cpu: { format, quote: random(2000) } })).toEqual([]);
    }
    const noise = { report: random(100), chain: 'chain' };
    expect(needs({ gpus: [noise], switches: [noise] })).toEqual([]);
  });

  it.each([
    ['TDX', 'tdx-quote-v4', simulateTdxQuote(authority, { reportData, mrtd: 'a1'.repeat(48) }, random)],
    ['SGX', 'sgx-quote-v3', simulateSgxQuote(authority, { reportData, mrEnclave: 'a1'.repeat(32) }, random)],
  ] as const)('about %s is named by the platform of its key', (tee, format, quote) => {
    expect(needs({ cpu: { format, quote } })).toEqual([
      { vendor: 'intel', tee, fmspc: 'ffffffffffff', ca: 'platform' },
    ]);
  });

  it('is nothing where the machine brought it along', () => {
    const quote = simulateTdxQuote(authority, { reportData, mrtd: 'a1'.repeat(48) }, random);
    const brought = { kind: 'intel-dcap', data: random(1), fetchedAtMs: null, source: null } as const;
    expect(needs({ cpu: { format: 'tdx-quote-v4', quote }, collateral: [brought] })).toEqual([]);
  });

  it.skipIf(!existsSync(vectors))('about a real chip is its certificate at its firmware', () => {
    const cpu = { format: 'snp-report', quote: file('snp/snp-genoa-v5/report.bin') } as const;
    const [need] = needs({ cpu });
    if (need?.vendor !== 'amd') throw new Error('expected a need of AMD');
    expect([need.product, need.signer]).toEqual(['Genoa', 'VCEK']);
    expect(need.vcek?.chipId).toMatch(/^[0-9a-f]{128}$/);
    const data = file('snp/snp-genoa-v5/vcek.der');
    const brought = { kind: 'amd-vek', data, fetchedAtMs: null, source: null } as const;
    expect(needs({ cpu, collateral: [brought] })).toEqual([
      { vendor: 'amd', product: 'Genoa', signer: 'VCEK', vcek: null },
    ]);
  });

  it.skipIf(!existsSync(vectors))('about a real GPU is two manifests and the state of its CAs', () => {
    const chain = new TextDecoder().decode(file('nvidia/gpu-hopper-full/chain.pem'));
    const [need] = needs({ gpus: [{ report: file('nvidia/gpu-hopper-full/report.bin'), chain }] });
    if (need?.vendor !== 'nvidia') throw new Error('expected a need of NVIDIA');
    expect(need.rims[0]).toMatch(/^NV_GPU_DRIVER_GH100_[0-9.]+$/);
    expect(need.rims[1]).toMatch(/^NV_GPU_VBIOS_\w+$/);
    expect(need.certificates).toHaveLength(3);
  });
});
