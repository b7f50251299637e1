import {
  canonicalBytes,
  concatBytes,
  type Digest,
  digestOf,
  isDigest,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
  utf8,
} from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';
import { bundleLimits } from './bundle-limits.js';
import type { LogEntry } from './container.js';

/** Before the JSON of a kept draft: whoever takes it for a bundle fails at once. */
const KEPT = utf8('sealflow/kept-bundle/v1\n');

/**
 * A bundle whose root is signed and not yet logged.
 *
 * Salts and signature were drawn once, so the very draft whose leaf went into the log must survive a crash. The bytes
 * of its blobs, most of it, lie elsewhere under their digests and need not be written twice.
 */
export class BundleDraft {
  constructor(private readonly members: JsonObject) {}

  /** A pending bundle: complete but for its log entry. */
  get bytes(): Uint8Array {
    return bounded(canonicalBytes(this.members));
  }

  /** The bundle, at its place in the log. Raises `BUNDLE_INPUT_INVALID`. */
  complete(entry: LogEntry): Uint8Array {
    const { renewals: _, ...kept } = this.members;
    return bounded(canonicalBytes({ ...kept, log: [logMember(entry)], timestamps: [] }));
  }

  /** What `restore` needs besides the blobs. */
  keep(): Uint8Array {
    const blobs = Object.entries(blobsOf(this.members)).map(([digest, blob]) => {
      const { data: _, ...named } = blob as JsonObject;
      return [digest, named] as const;
    });
    return concatBytes(KEPT, canonicalBytes({ ...this.members, blobs: Object.fromEntries(blobs) }));
  }

  /**
   * The draft that was kept, or that of a whole pending bundle, as earlier releases kept it.
   *
   * @param blob bytes by digest. @throws EvidenceError `BUNDLE_INPUT_INVALID`, also where a blob has other bytes
   */
  static async restore(
    kept: Uint8Array,
    blob: (digest: Digest) => Promise<Uint8Array>,
  ): Promise<BundleDraft> {
    if (!isKept(kept)) return new BundleDraft(membersOf(kept));
    const members = membersOf(kept.subarray(KEPT.length));
    const blobs: Record<string, Json> = {};
    for (const [digest, named] of Object.entries(blobsOf(members))) {
      if (!isDigest(digest) || !isJsonObject(named)) throw invalid(`kept blob ${digest}: expected a digest`);
      const bytes = await blob(digest);
      if (digestOf(bytes) !== digest) throw invalid(`blob ${digest} has other bytes than its digest names`);
      blobs[digest] = { ...named, data: toBase64(bytes) };
    }
    return new BundleDraft({ ...members, blobs });
  }
}

/**
 * Gives a bundle its place in the log. Timestamps and renewals are over the checkpoint of the place before, so those of
 * a bundle that had another one are left out. Raises `BUNDLE_INPUT_INVALID`.
 */
export function attachLogEntry(bundle: Uint8Array, entry: LogEntry): Uint8Array {
  return new BundleDraft(membersOf(bundle)).complete(entry);
}

function logMember({ origin, proof, leaf }: LogEntry): JsonObject {
  return { origin, proof, leaf: toBase64(leaf) };
}

function isKept(bytes: Uint8Array): boolean {
  return KEPT.every((byte, index) => bytes[index] === byte);
}

function membersOf(bytes: Uint8Array): JsonObject {
  const document = parseJsonStrict(bytes, bundleLimits);
  return FieldReader.of(document, 'bundle', 'BUNDLE_INPUT_INVALID').value;
}

function blobsOf({ blobs }: JsonObject): JsonObject {
  if (blobs !== undefined && isJsonObject(blobs)) return blobs;
  throw invalid('bundle.blobs: expected an object');
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= bundleLimits.bytesMax) return bytes;
  throw invalid(`bundle of ${bytes.length} bytes, at most ${bundleLimits.bytesMax}: leave ciphertexts out`);
}

function invalid(what: string): EvidenceError {
  return new EvidenceError('BUNDLE_INPUT_INVALID', what);
}
