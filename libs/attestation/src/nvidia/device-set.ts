/**
 * Judges the devices of one machine together: what one report cannot show.
 *
 * Each device was judged alone before; a claim about the set is worth only what those verdicts are. Two reports of
 * one GPU prove one GPU. In protected PCIe mode (PPCIE) the GPUs talk through NVSwitches, so the switches are part
 * of what must be trusted, and both sides name whom they are linked to.
 */
import { type Check, toHex } from '#canonical';
import { CheckList, fail, type Outcome, pass, passIf, type Rule, warn } from '../check-list.js';
import { opaqueType } from './opaque-data.js';
import type { GpuVerification } from './verify-gpu-report.js';

export interface DeviceSet {
  readonly gpus: readonly GpuVerification[];
  /** Null: any number. */
  readonly gpuCount: number | null;
}

export interface PpcieSet extends DeviceSet {
  readonly switches: readonly GpuVerification[];
  readonly switchCount: number | null;
}

const rules = {
  gpuCount: { id: 'TEE-GPU-019', title: 'As many GPUs are shown as are expected' },
  gpuDistinct: { id: 'TEE-GPU-020', title: 'Each GPU is shown once' },
  switchCount: { id: 'TEE-PPC-001', title: 'As many NVSwitches are shown as are expected' },
  switchDistinct: { id: 'TEE-PPC-002', title: 'Each NVSwitch is shown once' },
  mode: { id: 'TEE-PPC-003', title: 'Every GPU says that protected PCIe is on' },
  identity: { id: 'TEE-PPC-004', title: 'Each NVSwitch names itself as its certificate does' },
  links: { id: 'TEE-PPC-005', title: 'Every GPU is linked to exactly the NVSwitches shown' },
  back: { id: 'TEE-PPC-006', title: 'Every NVSwitch is linked to the GPUs shown', severity: 'major' },
} satisfies Record<string, Rule>;

const PDI_BYTES = 8;
const PPCIE_ON = 'aa';

export function verifyGpuSet({ gpus, gpuCount }: DeviceSet): readonly Check[] {
  const list = new CheckList();
  list.judge(rules.gpuCount, gpus, ({ length }) => judgeCount(length, gpuCount, 'GPUs'));
  list.judge(rules.gpuDistinct, gpus, judgeDistinct);
  return list.checks;
}

export function verifyPpcie(set: PpcieSet): readonly Check[] {
  const { gpus, switches, switchCount } = set;
  const list = new CheckList();
  list.judge(rules.switchCount, switches, ({ length }) => judgeCount(length, switchCount, 'NVSwitches'));
  list.judge(rules.switchDistinct, switches, judgeDistinct);
  list.judge(rules.mode, gpus, judgeMode);
  list.judge(rules.identity, switches, judgeIdentity);
  list.judge(rules.links, set, judgeLinks);
  list.judge(rules.back, set, judgeBackLinks);
  return [...verifyGpuSet(set), ...list.checks];
}

function judgeCount(actual: number, expected: number | null, what: string): Outcome {
  return passIf(
    expected === null || actual === expected,
    'GPU_COUNT',
    `${expected ?? 'any number of'} ${what}`,
    `${actual} ${what}`,
  );
}

const identities: readonly (readonly [string, (device: GpuVerification) => string | null])[] = [
  ['ueid', ({ ueid }) => ueid],
  ['boot ROM', ({ deviceSerial }) => deviceSerial],
];

/** By leaf and by boot ROM: after a firmware change one device has another leaf, never another boot ROM. */
function judgeDistinct(devices: readonly GpuVerification[]): Outcome {
  for (const [name, read] of identities) {
    const found = devices.map(read).filter((identity) => identity !== null);
    const twice = found.find((identity, index) => found.indexOf(identity) !== index);
    if (twice !== undefined) return fail('GPU_DUPLICATE', 'distinct devices', `${name} ${twice} twice`);
  }
  return pass(`${devices.length} devices`);
}

/** Whether the GPU says that it shares its memory through NVSwitches: then these are part of what must be trusted. */
export function isPpcie(gpu: GpuVerification): boolean {
  return hexField(gpu, opaqueType.protectedPcie) === PPCIE_ON;
}

function judgeMode(gpus: readonly GpuVerification[]): Outcome {
  if (gpus.length === 0) return fail('PPCIE_NOT_ENABLED', 'GPUs in protected PCIe mode', 'no GPU');
  const off = gpus.findIndex((gpu) => !isPpcie(gpu));
  return passIf(
    off === -1,
    'PPCIE_NOT_ENABLED',
    'protected PCIe on',
    off === -1 ? 'on' : `GPU ${off}: not on`,
  );
}

/** Boot ROM serial numbers are one byte for the product, then the device's identifier (seen on LS10). */
function judgeIdentity(switches: readonly GpuVerification[]): Outcome {
  for (const [index, device] of switches.entries()) {
    const certified = pdiOf(device);
    const reported = hexField(device, opaqueType.switchPdis);
    if (certified === null || reported !== certified) {
      const expected = `NVSwitch ${index}: ${certified ?? 'an identifier'}`;
      return fail('PPCIE_TOPOLOGY_MISMATCH', expected, reported ?? 'none');
    }
  }
  return pass();
}

/** GPUs show identifiers little endian, switches their own as it is. All zero means an unused link. */
function judgeLinks({ gpus, switches }: PpcieSet): Outcome {
  const shown = sorted(switches.map((device) => hexField(device, opaqueType.switchPdis) ?? 'none'));
  for (const [index, gpu] of gpus.entries()) {
    const linked = sorted(pdis(gpu, opaqueType.switchPdis).map(reversed));
    if (linked !== shown || linked === '') {
      return fail('PPCIE_TOPOLOGY_MISMATCH', `GPU ${index}: ${shown || 'NVSwitches'}`, linked || 'no link');
    }
  }
  return pass(shown);
}

/** In which byte order a switch lists GPUs is not documented; both are looked for, and a gap only warns. */
function judgeBackLinks({ gpus, switches }: PpcieSet): Outcome {
  for (const [index, device] of switches.entries()) {
    const linked = pdis(device, opaqueType.switchGpuPdis);
    const missing = gpus.map(pdiOf).find((pdi) => {
      return pdi === null || !(linked.includes(pdi) || linked.includes(reversed(pdi)));
    });
    if (missing !== undefined) {
      return warn('PPCIE_TOPOLOGY_MISMATCH', `NVSwitch ${index}: ${missing ?? 'a GPU'}`, linked.join(', '));
    }
  }
  return pass();
}

function pdiOf({ deviceSerial }: GpuVerification): string | null {
  return deviceSerial !== null && deviceSerial.length >= PDI_BYTES * 2
    ? deviceSerial.slice(-PDI_BYTES * 2)
    : null;
}

function hexField({ report }: GpuVerification, type: number): string | null {
  const value = report?.opaque.get(type);
  return value === undefined ? null : toHex(value);
}

function pdis(device: GpuVerification, type: number): readonly string[] {
  const found = hexField(device, type)?.match(/.{16}/g) ?? [];
  return [...new Set(found)].filter((pdi) => !/^0*$/.test(pdi));
}

function reversed(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join('');
}

function sorted(values: readonly string[]): string {
  return [...values].sort().join(', ');
}
