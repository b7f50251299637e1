import { canonicalBytes, equalBytes, type Json, parseJsonStrict, toBase64 } from '#canonical';
import { AttestationError } from './attestation-error.js';
import type { GpuEvidence } from './binding.js';
import { COLLATERAL_MAX, type Collateral, collateralJson, readCollateral } from './collateral.js';
import { attestationLimits } from './limits.js';
import { StrictObject } from './strict-object.js';

/** Media type of an encoded package: a blob named by its digest. */
export const EVIDENCE_PACKAGE_MEDIA_TYPE = 'application/vnd.sealflow.evidence-package.v1+json';

/** Everything a worker shows of itself. Carried and stored by parties that are not trusted with it. */
export interface EvidencePackage {
  /** Canonical bytes, verbatim. */
  readonly binding: Uint8Array;
  readonly cpu: { readonly format: CpuFormat; readonly quote: Uint8Array };
  /** In device index order. */
  readonly gpus: readonly GpuEvidence[];
  /** NVSwitches, where the GPUs run in protected PCIe mode and talk through them. Most machines have none. */
  readonly switches: readonly GpuEvidence[];
  /** What the worker brought along for its verifiers. No part of the binding: it is judged by its own signatures. */
  readonly collateral: readonly Collateral[];
}

/** What `encodeEvidencePackage` takes: a worker may leave collateral to others, and most have no switches. */
export type EvidencePackageParts = Omit<EvidencePackage, 'collateral' | 'switches'> &
  Partial<EvidencePackage>;

export const cpuFormats = ['tdx-quote-v4', 'tdx-quote-v5', 'snp-report', 'sgx-quote-v3'] as const;
export type CpuFormat = (typeof cpuFormats)[number];

const VERSION = 'sealflow/evidence-package/v1';

/** @throws AttestationError `EVIDENCE_MALFORMED` when a part is over its limit. */
export function encodeEvidencePackage(evidence: EvidencePackageParts): Uint8Array {
  const { switches = [], collateral = [] } = evidence;
  const bytes = canonicalBytes({
    v: VERSION,
    binding: toBase64(evidence.binding),
    cpu: { format: evidence.cpu.format, quote: toBase64(evidence.cpu.quote) },
    gpu: evidence.gpus.map(deviceJson),
    ...(switches.length === 0 ? {} : { switches: switches.map(deviceJson) }),
    collateral: collateral.map(collateralJson),
  });
  parseEvidencePackage(bytes);
  return bytes;
}

/**
 * Reads a package. Only its canonical bytes are accepted, so that one content has one digest.
 *
 * @throws AttestationError `EVIDENCE_MALFORMED`
 */
export function parseEvidencePackage(bytes: Uint8Array): EvidencePackage {
  const json = readJson(bytes);
  const object = strict(json, ['v', 'binding', 'cpu', 'gpu', 'collateral'], 'evidence package', ['switches']);
  object.word('v', [VERSION]);
  const cpu = strict(object.value('cpu'), ['format', 'quote'], 'evidence package cpu');
  return {
    binding: object.bytes('binding', { max: attestationLimits.bindingBytesMax }),
    cpu: {
      format: cpu.word('format', cpuFormats),
      quote: cpu.bytes('quote', { max: attestationLimits.quoteBytesMax }),
    },
    gpus: object.list('gpu', attestationLimits.gpusMax).map((gpu) => readDevice(gpu, 'gpu')),
    switches: object.has('switches') ? readSwitches(object) : [],
    // Kinds are a closed set: what no verifier reads must not travel as if it had been judged.
    collateral: object.list('collateral', COLLATERAL_MAX).map(readCollateral),
  };
}

function readSwitches(object: StrictObject): readonly GpuEvidence[] {
  const switches = object.list('switches', attestationLimits.switchesMax);
  // One content has one spelling, and so one digest.
  if (switches.length === 0) malformed('switches is empty: a machine without any leaves it out');
  return switches.map((device) => readDevice(device, 'switches'));
}

function readDevice(value: Json, member: string): GpuEvidence {
  const device = strict(value, ['report', 'chain'], `evidence package ${member}`);
  return {
    report: device.bytes('report', { max: attestationLimits.gpuReportBytesMax }),
    chain: device.text('chain', attestationLimits.chainBytesMax),
  };
}

function deviceJson({ report, chain }: GpuEvidence): Json {
  return { report: toBase64(report), chain };
}

function readJson(bytes: Uint8Array): Json {
  let json: Json;
  try {
    json = parseJsonStrict(bytes, { bytesMax: attestationLimits.evidenceBytesMax, depthMax: 4 });
  } catch {
    return malformed(`expected one JSON object of at most ${attestationLimits.evidenceBytesMax} bytes`);
  }
  return equalBytes(canonicalBytes(json), bytes)
    ? json
    : malformed('bytes are not the RFC 8785 form of their content');
}

function strict(
  value: Json,
  members: readonly string[],
  where: string,
  optional: readonly string[] = [],
): StrictObject {
  return new StrictObject(value, members, 'EVIDENCE_MALFORMED', where, optional);
}

function malformed(message: string): never {
  throw new AttestationError('EVIDENCE_MALFORMED', `evidence package: ${message}`);
}
