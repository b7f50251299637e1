import { type Digest, digestOf } from '#canonical';
import { readBlob, type ServiceClients, writeBlob } from '#contracts';
import { type TaskBlobs, TaskError } from '../runtime.js';
import { whileAway } from './while-away.js';

const DEADLINE_MS = 30_000;
const BLOB_BYTES_MAX = 8 * 1024 * 1024;

/** The orchestrator's blob store, which is not trusted: every blob is compared with the digest that names it. */
export class BlobClient implements TaskBlobs {
  constructor(private readonly services: ServiceClients) {}

  async get(digest: Digest): Promise<Uint8Array> {
    const limits = { deadlineMs: DEADLINE_MS, bytesMax: BLOB_BYTES_MAX };
    const bytes = await whileAway(() => readBlob(this.services.blob, digest, limits));
    const actual = digestOf(bytes);
    if (actual !== digest) {
      throw new TaskError('BLOB_DIGEST_MISMATCH', `blob store returned ${actual}, expected ${digest}`, true);
    }
    return bytes;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    await whileAway(() => writeBlob(this.services.blob, digest, bytes, { deadlineMs: DEADLINE_MS }));
    return digest;
  }
}
