import { concatBytes, sha384, utf8 } from '#canonical';
import type { GpuEvidence } from '../binding.js';
import { spdm } from '../nvidia/gpu-report.js';
import { opaqueType } from '../nvidia/opaque-data.js';
import { ecdsaSign } from '../primitives.js';
import {
  leafKey,
  type Random,
  SIMULATED_FWID,
  type SimulatedIdentity,
  type SimulationAuthority,
  simulatedChain,
} from './authority.js';
import { u16le, u24le } from './little-endian.js';

export interface SimulatedGpu {
  /** 32 bytes, see `gpuNonce`. */
  readonly nonce: Uint8Array;
  /** Shown as the driver version; says that it is simulated unless given. */
  readonly driver?: string;
  /** Leaf first, root last; the authority's own GPU unless given. */
  readonly chain?: readonly SimulatedIdentity[];
  /** Measurements by SPDM index that differ from `simulatedMeasurement`. */
  readonly measurements?: ReadonlyMap<number, Uint8Array>;
  /** Opaque fields by type that replace or extend the usual ones; null leaves one out. */
  readonly opaque?: ReadonlyMap<number, Uint8Array | null>;
}

const BLOCKS = 64;
const NVDEC0_OFF = 0x55;

/** Report and chain of a simulated Hopper GPU, in the formats of the real one. About 8 KB. */
export function simulateGpuReport(
  authority: SimulationAuthority,
  gpu: SimulatedGpu,
  random: Random,
): GpuEvidence {
  if (gpu.nonce.length !== spdm.nonceBytes) {
    throw new RangeError(`nonce has ${gpu.nonce.length} bytes, expected ${spdm.nonceBytes}`);
  }
  const record = concatBytes(
    ...Array.from({ length: BLOCKS }, (_, index) => block(index + 1, gpu.measurements?.get(index + 1))),
  );
  const fields = new Map<number, Uint8Array | null>([
    [opaqueType.driverVersion, utf8(`${gpu.driver ?? 'SIMULATED'}\0`)],
    [opaqueType.vbiosVersion, new Uint8Array(8)],
    [opaqueType.nvdec0Status, Uint8Array.of(NVDEC0_OFF)],
    [opaqueType.fwid, SIMULATED_FWID],
    ...(gpu.opaque ?? []),
  ]);
  const opaque = concatBytes(
    ...[...fields].map(([type, value]) => (value === null ? new Uint8Array(0) : field(type, value))),
  );
  const signedBytes = concatBytes(
    Uint8Array.of(spdm.version11, spdm.getMeasurements, spdm.signatureRequested, spdm.allMeasurements),
    gpu.nonce,
    Uint8Array.of(0),
    Uint8Array.of(spdm.version11, spdm.measurements, 0, 0, BLOCKS),
    u24le(record.length),
    record,
    random(spdm.nonceBytes),
    u16le(opaque.length),
    opaque,
  );
  const chain = gpu.chain ?? authority.gpu;
  const report = concatBytes(signedBytes, ecdsaSign(leafKey('P-384', chain), signedBytes, 'raw'));
  return { report, chain: simulatedChain(chain) };
}

/** What a simulated GPU measures at an SPDM index, and what its manifests expect there. */
export function simulatedMeasurement(index: number): Uint8Array {
  return sha384(utf8(`sealflow/simulated-gpu-measurement/v1\0${index}`));
}

function block(index: number, value: Uint8Array = simulatedMeasurement(index)): Uint8Array {
  return concatBytes(
    Uint8Array.of(index, spdm.dmtfSpecification),
    u16le(spdm.measurementHeaderBytes + spdm.measurementBytes),
    Uint8Array.of(1),
    u16le(spdm.measurementBytes),
    value,
  );
}

function field(type: number, value: Uint8Array): Uint8Array {
  return concatBytes(u16le(type), u16le(value.length), value);
}
