import { concatBytes, sha384, utf8 } from '#canonical';
import type { GpuEvidence } from '../binding.js';
import { spdm } from '../nvidia/gpu-report.js';
import { opaqueType } from '../nvidia/opaque-data.js';
import { ecdsaSign } from '../primitives.js';
import {
  leafKey,
  type Random,
  SIMULATED_FWID,
  type SimulationAuthority,
  simulatedChain,
} from './authority.js';
import { u16le, u24le } from './little-endian.js';

export interface SimulatedGpu {
  /** 32 bytes, see `gpuNonce`. */
  readonly nonce: Uint8Array;
  /** Shown as the driver version; says that it is simulated unless given. */
  readonly driver?: string;
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
  const record = concatBytes(...Array.from({ length: BLOCKS }, (_, index) => block(index + 1)));
  const opaque = concatBytes(
    field(opaqueType.driverVersion, utf8(`${gpu.driver ?? 'SIMULATED'}\0`)),
    field(opaqueType.vbiosVersion, new Uint8Array(8)),
    field(opaqueType.nvdec0Status, Uint8Array.of(NVDEC0_OFF)),
    field(opaqueType.fwid, SIMULATED_FWID),
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
  const key = leafKey('P-384', authority.gpu);
  const report = concatBytes(signedBytes, ecdsaSign(key, signedBytes, 'raw'));
  return { report, chain: simulatedChain(authority.gpu) };
}

function block(index: number): Uint8Array {
  return concatBytes(
    Uint8Array.of(index, spdm.dmtfSpecification),
    u16le(spdm.measurementHeaderBytes + spdm.measurementBytes),
    Uint8Array.of(1),
    u16le(spdm.measurementBytes),
    sha384(utf8(`sealflow/simulated-gpu-measurement/v1\0${index}`)),
  );
}

function field(type: number, value: Uint8Array): Uint8Array {
  return concatBytes(u16le(type), u16le(value.length), value);
}
