import {
  canonicalBytes,
  formatTime,
  type Json,
  type JsonObject,
  parseJsonStrict,
  parseTime,
  toBase64,
} from '#canonical';
import { AttestationError } from './attestation-error.js';
import { StrictObject } from './strict-object.js';

/**
 * What vendors publish about their devices, carried beside the evidence. Nothing in it is believed because of
 * where it came from: every piece is verified against pinned roots, and `fetchedAt` and `source` are for readers.
 */
export interface Collateral {
  readonly kind: CollateralKind;
  /** The bytes as published. What is signed is never parsed and written again. */
  readonly data: Uint8Array;
  /** When it was fetched, by whoever fetched it; milliseconds since the epoch. */
  readonly fetchedAtMs: number | null;
  /** Address or file it came from. */
  readonly source: string | null;
}

/**
 * Kind and form of the bytes:
 * - `intel-dcap`: JSON with `tcb_info`, `tcb_info_signature`, `qe_identity`, `pck_crl`, ... (strings and hex)
 * - `tdx-event-log`: CCEL bytes
 * - `amd-vek`: VCEK or VLEK, DER or PEM; `amd-chain`: ASK or ASVK, then ARK, PEM; `amd-crl`: DER
 * - `nvidia-rim`: signed SWID XML; `nvidia-ocsp`: OCSP response, DER
 * - `nvidia-eat`: NRAS token, JSON; `nvidia-jwks`: the keys that were published when it was made, JSON
 * - `platform-registry`: signed JSON, see `readPlatformRegistry`
 */
export const collateralKinds = [
  'intel-dcap',
  'tdx-event-log',
  'amd-vek',
  'amd-chain',
  'amd-crl',
  'nvidia-rim',
  'nvidia-ocsp',
  'nvidia-eat',
  'nvidia-jwks',
  'platform-registry',
] as const;
export type CollateralKind = (typeof collateralKinds)[number];

export const COLLATERAL_MAX = 128;
const MIB = 1024 * 1024;
const KIB = 1024;
const SOURCE_MAX = 512;
/** The largest piece in base64, and the members around it. */
const DOCUMENT_BYTES_MAX = 2 * MIB;

export const collateralBytesMax: Readonly<Record<CollateralKind, number>> = {
  'intel-dcap': MIB,
  'tdx-event-log': 256 * KIB,
  'amd-vek': 16 * KIB,
  'amd-chain': 64 * KIB,
  'amd-crl': MIB,
  'nvidia-rim': MIB,
  'nvidia-ocsp': 64 * KIB,
  'nvidia-eat': 256 * KIB,
  'nvidia-jwks': 256 * KIB,
  'platform-registry': MIB,
};

export function collateralJson({ kind, data, fetchedAtMs, source }: Collateral): JsonObject {
  return {
    kind,
    data: toBase64(data),
    fetchedAt: fetchedAtMs === null ? null : formatTime(fetchedAtMs),
    source,
  };
}

/** @throws AttestationError `EVIDENCE_MALFORMED` */
export function readCollateral(value: Json): Collateral {
  const members = ['kind', 'data', 'fetchedAt', 'source'];
  const object = new StrictObject(value, members, 'EVIDENCE_MALFORMED', 'evidence package collateral');
  const kind = object.word('kind', collateralKinds);
  return {
    kind,
    data: object.bytes('data', { max: collateralBytesMax[kind] }),
    fetchedAtMs: object.value('fetchedAt') === null ? null : readTime(object.text('fetchedAt', 24)),
    source: object.value('source') === null ? null : object.text('source', SOURCE_MAX),
  };
}

/** Media type of one piece beside a package: a blob named by its digest. */
export const COLLATERAL_MEDIA_TYPE = 'application/vnd.sealflow.collateral.v1+json';

/** One piece as a document of its own. */
export function encodeCollateral(collateral: Collateral): Uint8Array {
  return canonicalBytes(collateralJson(collateral));
}

/** @throws AttestationError `EVIDENCE_MALFORMED` */
export function parseCollateral(bytes: Uint8Array): Collateral {
  let json: Json;
  try {
    json = parseJsonStrict(bytes, { bytesMax: DOCUMENT_BYTES_MAX, depthMax: 2 });
  } catch {
    throw new AttestationError(
      'EVIDENCE_MALFORMED',
      `collateral: expected one JSON object of at most ${DOCUMENT_BYTES_MAX} bytes`,
    );
  }
  return readCollateral(json);
}

/** Documents from somebody who only carries them: what is none is left out, and missed by whatever needs it. */
export function readableCollateral(documents: readonly Uint8Array[]): Collateral[] {
  return documents.slice(0, COLLATERAL_MAX).flatMap((bytes) => {
    try {
      return [parseCollateral(bytes)];
    } catch (error) {
      if (error instanceof AttestationError) return [];
      throw error;
    }
  });
}

/** The pieces of one kind, in their order. */
export function collateralOf(collateral: readonly Collateral[], kind: CollateralKind): readonly Uint8Array[] {
  return collateral.filter((piece) => piece.kind === kind).map(({ data }) => data);
}

function readTime(text: string): number {
  try {
    return parseTime(text);
  } catch {
    throw new AttestationError(
      'EVIDENCE_MALFORMED',
      'evidence package collateral: fetchedAt must be a time as YYYY-MM-DDThh:mm:ss.sssZ',
    );
  }
}
