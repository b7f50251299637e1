/** Each rule of a policy about devices: one machine that it accepts, and one that it refuses. */
import { describe, expect, it } from 'vitest';
import { concatBytes, sha384, toHex, utf8 } from '#canonical';
import { type Binding, gpuEvidenceDigest } from '../binding.js';
import { parseEvidencePackage } from '../evidence-package.js';
import { gpuEvidenceEvent } from '../graded-claims.js';
import { failures } from '../machine.fixture.js';
import { DRIVER, VBIOS } from '../nvidia/nvidia.fixture.js';
import { u16le, u32le } from '../simulated/little-endian.js';
import {
  extended,
  judgeWhole,
  packWhole,
  standardPolicy,
  type WholeMachine,
  withStatus,
} from '../whole-machine.fixture.js';
import type { AppraisalPolicy } from './appraisal-policy.js';

const base = judgeWhole({ gpus: 1 });
const tdx = base.claims.tdx ?? {};
const ueid = String(base.claims.gpus[0]?.['ueid']);
const snpBase = judgeWhole({ format: 'snp-report' });
const chipId = String(snpBase.claims.snp?.['chipId']);
const zeroRtmr = '00'.repeat(48);
const snp: WholeMachine = { format: 'snp-report' };
const one: WholeMachine = { gpus: 1 };
const higher = { bootloader: 255, tee: 0, snp: 0, microcode: 0 };
const lower = { bootloader: 0, tee: 0, snp: 0, microcode: 0 };

