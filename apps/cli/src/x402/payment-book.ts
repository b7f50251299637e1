import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  isDigest,
  isJsonObject,
  parseJsonStrict,
  utf8,
} from '#canonical';

const VERSION = 'sealflow/payment/v1';
const BYTES_MAX = 4096;

/** A payment by its name: which payload it is, and the run that pays it. */
export interface BookedPayment {
  readonly payload: Digest;
  /** UUID; the run is created under it, however often. */
  readonly requestId: string;
  /** null until a run was prepared. */
  readonly runId: string | null;
}

/**
 * Which run a payment is, written before the run is made. So a process that ends in between leaves the name of what it
 * began, and whoever asks again by that name is told about it instead of paying again.
 */
export class PaymentBook {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Takes the name, if nobody has it. @returns null, or what is there under it */
  take(id: string, payment: BookedPayment): BookedPayment | null {
    try {
      writeFileSync(this.#path(id), bytesOf(payment), { flag: 'wx', mode: 0o600 });
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return this.find(id);
    }
  }

  /** Writes the run of a payment whose name was taken. */
  ran(id: string, payment: BookedPayment): void {
    const path = this.#path(id);
    writeFileSync(`${path}.new`, bytesOf(payment), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  find(id: string): BookedPayment | null {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.#path(id));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const value = parseJsonStrict(bytes, { bytesMax: BYTES_MAX });
    const { v, payload, requestId, runId = null } = isJsonObject(value) ? value : {};
    const known = v === VERSION && typeof payload === 'string' && isDigest(payload);
    if (!known || typeof requestId !== 'string' || (runId !== null && typeof runId !== 'string'))
      throw new Error(`${this.#path(id)}: expected a payment of ${VERSION}`);
    return { payload, requestId, runId };
  }

  /** Names are the clients': none of them is a path. */
  #path(id: string): string {
    return join(this.folder, `${digestOf(utf8(id)).slice('sha256:'.length)}.json`);
  }
}

function bytesOf(payment: BookedPayment): Uint8Array {
  return canonicalBytes({ v: VERSION, ...payment });
}
