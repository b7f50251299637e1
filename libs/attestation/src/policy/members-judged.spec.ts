/** Members of a policy that only a particular machine can break: judged through a whole appraisal. */
import { describe, expect, it } from 'vitest';
import { failures } from '../machine.fixture.js';
import { report } from '../nvidia/nvidia.fixture.js';
import { opaqueType } from '../nvidia/opaque-data.js';
import { tdxComponents, withLevels } from '../tdx/intel.fixture.js';
import { HOUR_MS, judgeWhole, NOW, standardPolicy, type WholeMachine } from '../whole-machine.fixture.js';
import type { AppraisalPolicy } from './appraisal-policy.js';
import type { GpuRules } from './policy-groups.js';

const strictPolicy: AppraisalPolicy = { ...standardPolicy, tier: 'strict' };

function reasons(machine: WholeMachine, changes: Partial<AppraisalPolicy>, from = standardPolicy) {
  return failures(judgeWhole(machine, { ...from, ...changes }).checks);
}

describe('Milan', () => {
  const vcek: WholeMachine = { format: 'snp-report', product: 'Milan' };
  const vlek: WholeMachine = { ...vcek, snp: { signer: 'VLEK' } };
  const named = { snp: { products: ['Milan'] } } as const;

  it('with a VCEK is refused by strict, whatever the policy names: PRODUCT_ROOT_COMPROMISED', () => {
    expect(reasons(vcek, {}, strictPolicy)).toEqual(['PRODUCT_ROOT_COMPROMISED']);
    expect(reasons(vcek, named, strictPolicy)).toEqual(['PRODUCT_ROOT_COMPROMISED']);
    const high = { bootloader: 0, tee: 0, snp: 0, microcode: 0 };
    expect(reasons(vcek, { snp: { minTcb: { Milan: high } } }, strictPolicy)).toEqual([
      'PRODUCT_ROOT_COMPROMISED',
    ]);
  });

  it('with a VCEK is refused by standard unless the policy names it', () => {
    expect(reasons(vcek, {})).toEqual(['PRODUCT_ROOT_COMPROMISED']);
    expect(reasons(vcek, named)).toEqual([]);
  });

  it('with a VLEK is not refused for it: what leaks is the seed of VCEKs', () => {
    expect(reasons(vlek, {}, strictPolicy)).toEqual([]);
    expect(reasons(vlek, { snp: { products: ['Genoa'] } }, strictPolicy)).toEqual(['PLATFORM_NOT_ALLOWED']);
  });
});

it('snp.cspIds: a VLEK of another provider is refused', () => {
  const vlek: WholeMachine = { format: 'snp-report', snp: { signer: 'VLEK' } };
  expect(reasons(vlek, { snp: { cspIds: ['sealflow-simulated-cloud'] } })).toEqual([]);
  expect(reasons(vlek, { snp: { cspIds: ['AWS'] } })).toEqual(['CHIP_NOT_ALLOWED']);
  expect(reasons(vlek, { snp: { cspIds: [] } })).toEqual(['CHIP_NOT_ALLOWED']);
});

it('gpu.fwidAbsent: firmware that does not report its digest warns, or is refused', () => {
  const old: WholeMachine = {
    devices: {
      gpus: (nonce) => [report({ nonce, opaque: new Map([[opaqueType.fwid, null]]) })],
      switches: () => [],
    },
  };
  const gpu = (fwidAbsent?: GpuRules['fwidAbsent']): Partial<AppraisalPolicy> => ({
    gpu: { required: true, ...(fwidAbsent === undefined ? {} : { fwidAbsent }) },
  });
  expect(reasons(old, gpu())).toEqual([]);
  expect(reasons(old, gpu('refuse'))).toEqual(['GPU_FWID_ABSENT']);
  expect(reasons(old, gpu(), strictPolicy)).toEqual(['GPU_FWID_ABSENT']);
  expect(reasons(old, gpu('warn'), strictPolicy)).toEqual([]);
  const warned = judgeWhole(old, { ...standardPolicy, ...gpu('warn') });
  expect(warned).toMatchObject({ accepted: true, verdict: 'warning' });
});

it('gpu.ocspAgeMsMax: responses that are judged too far before the evidence are stale', () => {
  const earlier = NOW - HOUR_MS / 2;
  const judge = (ocspAgeMsMax: number) =>
    failures(
      judgeWhole(
        { gpus: 1 },
        { ...standardPolicy, gpu: { required: true, ocspAgeMsMax } },
        { ocspAt: { deviceMs: earlier, rimMs: earlier } },
      ).checks,
    );
  expect(judge(HOUR_MS)).toEqual([]);
  expect(judge(HOUR_MS / 4)).toEqual(['OCSP_STALE']);
});

it('tdx.relaunch: a guest that would be better off after a relaunch warns, or is refused', () => {
  const current = { tdx: tdxComponents(1, 1, 2), status: 'UpToDate' };
  const updated: WholeMachine = {
    format: 'tdx-quote-v5',
    td: { teeTcbSvn: `0001${'01'.repeat(14)}`, td15: { teeTcbSvn2: `010102${'01'.repeat(13)}` } },
    intel: { editTcbInfo: withLevels(current, { ...current, tdx: tdxComponents(), status: 'OutOfDate' }) },
  };
  // The module that the guest was started on is the old one: that is what a relaunch would change.
  const refused = ['TDX_MODULE_OUT_OF_DATE', 'TD_RELAUNCH_ADVISED'];
  expect(reasons(updated, {})).toEqual([]);
  expect(judgeWhole(updated)).toMatchObject({ accepted: true, verdict: 'warning' });
  expect(reasons(updated, { tdx: { relaunch: 'refuse' } })).toEqual(refused);
  expect(reasons(updated, {}, strictPolicy)).toEqual(refused);
  expect(reasons(updated, { tdx: { relaunch: 'warn' } }, strictPolicy)).toEqual([]);
});