/** Rule, machine, policy that accepts it, policy that refuses it, reason. */
const cases: readonly [string, WholeMachine, Partial<AppraisalPolicy>, Partial<AppraisalPolicy>, string][] = [
  ['platforms', {}, { platforms: ['intel-tdx'] }, { platforms: ['amd-sev-snp'] }, 'PLATFORM_NOT_ALLOWED'],
  [
    'tdx.tcbStatuses',
    { intel: { editTcbInfo: withStatus('ConfigurationNeeded', '2026-11-01T00:00:00Z') } },
    { tdx: { tcbStatuses: ['UpToDate', 'ConfigurationNeeded'] } },
    { tdx: { tcbStatuses: ['UpToDate'] } },
    'TCB_CONFIGURATION_NEEDED',
  ],
  [
    'tdx.minTcbEvaluationDataNumber',
    { intel: { evaluationDataNumber: 17 } },
    { tdx: { minTcbEvaluationDataNumber: 17 } },
    { tdx: { minTcbEvaluationDataNumber: 18 } },
    'COLLATERAL_ROLLBACK',
  ],
  [
    'tdx.septVeDisable',
    { td: { septVeDisable: false } },
    { tdx: { septVeDisable: false } },
    {},
    'SEPT_VE_DISABLE_NOT_SET',
  ],
  [
    'tdx.rtmrs',
    {},
    { tdx: { rtmrs: { rtmr0: [zeroRtmr], rtmr3: ['11'.repeat(48), zeroRtmr] } } },
    { tdx: { rtmrs: { rtmr2: ['11'.repeat(48)] } } },
    'MEASUREMENT_UNKNOWN',
  ],
  [
    'tdx.mrConfigId',
    { td: { mrConfigId: '09'.repeat(48) } },
    { tdx: { mrConfigId: ['08'.repeat(48), '09'.repeat(48)] } },
    { tdx: { mrConfigId: ['08'.repeat(48)] } },
    'MEASUREMENT_UNKNOWN',
  ],
  [
    'tdx.mrConfigId of a guest without initdata',
    {},
    { tdx: { mrConfigId: [zeroRtmr] } },
    { tdx: { mrConfigId: [] } },
    'MEASUREMENT_UNKNOWN',
  ],
  [
    'tdx.fmspcs',
    {},
    { tdx: { fmspcs: [String(tdx['fmspc'])] } },
    { tdx: { fmspcs: ['b0c06f000000'] } },
    'PLATFORM_NOT_ALLOWED',
  ],
  [
    'tdx.allowedPpids',
    {},
    { tdx: { allowedPpids: [String(tdx['ppid'])] } },
    { tdx: { allowedPpids: ['00'.repeat(16)] } },
    'CHIP_NOT_ALLOWED',
  ],
  [
    'tdx.eventLog',
    withLog(),
    { tdx: { eventLog: true } },
    { tdx: { eventLog: true, fmspcs: [] } },
    'PLATFORM_NOT_ALLOWED',
  ],
  [
    'snp.products',
    snp,
    { snp: { products: ['Genoa'] } },
    { snp: { products: ['Turin'] } },
    'PLATFORM_NOT_ALLOWED',
  ],
  [
    'snp.signers',
    snp,
    { snp: { signers: ['VCEK'] } },
    { snp: { signers: ['VLEK'] } },
    'PLATFORM_NOT_ALLOWED',
  ],
  [
    'snp.minTcb',
    snp,
    { snp: { minTcb: { Genoa: lower } } },
    { snp: { minTcb: { Genoa: higher } } },
    'TCB_BELOW_MINIMUM',
  ],
  [
    'snp.policyBits',
    snp,
    { snp: { policyBits: { cxl: false } } },
    { snp: { policyBits: { cxl: true } } },
    'SNP_POLICY_MISMATCH',
  ],
  [
    'snp.platformInfo',
    snp,
    { snp: { platformInfo: { raplDis: false } } },
    { snp: { platformInfo: { raplDis: true } } },
    'SNP_PLATFORM_INFO_MISMATCH',
  ],
  ['snp.vmpl', { ...snp, snp: { vmpl: 1 } }, { snp: { vmpl: 1 } }, {}, 'VMPL_MISMATCH'],
  [
    'snp.allowedChipIds',
    snp,
    { snp: { allowedChipIds: [chipId] } },
    { snp: { allowedChipIds: ['00'.repeat(64)] } },
    'CHIP_NOT_ALLOWED',
  ],
  [
    'snp.hostData',
    { ...snp, snp: { hostData: new Uint8Array(32).fill(9) } },
    { snp: { hostData: ['09'.repeat(32)] } },
    { snp: { hostData: ['08'.repeat(32)] } },
    'MEASUREMENT_UNKNOWN',
  ],
  [
    'snp.idKeyDigests',
    snp,
    { snp: { idKeyDigests: [zeroRtmr] } },
    { snp: { idKeyDigests: ['11'.repeat(48)] } },
    'MEASUREMENT_UNKNOWN',
  ],
  [
    'snp.authorKeyDigests',
    snp,
    { snp: { authorKeyDigests: [zeroRtmr] } },
    { snp: { authorKeyDigests: [] } },
    'MEASUREMENT_UNKNOWN',
  ],
  [
    'snp.minGuestSvn',
    { ...snp, snp: { guestSvn: 2 } },
    { snp: { minGuestSvn: 2 } },
    { snp: { minGuestSvn: 3 } },
    'TCB_BELOW_MINIMUM',
  ],
  ['gpu.required', one, { gpu: { required: true } }, { gpu: { required: true, count: 2 } }, 'GPU_COUNT'],
  [
    'gpu.count',
    one,
    { gpu: { required: true, count: 1 } },
    { gpu: { required: true, count: 8 } },
    'GPU_COUNT',
  ],
  [
    'gpu.drivers',
    one,
    { gpu: { required: true, drivers: [DRIVER] } },
    { gpu: { required: true, drivers: ['535.1'] } },
    'GPU_DRIVER_NOT_ALLOWED',
  ],
  [
    'gpu.vbios',
    one,
    { gpu: { required: true, vbios: [VBIOS] } },
    { gpu: { required: true, vbios: [] } },
    'GPU_VBIOS_NOT_ALLOWED',
  ],
  [
    'gpu.allowedUeids',
    one,
    { gpu: { required: true, allowedUeids: [ueid] } },
    { gpu: { required: true, allowedUeids: ['1'] } },
    'GPU_NOT_ALLOWED',
  ],
  [
    'gpu.mode',
    one,
    { gpu: { required: true, mode: 'on' }, measurements: checkingGuests() },
    { gpu: { required: true, mode: 'on' } },
    'GPU_MODE',
  ],
  [
    'gpu.bindingMin',
    one,
    { gpu: { required: true, bindingMin: 'software-asserted' } },
    { gpu: { required: true, bindingMin: 'measured-event' } },
    'GPU_BINDING_TOO_WEAK',
  ],
  [
    'machines',
    { ...snp, gpus: 1 },
    { machines: [{ platform: chipId, ueids: [ueid] }] },
    { machines: [{ platform: chipId, ueids: ['1'] }] },
    'PAIRING_MISMATCH',
  ],
  [
    'rules',
    one,
    {
      rules: [{ name: 'current', cel: "tdx.tcb.status == 'UpToDate' && gpu.all(g, g.measres == 'success')" }],
    },
    { rules: [{ name: 'none', cel: 'gpu.size() == 0' }] },
    'POLICY_RULE_FAILED',
  ],
  [
    'rules about what is not there',
    one,
    { rules: [{ name: 'level', cel: "level == 'ATTESTED'" }] },
    { rules: [{ name: 'snp', cel: "snp.product == 'Genoa'" }] },
    'POLICY_RULE_ERROR',
  ],
];

