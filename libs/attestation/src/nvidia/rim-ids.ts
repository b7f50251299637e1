import type { GpuReport } from './gpu-report.js';
import { opaqueText, opaqueType, opaqueVbios } from './opaque-data.js';

export interface RimIds {
  /** Null for a switch, and when the report does not say enough. */
  readonly driver: string | null;
  readonly vbios: string | null;
}

/** An id becomes part of an address or of a file name: nothing else may come out of a report. */
const PART = /^[A-Za-z0-9.]{1,32}$/;
/** NVSwitch reports name no project; NVIDIA's tools use these for LS10. */
const SWITCH_PREFIX = 'NV_SWITCH_BIOS_5612_0002_890';

/**
 * Names by which NVIDIA's service lists the manifests of a device. They only say what to fetch: what arrives
 * is judged by its signature and its version.
 *
 * @param architecture chip of the certificate, such as `GH100` or `LS10`
 */
export function rimIds(report: GpuReport, architecture: string): RimIds {
  const { opaque } = report;
  if (architecture === 'LS10') {
    return { driver: null, vbios: join(SWITCH_PREFIX, compact(switchBios(report))) };
  }
  const driver = opaqueText(opaque, opaqueType.driverVersion);
  const text = (type: number): string | null => opaqueText(opaque, type)?.toUpperCase() ?? null;
  return {
    driver:
      architecture === 'GH100'
        ? join('NV_GPU_DRIVER_GH100', driver)
        : join('NV_GPU_CC_DRIVER', opaqueText(opaque, opaqueType.chipInfo) ?? architecture, driver),
    vbios: join(
      'NV_GPU_VBIOS',
      text(opaqueType.project),
      text(opaqueType.projectSku),
      text(opaqueType.chipSku),
      compact(opaqueVbios(opaque)),
    ),
  };
}

/** A switch shows its BIOS version as text, where a GPU shows bytes. */
export function switchBios({ opaque }: GpuReport): string | null {
  return opaqueText(opaque, opaqueType.vbiosVersion);
}

function compact(version: string | null): string | null {
  return version?.replaceAll('.', '').toUpperCase() ?? null;
}

function join(prefix: string, ...parts: readonly (string | null)[]): string | null {
  return parts.every((part) => part !== null && PART.test(part)) ? [prefix, ...parts].join('_') : null;
}
