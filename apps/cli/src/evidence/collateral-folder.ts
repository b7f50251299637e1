import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Collateral, type CollateralKind, collateralBytesMax } from '#attestation';
import { fromBase64, isJsonObject } from '#canonical';
import { exitCode, UsageError } from '../output/failure.js';
import { asciiOf, bytesOrHex, jsonOf, readEvidenceFile } from './files.js';

export interface CollateralFolder {
  readonly collateral: readonly Collateral[];
  /** Files that are nothing a verifier reads. Said aloud: a list under a wrong name must not be missed in silence. */
  readonly unused: readonly string[];
}

/** Part of an offline folder that verifiers read; the rest of it is for the orchestrator of a site. */
export const VERIFY_FOLDER = 'verify';
const FILES_MAX = 512;
const DEPTH_MAX = 3;

/**
 * Reads a directory of collateral, subdirectories included. What a file is follows from its content where that is
 * clear, and from its name where it is not: certificates, lists and OCSP responses are all DER. Of an offline folder,
 * as `evidence collateral` makes it, only its `verify` part is read.
 */
export function readCollateralFolder(folder: string): CollateralFolder {
  const part = join(folder, VERIFY_FOLDER);
  const files = filesBelow(existsSync(part) ? part : folder, DEPTH_MAX);
  if (files.length > FILES_MAX) {
    throw new UsageError(
      `${folder}: ${files.length} files, expected at most ${FILES_MAX}`,
      exitCode.malformed,
    );
  }
  const collateral: Collateral[] = [];
  const unused: string[] = [];
  for (const file of files) {
    const found = classify(file, readEvidenceFile(file));
    if (found === null) unused.push(file);
    else collateral.push({ ...found, fetchedAtMs: null, source: basename(file) });
  }
  return { collateral, unused };
}

type Piece = Pick<Collateral, 'kind' | 'data'>;

/** The first pattern that fits the name decides: `vcek-crl` is a list. */
const names: readonly (readonly [RegExp, CollateralKind])[] = [
  [/ocsp/, 'nvidia-ocsp'],
  [/crl/, 'amd-crl'],
  [/vcek|vlek|^vek/, 'amd-vek'],
  [/(?:^|[^a-z])(?:ask|asvk|ark)(?:[^a-z]|$)|cert_chain|amd-chain/, 'amd-chain'],
  [/ccel-data|ccel\.bin|event-?log/, 'tdx-event-log'],
];

function classify(file: string, bytes: Uint8Array): Piece | null {
  const kind = kindOfJson(bytes) ?? kindOfName(basename(file).toLowerCase(), bytes);
  if (kind === null) return null;
  const data = decode(kind, bytes);
  if (data.length <= collateralBytesMax[kind]) return { kind, data };
  throw new UsageError(
    `${file}: ${data.length} bytes, expected at most ${collateralBytesMax[kind]} for ${kind}`,
    exitCode.malformed,
  );
}

function kindOfJson(bytes: Uint8Array): CollateralKind | null {
  const json = jsonOf(bytes);
  if (Array.isArray(json)) return Array.isArray(json[0]) && json[0][0] === 'JWT' ? 'nvidia-eat' : null;
  if (!isJsonObject(json)) return null;
  if (json['v'] === 'sealflow/platform-registry/v1') return 'platform-registry';
  if (Object.hasOwn(json, 'tcb_info')) return 'intel-dcap';
  return Array.isArray(json['keys']) ? 'nvidia-jwks' : null;
}

function kindOfName(name: string, bytes: Uint8Array): CollateralKind | null {
  if (name.endsWith('.xml')) return 'nvidia-rim';
  if (/\.(?:json|md|txt)$/.test(name)) return null;
  return bytes.length === 0 ? null : (names.find(([pattern]) => pattern.test(name))?.[1] ?? null);
}

/** PEM stays text where the verifier reads text; everything else travels as the bytes that were signed. */
function decode(kind: CollateralKind, bytes: Uint8Array): Uint8Array {
  if (kind === 'amd-crl' || kind === 'nvidia-ocsp') {
    const text = asciiOf(bytes)
      ?.replace(/-----[A-Z0-9 ]+-----/g, '')
      .replace(/\s+/g, '');
    if (text === undefined) return bytes;
    try {
      return fromBase64(text);
    } catch {
      return bytesOrHex(bytes);
    }
  }
  return bytes;
}

function filesBelow(folder: string, depth: number): readonly string[] {
  let entries: string[];
  try {
    entries = readdirSync(folder).sort();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(`${folder}: ${reason}: expected a directory of collateral`, exitCode.malformed);
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry);
    if (!statSync(path).isDirectory()) return [path];
    return depth > 1 ? filesBelow(path, depth - 1) : [];
  });
}
