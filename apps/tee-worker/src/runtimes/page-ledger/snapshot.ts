/**
 * The state of a ledger at one version, as blobs that the orchestrator keeps and can neither read nor change.
 *
 * A state may be longer than a blob that a worker reads, so it is cut into parts, and an index names them. A receipt
 * names the index by digest: an older one cannot stand in for it. What the lengths say is how large the state is when
 * compressed, to within `stepBytes`.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  aes256GcmOpen,
  aes256GcmSeal,
  concatBytes,
  type Digest,
  digestOf,
  fromHex,
  toHex,
  u32be,
  utf8,
} from '#canonical';
import type { TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';

const magic = utf8('SLN1');
const nonceBytes = 12;
const tagBytes = 16;
const lengthBytes = 4;
const digestBytes = 32;
const stepBytes = 16 * 1024;
const partBytes = 4 * 1024 * 1024;
const partsMax = 64;
/** Of a state before it is compressed; what would unpack to more is refused while it unpacks. */
export const stateBytesMax = 256 * 1024 * 1024;

export interface SnapshotSubject {
  readonly tenant: string;
  readonly ledger: string;
  readonly epoch: number;
  readonly version: number;
}

export interface SnapshotOptions {
  /** 32 bytes. */
  readonly stateKey: Uint8Array;
  readonly blobs: TaskBlobs;
  readonly random: (count: number) => Uint8Array;
}

/** Digest of the index. Refuses with `LIMIT_EXCEEDED`. */
export async function writeSnapshot(
  content: Uint8Array,
  subject: SnapshotSubject,
  { stateKey, blobs, random }: SnapshotOptions,
): Promise<Digest> {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  const packed = zstdCompressSync(content, { params });
  const filled = lengthBytes + packed.length;
  const padded = Math.ceil(filled / stepBytes) * stepBytes;
  if (content.length > stateBytesMax || padded > partsMax * partBytes) {
    throw refusal(
      'LIMIT_EXCEEDED',
      `the state has ${content.length} bytes, limit ${stateBytesMax}; open a second ledger for more accounts`,
    );
  }
  const whole = concatBytes(u32be(packed.length), packed, new Uint8Array(padded - filled));
  const digests: string[] = [];
  for (let from = 0; from < whole.length; from += partBytes) {
    const nonce = random(nonceBytes);
    const part = whole.subarray(from, from + partBytes);
    const sealed = aes256GcmSeal(stateKey, nonce, part, contextOf(subject, `part ${digests.length}`));
    digests.push((await blobs.put(concatBytes(nonce, sealed))).slice('sha256:'.length));
  }
  const nonce = random(nonceBytes);
  const index = aes256GcmSeal(stateKey, nonce, fromHex(digests.join('')), contextOf(subject, 'index'));
  return await blobs.put(concatBytes(magic, nonce, index));
}

/** The state that `writeSnapshot` was given. Refuses with `SNAPSHOT_INVALID`. */
export async function readSnapshot(
  digest: Digest,
  subject: SnapshotSubject,
  { stateKey, blobs }: Omit<SnapshotOptions, 'random'>,
): Promise<Uint8Array> {
  const blob = await fetched(digest, subject, blobs);
  if (!magic.every((byte, place) => blob[place] === byte)) throw invalid(subject);
  const index = opened(blob.subarray(magic.length), stateKey, subject, 'index');
  if (index.length === 0 || index.length % digestBytes !== 0 || index.length > partsMax * digestBytes) {
    throw invalid(subject);
  }
  const parts: Uint8Array[] = [];
  for (let from = 0; from < index.length; from += digestBytes) {
    const named: Digest = `sha256:${toHex(index.subarray(from, from + digestBytes))}`;
    const part = await fetched(named, subject, blobs);
    parts.push(opened(part, stateKey, subject, `part ${parts.length}`));
  }
  return unpacked(concatBytes(...parts), subject);
}

async function fetched(digest: Digest, subject: SnapshotSubject, blobs: TaskBlobs): Promise<Uint8Array> {
  const bytes = await blobs.get(digest);
  if (digestOf(bytes) !== digest) throw invalid(subject);
  return bytes;
}

function opened(blob: Uint8Array, key: Uint8Array, subject: SnapshotSubject, part: string): Uint8Array {
  const plaintext =
    blob.length >= nonceBytes + tagBytes
      ? aes256GcmOpen(key, blob.subarray(0, nonceBytes), blob.subarray(nonceBytes), contextOf(subject, part))
      : null;
  if (plaintext === null) throw invalid(subject);
  return plaintext;
}

function unpacked(whole: Uint8Array, subject: SnapshotSubject): Uint8Array {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  if (length > whole.length - lengthBytes) throw invalid(subject);
  try {
    const packed = whole.subarray(lengthBytes, lengthBytes + length);
    return new Uint8Array(zstdDecompressSync(packed, { maxOutputLength: stateBytesMax }));
  } catch {
    throw invalid(subject);
  }
}

function contextOf({ tenant, ledger, epoch, version }: SnapshotSubject, part: string): Uint8Array {
  return utf8(`sealflow/ledger-snapshot/v1|${tenant}|${ledger}|${epoch}|${version}|${part}`);
}

function invalid({ version }: SnapshotSubject): Error {
  return refusal(
    'SNAPSHOT_INVALID',
    `the snapshot of version ${version} does not open under the ledger's key`,
  );
}
