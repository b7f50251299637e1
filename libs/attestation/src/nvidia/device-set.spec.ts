import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, utf8 } from '#canonical';
import { failures, random } from '../machine.fixture.js';
import type { SimulatedIdentity } from '../simulated/authority.js';
import { certificateOf, createSimulatedDevice } from '../simulated/nvidia-authority.js';
import { signRim } from '../simulated/rim-writer.js';
import { type PpcieSet, verifyPpcie } from './device-set.js';
import {
  golden,
  gpuRoots,
  judgeGpu,
  NONCE,
  NOW,
  nvidia,
  report,
  responses,
  rimRoots,
} from './nvidia.fixture.js';
import { opaqueType } from './opaque-data.js';
import { type GpuVerification, gpuClaims, verifySwitchReport } from './verify-gpu-report.js';

const SWITCH_BIOS = '96.10.55.00.01';
const switchNames = ['SIMULATED LS_10 A01 FSP FMC LF', 'SIMULATED LS_10 A01 FSP BROM'] as const;
const gpuChains = [0, 1].map(() => createSimulatedDevice(nvidia, random));
const switchChains = [0, 1].map(() => createSimulatedDevice(nvidia, random, switchNames));

function pdi(chain: readonly SimulatedIdentity[]): Uint8Array {
  const [, bootRom] = chain;
  return bootRom === undefined ? new Uint8Array() : fromHex(certificateOf(bootRom).serial.slice(-16));
}

function gpu(chain: readonly SimulatedIdentity[], links = switchChains, mode = 0xaa): GpuVerification {
  const linked = concatBytes(...links.map((other) => pdi(other).slice().reverse()), new Uint8Array(8));
  const opaque = new Map([
    [opaqueType.protectedPcie, Uint8Array.of(mode)],
    [opaqueType.switchPdis, linked],
  ]);
  return judgeGpu({ evidence: report({ opaque }, chain) });
}

function nvswitch(chain: readonly SimulatedIdentity[], own = pdi(chain), seen = gpuChains): GpuVerification {
  const opaque = new Map<number, Uint8Array | null>([
    [opaqueType.vbiosVersion, utf8(SWITCH_BIOS)],
    [opaqueType.driverVersion, null],
    [opaqueType.switchPdis, own],
    [opaqueType.switchGpuPdis, concatBytes(...seen.map(pdi))],
  ]);
  const rim = signRim({ version: SWITCH_BIOS, product: 'LS10', values: golden(1, 2) }, nvidia.rim);
  return verifySwitchReport({
    index: 0,
    evidence: report({ opaque }, chain),
    roots: gpuRoots,
    expectedNonce: NONCE,
    atMs: NOW,
    endorsements: { rims: [rim], ocsp: [...responses(chain, 1), ...responses(nvidia.rim, 0)], rimRoots },
  });
}

const good: PpcieSet = {
  gpus: gpuChains.map((chain) => gpu(chain)),
  switches: switchChains.map((chain) => nvswitch(chain)),
  gpuCount: 2,
  switchCount: 2,
};

function judge(changes: Partial<PpcieSet>): readonly (string | null)[] {
  return failures(verifyPpcie({ ...good, ...changes }));
}

describe('a switch', () => {
  it('is judged by its BIOS manifest alone', () => {
    const [first] = good.switches;
    expect(failures(first?.checks ?? [])).toEqual([]);
    expect(first === undefined ? null : gpuClaims(first)).toMatchObject({
      vbios: SWITCH_BIOS,
      driver: null,
      golden: { vbiosMatched: 2 },
    });
  });

  it('is no GPU, and a GPU is no switch', () => {
    const [chain = []] = switchChains;
    expect(failures(judgeGpu({ evidence: report({}, chain) }).checks)).toContain('SIGNER_ROLE');
    const [gpuChain = []] = gpuChains;
    expect(failures(nvswitch(gpuChain).checks)).toContain('SIGNER_ROLE');
  });
});

describe('protected PCIe', () => {
  it('of a whole machine passes', () => {
    expect(judge({})).toEqual([]);
    expect(verifyPpcie(good).every(({ result }) => result === 'pass')).toBe(true);
  });

  it('that a GPU does not say is on: PPCIE_NOT_ENABLED', () => {
    const [first = [], second = []] = gpuChains;
    expect(judge({ gpus: [gpu(first), gpu(second, switchChains, 0x55)] })).toEqual(['PPCIE_NOT_ENABLED']);
  });

  it('with a switch that is missing, foreign or shown twice is refused', () => {
    const [first, second] = good.switches;
    if (first === undefined || second === undefined) throw new Error('two switches are needed');
    expect(judge({ switches: [first] })).toEqual(['GPU_COUNT', 'PPCIE_TOPOLOGY_MISMATCH']);
    const foreign = nvswitch(createSimulatedDevice(nvidia, random, switchNames));
    expect(judge({ switches: [first, foreign] })).toEqual(['PPCIE_TOPOLOGY_MISMATCH']);
    expect(judge({ switches: [first, first] })).toEqual(['GPU_DUPLICATE', 'PPCIE_TOPOLOGY_MISMATCH']);
  });

  it('with a switch that names itself otherwise than its certificate: PPCIE_TOPOLOGY_MISMATCH', () => {
    const [first = [], second = []] = switchChains;
    expect(judge({ switches: [nvswitch(first, pdi(second)), nvswitch(second, pdi(first))] })).toEqual([
      'PPCIE_TOPOLOGY_MISMATCH',
    ]);
  });

  it('with a GPU that is linked elsewhere, or nowhere: PPCIE_TOPOLOGY_MISMATCH', () => {
    const [first = [], second = []] = gpuChains;
    const elsewhere = gpu(second, [...switchChains, gpuChains[0] ?? []]);
    expect(judge({ gpus: [gpu(first), elsewhere] })).toEqual(['PPCIE_TOPOLOGY_MISMATCH']);
    expect(judge({ gpus: [gpu(first, []), gpu(second, [])], switches: [], switchCount: 0 })).toEqual([
      'PPCIE_TOPOLOGY_MISMATCH',
    ]);
  });

  it('with a switch that does not name a GPU warns', () => {
    const [first = [], second = []] = switchChains;
    const set = { ...good, switches: [nvswitch(first), nvswitch(second, pdi(second), [])] };
    const checks = verifyPpcie(set);
    expect(failures(checks)).toEqual([]);
    expect(checks.find(({ result }) => result === 'warn')?.reason).toBe('PPCIE_TOPOLOGY_MISMATCH');
  });
});