describe('a rule', () => {
  it.each(cases)('%s accepts one machine and refuses another', (_name, machine, accepts, refuses, reason) => {
    const good = judgeWhole(machine, { ...standardPolicy, ...accepts });
    expect(failures(good.checks)).toEqual([]);
    expect(good.accepted).toBe(true);
    const bad = judgeWhole(machine, { ...standardPolicy, ...refuses });
    expect(failures(bad.checks)).toEqual([reason]);
    expect(bad.accepted).toBe(false);
  });

  it('tdx.eventLog refuses a machine without a log, as something that could not be checked', () => {
    const appraisal = judgeWhole({}, { ...standardPolicy, tdx: { eventLog: true } });
    expect(failures(appraisal.checks)).toEqual(['COLLATERAL_MISSING']);
    expect(appraisal.unchecked).toHaveLength(1);
  });
});

describe('gpuBinding', () => {
  it('is measured-event when RTMR3 holds the digest of the GPU evidence', () => {
    const appraisal = judgeWhole({ gpus: 1, ...withLog() });
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal.gpuBinding).toBe('measured-event');
  });

  it('is no more than software-asserted when RTMR3 holds the digest of other evidence', () => {
    const appraisal = judgeWhole({ gpus: 1, ...withLog(`sha256:${'00'.repeat(32)}`) });
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal.gpuBinding).toBe('software-asserted');
  });

  it('is measured-agent where a measured SNP guest lets its agent alone ask, at VMPL 0', () => {
    expect(judgeWhole({ ...snp, gpus: 1 }).gpuBinding).toBe('measured-agent');
    const atOne = judgeWhole({ ...snp, gpus: 1, snp: { vmpl: 1 } }, { ...standardPolicy, snp: { vmpl: 1 } });
    expect(atOne).toMatchObject({ accepted: true, gpuBinding: 'software-asserted' });
  });

  it('is none without a GPU, and none where anything failed', () => {
    expect(judgeWhole().gpuBinding).toBe('none');
    const refused = judgeWhole({ gpus: 1 }, { ...standardPolicy, platforms: [] });
    expect(refused.gpuBinding).toBe('none');
  });

  it('never says that a GPU is attached', () => {
    const grades = [
      judgeWhole({ gpus: 1 }),
      judgeWhole({ gpus: 1, ...withLog() }),
      judgeWhole({ ...snp, gpus: 1 }),
    ];
    expect(grades.map(({ gpuBinding }) => gpuBinding)).not.toContain('hardware');
  });
});

it('a GPU package under an SNP report keeps its evidence digest', () => {
  const { gpus } = parseEvidencePackage(packWhole({ ...snp, gpus: 1 }));
  expect(gpuEvidenceDigest(gpus)).toMatch(/^sha256:/);
});

function checkingGuests(): AppraisalPolicy['measurements'] {
  return standardPolicy.measurements.map((guest) => ({ ...guest, checksGpuMode: true }));
}

/** A TD that extended the event of its GPU evidence, or of `other`, into RTMR3. */
function withLog(other?: `sha256:${string}`): WholeMachine {
  return {
    measured: ({ gpuEvidenceDigest: digest }: Binding) => {
      const data = gpuEvidenceEvent(other ?? digest ?? `sha256:${'11'.repeat(32)}`);
      const spec = concatBytes(utf8('Spec ID Event03\0'), new Uint8Array(17));
      const log = concatBytes(
        ...[u32le(1), u32le(3), new Uint8Array(20), u32le(spec.length), spec],
        ...[u32le(4), u32le(13), u32le(1), u16le(12), sha384(data), u32le(data.length), data],
      );
      return { td: { rtmrs: [zeroRtmr, zeroRtmr, zeroRtmr, toHex(extended(sha384(data)))] }, log };
    },
  };
}
