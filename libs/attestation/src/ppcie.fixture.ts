/** Test fixture: two simulated GPUs in protected PCIe mode, and the two NVSwitches between them. */
import { concatBytes, fromHex, utf8 } from '#canonical';
import type { GpuEvidence } from './binding.js';
import { random } from './machine.fixture.js';
import { golden, nvidia, report, responses } from './nvidia/nvidia.fixture.js';
import { opaqueType } from './nvidia/opaque-data.js';
import type { SimulatedIdentity } from './simulated/authority.js';
import { certificateOf, createSimulatedDevice } from './simulated/nvidia-authority.js';
import { signRim } from './simulated/rim-writer.js';

/** Evidence of devices once the nonce is known that they must answer. */
export interface DeviceMaker {
  readonly gpus: (nonce: Uint8Array) => readonly GpuEvidence[];
  readonly switches: (nonce: Uint8Array) => readonly GpuEvidence[];
}

type Chain = readonly SimulatedIdentity[];

export const SWITCH_BIOS = '96.10.55.00.01';
export const PPCIE_ON = 0xaa;
export const switchNames = ['SIMULATED LS_10 A01 FSP FMC LF', 'SIMULATED LS_10 A01 FSP BROM'] as const;
export const gpuChains: readonly Chain[] = [0, 1].map(() => createSimulatedDevice(nvidia, random));
export const switchChains: readonly Chain[] = [0, 1].map(() =>
  createSimulatedDevice(nvidia, random, switchNames),
);
export const switchRim = signRim({ version: SWITCH_BIOS, product: 'LS10', values: golden(1, 2) }, nvidia.rim);
/** For all four devices and for the signer of the manifests. */
export const ppcieOcsp: readonly Uint8Array[] = [
  ...[...gpuChains, ...switchChains].flatMap((chain) => responses(chain, 1)),
  ...responses(nvidia.rim, 0),
];

/** Identifier of a device: the tail of its boot ROM's serial number. */
export function pdi(chain: Chain): Uint8Array {
  const [, bootRom] = chain;
  return bootRom === undefined ? new Uint8Array() : fromHex(certificateOf(bootRom).serial.slice(-16));
}

export function gpuEvidenceOf(
  chain: Chain,
  nonce: Uint8Array,
  links: readonly Chain[] = switchChains,
  mode = PPCIE_ON,
): GpuEvidence {
  const linked = concatBytes(...links.map((other) => pdi(other).slice().reverse()), new Uint8Array(8));
  const opaque = new Map([
    [opaqueType.protectedPcie, Uint8Array.of(mode)],
    [opaqueType.switchPdis, linked],
  ]);
  return report({ nonce, opaque }, chain);
}

export function switchEvidenceOf(
  chain: Chain,
  nonce: Uint8Array,
  own: Uint8Array = pdi(chain),
  seen: readonly Chain[] = gpuChains,
): GpuEvidence {
  const opaque = new Map<number, Uint8Array | null>([
    [opaqueType.vbiosVersion, utf8(SWITCH_BIOS)],
    [opaqueType.driverVersion, null],
    [opaqueType.switchPdis, own],
    [opaqueType.switchGpuPdis, concatBytes(...seen.map(pdi))],
  ]);
  return report({ nonce, opaque }, chain);
}

export const ppcie: DeviceMaker = {
  gpus: (nonce) => gpuChains.map((chain) => gpuEvidenceOf(chain, nonce)),
  switches: (nonce) => switchChains.map((chain) => switchEvidenceOf(chain, nonce)),
};
