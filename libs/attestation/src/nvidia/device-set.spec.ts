import { describe, expect, it } from 'vitest';
import { failures, random } from '../machine.fixture.js';
import {
  gpuChains,
  gpuEvidenceOf,
  pdi,
  SWITCH_BIOS,
  switchChains,
  switchEvidenceOf,
  switchNames,
  switchRim,
} from '../ppcie.fixture.js';
import type { SimulatedIdentity } from '../simulated/authority.js';
import { createSimulatedDevice } from '../simulated/nvidia-authority.js';
import { type PpcieSet, verifyPpcie } from './device-set.js';
import { gpuRoots, judgeGpu, NONCE, NOW, nvidia, report, responses, rimRoots } from './nvidia.fixture.js';
import { type GpuVerification, gpuClaims, verifySwitchReport } from './verify-gpu-report.js';

function gpu(chain: readonly SimulatedIdentity[], links = switchChains, mode?: number): GpuVerification {
  return judgeGpu({ evidence: gpuEvidenceOf(chain, NONCE, links, mode) });
}

function nvswitch(chain: readonly SimulatedIdentity[], own = pdi(chain), seen = gpuChains): GpuVerification {
  return verifySwitchReport({
    index: 0,
    evidence: switchEvidenceOf(chain, NONCE, own, seen),
    roots: gpuRoots,
    expectedNonce: NONCE,
    atMs: NOW,
    endorsements: {
      rims: [switchRim],
      ocsp: [...responses(chain, 1), ...responses(nvidia.rim, 0)],
      rimRoots,
    },
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
  it('without any GPU is refused: PPCIE_NOT_ENABLED', () => {
    expect(judge({ gpus: [], gpuCount: 0 })).toEqual(['PPCIE_NOT_ENABLED']);
  });

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
