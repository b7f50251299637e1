import { parseTrustRoots, type TrustRoots } from '#attestation';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  isJsonObject,
  type Json,
  type JsonObject,
  parseDigest,
  parseJsonStrict,
  toJson,
} from '#canonical';

/**
 * What the services of one installation believe without proof: roots of hardware, and circuits whose proofs count.
 * It belongs to the operator and is part of what is measured into a worker; clients have a trust file of their own.
 */
export interface SiteFile {
  readonly v: 'sealflow/site/v1';
  readonly roots: TrustRoots;
  readonly circuits: {
    readonly manifests: readonly Digest[];
    /** Of these no proof counts, listed above or not. */
    readonly revoked?: readonly Digest[];
    readonly allowDev: boolean;
  };
}

const BYTES_MAX = 256 * 1024;

/** @throws Error that names the member; nothing in this file is secret */
export function parseSiteFile(bytes: Uint8Array): SiteFile {
  const json = parseJsonStrict(bytes, { bytesMax: BYTES_MAX });
  if (!isJsonObject(json) || json['v'] !== 'sealflow/site/v1')
    throw new Error('site file: expected v sealflow/site/v1');
  only(json, ['v', 'roots', 'circuits'], 'site file');
  const circuits = json['circuits'];
  if (circuits === undefined || !isJsonObject(circuits)) throw new Error('site file: circuits is missing');
  only(circuits, ['manifests', 'revoked', 'allowDev'], 'site file: circuits');
  const { manifests, revoked, allowDev } = circuits;
  const lists = [manifests, ...(revoked === undefined ? [] : [revoked])];
  if (!lists.every((list) => Array.isArray(list)) || typeof allowDev !== 'boolean') {
    throw new Error(
      'site file: circuits: expected { manifests: [sha256:...], revoked?: [sha256:...], allowDev: true or false }',
    );
  }
  const digests = (list: Json | undefined): readonly Digest[] =>
    Array.isArray(list) ? list.map((digest) => parseDigest(String(digest))) : [];
  return {
    v: 'sealflow/site/v1',
    roots: parseTrustRoots(json['roots'] ?? null),
    circuits: {
      manifests: digests(manifests),
      ...(revoked === undefined ? {} : { revoked: digests(revoked) }),
      allowDev,
    },
  };
}

/** A rule that is misspelt must not vanish. */
function only(object: JsonObject, members: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((name) => !members.includes(name));
  if (unknown !== undefined) throw new Error(`${where}: ${unknown}: expected only ${members.join(', ')}`);
}

export function encodeSiteFile(site: SiteFile): Uint8Array {
  return canonicalBytes(toJson(site));
}

/** Names the roots under which evidence was appraised. */
export function siteDigest(site: SiteFile): Digest {
  return digestOf(encodeSiteFile(site));
}
