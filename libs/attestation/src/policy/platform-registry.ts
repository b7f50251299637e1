/**
 * A registry of machines: who operates them, where they stand, and which were found out.
 *
 * Trusted for what: that somebody looked at the machine. A quote cannot show a physical interposer, so this is
 * the only word on physical access there is, and it is worth what its signer is. It travels as collateral, from
 * anybody; the policy names the keys that count. Registries are append-only: each names the digest of the one
 * before it and a number that grows, so that a reader who kept one sees a revocation go missing.
 */
import {
  canonicalBytes,
  concatBytes,
  type Digest,
  digestOf,
  ed25519Verify,
  equalBytes,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
  utf8,
} from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { isHex, StrictObject } from '../strict-object.js';

export interface PlatformRegistry {
  readonly v: 'sealflow/platform-registry/v1';
  readonly sequence: number;
  /** Digest of the registry before this one; null for the first. */
  readonly previous: Digest | null;
  readonly entries: readonly RegisteredPlatform[];
  /** Raw Ed25519 key, base64. */
  readonly key: string;
  /** Names this registry in the next one. */
  readonly digest: Digest;
}

export interface RegisteredPlatform {
  /** CHIP_ID (64 bytes), PPID or platform instance id (16 bytes), lower-case hex. */
  readonly platform: string;
  readonly operator: string;
  readonly site: string;
  /** 1: the operator's word. 2: visited. 3: under watch. */
  readonly level: number;
  readonly status: 'registered' | 'revoked';
}

const VERSION = 'sealflow/platform-registry/v1';
const PREFIX = utf8('sealflow/platform-registry/v1\0');
const BYTES_MAX = 1024 * 1024;
const ENTRIES_MAX = 4096;
const TEXT_MAX = 256;
const MEMBERS = ['v', 'sequence', 'previous', 'entries', 'key', 'signature'];

/** What a registry's key signs: the canonical bytes without the signature. */
export function platformRegistryMessage(unsigned: JsonObject): Uint8Array {
  return concatBytes(PREFIX, canonicalBytes(unsigned));
}

/**
 * Reads a registry and verifies its signature. Whether its key counts is the policy's to say.
 *
 * @throws AttestationError `REGISTRY_MALFORMED`
 */
export function readPlatformRegistry(bytes: Uint8Array): PlatformRegistry {
  const json = readJson(bytes);
  const object = strict(json, MEMBERS, 'platform registry');
  const key = object.bytes('key', 32);
  const signature = object.bytes('signature', 64);
  const { signature: _signature, ...unsigned } = isJsonObject(json) ? json : {};
  if (!ed25519Verify(key, platformRegistryMessage(unsigned), signature))
    malformed('its signature does not verify');
  const registry = {
    v: object.word('v', [VERSION]),
    sequence: object.integer('sequence', 0, Number.MAX_SAFE_INTEGER),
    previous: object.value('previous') === null ? null : object.digest('previous'),
    entries: object.list('entries', ENTRIES_MAX).map(readEntry),
    key: toBase64(key),
    digest: digestOf(bytes),
  };
  const named = new Set(registry.entries.map(({ platform }) => platform));
  if (named.size !== registry.entries.length) malformed('names a platform twice');
  return registry;
}

function readEntry(value: Json): RegisteredPlatform {
  const members = ['platform', 'operator', 'site', 'level', 'status'];
  const object = strict(value, members, 'platform registry entry');
  const platform = object.text('platform', 128);
  if (!isHex(platform, 64) && !isHex(platform, 16))
    malformed('platform must be 64 or 16 bytes as lower-case hex');
  return {
    platform,
    operator: object.text('operator', TEXT_MAX),
    site: object.text('site', TEXT_MAX),
    level: object.integer('level', 1, 3),
    status: object.word('status', ['registered', 'revoked']),
  };
}

function readJson(bytes: Uint8Array): Json {
  let json: Json;
  try {
    json = parseJsonStrict(bytes, { bytesMax: BYTES_MAX, depthMax: 4 });
  } catch {
    return malformed(`expected one JSON object of at most ${BYTES_MAX} bytes`);
  }
  return equalBytes(canonicalBytes(json), bytes) ? json : malformed('is not in RFC 8785 form');
}

function strict(value: Json, members: readonly string[], where: string): StrictObject {
  return new StrictObject(value, members, 'REGISTRY_MALFORMED', where);
}

function malformed(message: string): never {
  throw new AttestationError('REGISTRY_MALFORMED', `platform registry: ${message}`);
}
