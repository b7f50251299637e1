import { equalBytes, type JsonObject, toHex } from '#canonical';
import { fail, type Outcome, pass } from '../check-list.js';
import type { GpuReport } from './gpu-report.js';
import { opaqueType } from './opaque-data.js';
import type { Rim } from './rim.js';

export type RimKind = 'driver' | 'vbios';

export interface GoldenValues {
  readonly matched: Readonly<Record<RimKind, number>>;
  /** Manifest indices that were not compared, by rule. */
  readonly skipped: Readonly<Record<RimKind, readonly number[]>>;
  /** Manifest indices whose measurement differs or is absent. */
  readonly mismatches: readonly number[];
  /** Indices that both manifests claim. */
  readonly conflicts: readonly number[];
}

/** The measurement of a video decoder that is switched off in confidential mode says nothing. */
const NVDEC0_INDEX = 35;
const NVDEC0_OFF = 0x55;
const LISTED_MAX = 16;

/**
 * Compares a report with the active values of its manifests. Manifest index i is SPDM index i + 1 (measured:
 * manifests count from 0, DSP0274 from 1).
 */
export function compareGoldenValues(
  report: GpuReport,
  rims: Readonly<Partial<Record<RimKind, Rim>>>,
): GoldenValues {
  const matched = { driver: 0, vbios: 0 };
  const skipped: Record<RimKind, number[]> = { driver: [], vbios: [] };
  const mismatches: number[] = [];
  const owners = new Map<number, RimKind>();
  const conflicts: number[] = [];
  for (const kind of ['driver', 'vbios'] as const) {
    for (const [index, entry] of rims[kind]?.entries ?? []) {
      if (!entry.active) continue;
      if (owners.has(index)) conflicts.push(index);
      owners.set(index, kind);
      const measured = report.measurements.get(index + 1);
      if (index === NVDEC0_INDEX && isNvdec0Off(report)) skipped[kind].push(index);
      else if (measured !== undefined && entry.values.some((value) => equalBytes(value, measured))) {
        matched[kind] += 1;
      } else mismatches.push(index);
    }
  }
  return { matched, skipped, mismatches, conflicts };
}

/** `missing`: manifests that the device needs and nobody supplied. */
export function judgeGoldenValues(
  report: GpuReport,
  rims: Readonly<Partial<Record<RimKind, Rim>>>,
  values: GoldenValues,
  missing: readonly RimKind[],
): Outcome {
  const { matched, mismatches, conflicts } = values;
  if (conflicts.length > 0) {
    return fail('RIM_INDEX_CONFLICT', 'each index in one manifest', `index ${list(conflicts)} in both`);
  }
  if (mismatches.length > 0) {
    const [first = 0] = mismatches;
    const golden = rims.driver?.entries.get(first) ?? rims.vbios?.entries.get(first);
    const expected = (golden?.values ?? []).slice(0, 4).map(toHex).join(' or ');
    const measured = report.measurements.get(first + 1);
    const actual = `index ${list(mismatches)}; at ${first}: ${measured === undefined ? 'nothing' : toHex(measured)}`;
    return fail('GPU_MEASUREMENT_MISMATCH', `at index ${first}: ${expected}`, actual);
  }
  const found = `${matched.driver} driver and ${matched.vbios} VBIOS values match`;
  const [absent] = missing;
  if (absent !== undefined) {
    return fail(
      'RIM_MISSING',
      'signed reference manifests for driver and VBIOS',
      `${found}; no ${absent} manifest`,
    );
  }
  // A manifest without one active value would let anything pass.
  for (const kind of Object.keys(rims) as RimKind[]) {
    if (matched[kind] === 0) return fail('RIM_MISSING', `golden values for the ${kind}`, 'none is active');
  }
  return pass(found);
}

export function goldenClaims({ matched, skipped, mismatches, conflicts }: GoldenValues): JsonObject {
  return {
    driverMatched: matched.driver,
    driverSkipped: [...skipped.driver],
    vbiosMatched: matched.vbios,
    vbiosSkipped: [...skipped.vbios],
    mismatches: [...mismatches],
    conflicts: [...conflicts],
  };
}

function isNvdec0Off(report: GpuReport): boolean {
  const status = report.opaque.get(opaqueType.nvdec0Status);
  return status?.length === 1 && status[0] === NVDEC0_OFF;
}

function list(indices: readonly number[]): string {
  const shown = indices.slice(0, LISTED_MAX).join(', ');
  return indices.length > LISTED_MAX ? `${shown}, …` : shown;
}
